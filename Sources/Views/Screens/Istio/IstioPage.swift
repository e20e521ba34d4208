// SPDX-License-Identifier: Apache-2.0
import Model

/// One object of Istio: its checks, and its lines with the places of the checks.
enum IstioPage {
    /// Maximum number of lines of an object.
    private static let maximumLines = 600

    static func lines(of object: ObjectReference, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let row = context.snapshot.istio?.objects.first(where: { $0.object == object }) else {
            return [.empty, StyledLine("\(object.text) is gone.", .heading)]
        }
        var lines = [StyledLine(object.text, .title)]
        if let place = row.value["place"].text { lines.append(.field("File", StyledLine(place))) }
        if row.checks.isEmpty {
            lines.append(.field("Checks", StyledLine("nothing is wrong that was looked for", .healthy)))
        }
        for check in row.checks {
            let text = "\(check.text)\(check.path.isEmpty ? "" : " (\(check.path))")"
            for (place, part) in TextFitting.wrap(text, width: max(10, width - 15)).enumerated() {
                lines.append(.field(place == 0 ? check.code : "", StyledLine(part, role(check.severity))))
            }
        }
        for check in context.snapshot.istio?.unjudged ?? [] where check.object == object {
            lines.append(.field(check.code, StyledLine("not judged: \(check.missing) were not read", .muted)))
        }
        lines += [.empty, StyledLine("spec", .heading)]
        var printer = ObjectLines(row.checks, glyphs: context.glyphs)
        printer.add(row.value["spec"], path: "spec", indent: 2)
        return lines + printer.lines.prefix(maximumLines)
    }

    private static func role(_ severity: IstioCheck.Severity) -> Role {
        switch severity {
        case .error: .failure
        case .warning: .degraded
        case .info: .passing
        }
    }
}

/// Prints an object as YAML, with a mark at the lines that checks are about.
private struct ObjectLines {
    private(set) var lines: [StyledLine] = []
    private let checks: [IstioCheck]
    private let glyphs: GlyphSet

    init(_ checks: [IstioCheck], glyphs: GlyphSet) {
        self.checks = checks
        self.glyphs = glyphs
    }

    mutating func add(_ value: ObjectValue, path: String, indent: Int) {
        for field in value.fields { add(field.name, field.value, path: "\(path)/\(field.name)", indent: indent) }
    }

    private mutating func add(_ name: String, _ value: ObjectValue, path: String, indent: Int, lead: String = "") {
        switch value {
        case .map(let fields) where !fields.isEmpty:
            put("\(lead)\(name):", path, indent)
            add(value, path: path, indent: indent + lead.count + 2)
        case .list(let items) where !items.isEmpty:
            put("\(lead)\(name):", path, indent)
            for (place, item) in items.enumerated() {
                add(item: item, path: "\(path)[\(place)]", indent: indent + lead.count + 2)
            }
        default: put("\(lead)\(name): \(Self.scalar(value))", path, indent)
        }
    }

    private mutating func add(item: ObjectValue, path: String, indent: Int) {
        guard case .map(let fields) = item, !fields.isEmpty else { return put("- \(Self.scalar(item))", path, indent) }
        for (place, field) in fields.enumerated() {
            let inner = "\(path)/\(field.name)"
            if place == 0 {
                // A check of the whole element stands at its first line.
                let first = checks.contains { $0.path == path } ? path : inner
                add(field.name, field.value, path: first, indent: indent, lead: "- ")
            } else {
                add(field.name, field.value, path: inner, indent: indent + 2)
            }
        }
    }

    private mutating func put(_ text: String, _ path: String, _ indent: Int) {
        let check = checks.first {
            $0.path == path || $0.path == path.dropLast("/host".count) && path.hasSuffix("/host")
        }
        guard let check else { return lines.append(StyledLine(String(repeating: " ", count: indent) + text)) }
        let role: Role = check.severity == .error ? .failure : .degraded
        lines.append(
            StyledLine(glyphs.cursor + String(repeating: " ", count: max(0, indent - 1)) + text, role)
                + StyledLine("  \(check.code)", .muted))
    }

    private static func scalar(_ value: ObjectValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let on): on ? "true" : "false"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .text(let text): text.isEmpty || text.contains(": ") || text.hasPrefix("*") ? "\"\(text)\"" : text
        case .list: "[]"
        case .map: "{}"
        }
    }
}
