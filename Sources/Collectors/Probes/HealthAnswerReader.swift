// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads answers of health endpoints.
///
/// The status decides as for Kubernetes, but that a body may say worse: Spring Boot's Actuator (`status` UP, DOWN, OUT_OF_SERVICE;
/// `components`), MicroProfile Health (`status`, `checks`), ASP.NET Core (Healthy, Degraded, Unhealthy; `entries`), health+json (pass, warn,
/// fail), Kubernetes' own `[-]check failed` lines, and plain words.
enum HealthAnswerReader {
    /// Maximum number of bytes of a body that are looked at; the rest may be as long as it likes.
    static let maximumBody = 64 << 10
    /// Maximum number of characters of what it says.
    static let maximumText = 120
    /// Maximum number of lines in which a failed check is looked for.
    static let maximumLines = 201
    /// Maximum number of parts that are named of those that are not well.
    static let maximumParts = 3

    /// Judges an answer.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: its beginning.
    ///   - request: what was asked.
    /// - Returns: what it says.
    /// - Throws: why it says nothing: a redirect, no such path, a web page in place of an answer.
    static func report(
        status: Int, body: UnsafeRawBufferPointer, request: HTTPRequest
    ) throws(SourceFailure) -> ProbeReport {
        guard (200..<300).contains(status) || status >= 500 else {
            throw HTTPFailures.status(status, body: body, request: request)
        }
        let tree = looksLikeJSON(body) ? try? JSONTree(parsing: body) : nil
        if status < 300, tree == nil, isPage(body) {
            let title = ErrorPage.text(of: body, maximum: 60)
            throw HTTPFailures.format(
                "the answer is a web page\(title.isEmpty ? "" : " (\(title))"), not one of a health endpoint; is the path right?",
                request: request)
        }
        let said = tree.map { words($0) } ?? words(body)
        let verdict = status >= 500 ? .failing : said.verdict ?? .passing
        return ProbeReport(verdict, status: status, text: said.text)
    }

    private typealias Said = (verdict: ProbeReport.Verdict?, text: String)

    // MARK: - Text

    private static func words(_ body: UnsafeRawBufferPointer) -> Said {
        if looksLikeJSON(body) { return (nil, "") }
        if let failed = failedCheck(body) { return (nil, failed) }
        let line = ErrorPage.text(of: body, maximum: maximumText)
        let verdict = verdict(of: line)
        return (verdict, verdict == .passing ? "" : line)
    }

    /// Kubernetes' components list their checks, one a line, those that fail with `[-]` in front.
    private static func failedCheck(_ body: UnsafeRawBufferPointer) -> String? {
        let lines = body.split(separator: UInt8(ascii: "\n"), maxSplits: maximumLines - 1)
        let mark: [UInt8] = Array("[-]".utf8)
        guard let failed = lines.first(where: { $0.starts(with: mark) }) else { return nil }
        return SafeText.line(of: UnsafeRawBufferPointer(rebasing: failed.dropFirst(mark.count)), maximum: maximumText)
    }

    private static func looksLikeJSON(_ body: UnsafeRawBufferPointer) -> Bool {
        body.first { $0 > 0x20 } == UInt8(ascii: "{")
    }

    private static func isPage(_ body: UnsafeRawBufferPointer) -> Bool {
        body.first { $0 > 0x20 } == UInt8(ascii: "<")
    }

    private static func verdict(of word: String) -> ProbeReport.Verdict? {
        switch word.lowercased() {
        case "up", "ok", "pass", "passing", "passed", "healthy", "ready", "alive", "serving", "success": .passing
        case "warn", "warning", "degraded", "partial": .warning
        case "down", "fail", "failed", "failing", "failure", "error", "unhealthy", "out_of_service", "critical",
            "not_serving", "unavailable", "not_ready":
            .failing
        default: nil
        }
    }

    // MARK: - JSON

    private static func words(_ tree: JSONTree) -> Said {
        let status = tree["status"]?.word ?? tree["outcome"]?.word ?? tree["state"]?.word
        let verdict = status.flatMap { self.verdict(of: $0) }
        let parts = ["components", "checks", "entries", "details", "results"].lazy.compactMap { tree[$0] }
            .map { unwell($0) }.first { !$0.isEmpty }
        if let parts {
            let named = parts.prefix(maximumParts).joined(separator: ", ")
            let rest = parts.count > maximumParts ? " and \(parts.count - maximumParts) more" : ""
            return (verdict, clean(named + rest))
        }
        let reason = ["output", "error", "message", "reason"].lazy.compactMap { tree[$0]?.word }.first
        return (verdict, clean(reason ?? (verdict == .passing ? "" : status ?? "")))
    }

    /// The parts of a service that are not well, each with its reason.
    private static func unwell(_ parts: JSONTree) -> [String] {
        switch parts {
        case .object(let fields): fields.compactMap { part($0.name, $0.value) }
        case .array(let rows): rows.compactMap { part($0["name"]?.word ?? "a check", $0) }
        default: []
        }
    }

    private static func part(_ name: String, _ value: JSONTree) -> String? {
        // health+json lists the measurements of a component.
        if case .array(let rows) = value { return rows.lazy.compactMap { part(name, $0) }.first }
        let word = value["status"]?.word ?? value.word ?? ""
        guard let verdict = verdict(of: word), verdict != .passing else { return nil }
        let details = [value, value["details"], value["data"]].compactMap { $0 }
        let reason = ["error", "output", "message", "description", "reason"].lazy
            .compactMap { name in details.lazy.compactMap { $0[name]?.word }.first }.first
        return "\(name) \(word.lowercased())\(reason.map { " (\($0))" } ?? "")"
    }

    private static func clean(_ text: String) -> String { SafeText.line(of: text, maximum: maximumText) }
}

extension JSONTree {
    /// The text here.
    fileprivate var word: String? { if case .string(let text) = self { text } else { nil } }
}
