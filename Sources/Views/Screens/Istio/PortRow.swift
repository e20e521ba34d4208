// SPDX-License-Identifier: Apache-2.0
import Model

/// A port of a pod with both of its ways.
struct PortRow {
    let title: String
    let port: String
    let subject: Subject?
    private let inbound: BypassRow?
    private let outbound: BypassRow?

    /// In the order of pods and ports.
    static func all(_ policies: [BypassRow]) -> [PortRow] {
        var (order, groups) = ([String](), [String: [BypassRow]]())
        for row in policies {
            let key = "\(row.namespace)/\(row.pod ?? row.workload?.name ?? "")/\(row.port)"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(row)
        }
        return order.compactMap { groups[$0] }.compactMap(PortRow.init)
    }

    private init?(_ rows: [BypassRow]) {
        guard let first = rows.first else { return nil }
        title = first.pod ?? first.workload.map { "\($0.kind) \($0.name)" } ?? ""
        port = "\(first.port) \(first.role.rawValue)"
        let name = ObjectName(namespace: first.namespace, name: first.pod ?? first.workload?.name ?? "")
        subject = first.pod != nil ? .pod(name) : first.workload.map { .workload(kind: $0.kind, name) }
        inbound = rows.first { $0.direction == .inbound }
        outbound = rows.first { $0.direction == .outbound }
    }

    /// The cells INBOUND, OUTBOUND and MTLS.
    func cells(_ glyphs: GlyphSet) -> [StyledLine] {
        [Self.cell(inbound, glyphs), Self.cell(outbound, glyphs), mode(glyphs)]
    }

    /// What the pod does; what the next one would do, where that is another thing.
    private static func cell(_ row: BypassRow?, _ glyphs: GlyphSet) -> StyledLine {
        guard let row else { return StyledLine(glyphs.none, .muted) }
        guard row.pod != nil else { return capture(row.template, row, glyphs) }
        let line = capture(row.live, row, glyphs)
        guard row.template != row.live, row.template != .unknown else { return line }
        let next = row.template == .captured
        return line + StyledLine(" \(glyphs.arrow)", .muted)
            + StyledLine(next ? glyphs.failure : glyphs.healthy, next ? .failure : .healthy)
    }

    private static func capture(_ capture: BypassRow.Capture, _ row: BypassRow, _ glyphs: GlyphSet) -> StyledLine {
        switch capture {
        case .bypassed: return StyledLine("\(glyphs.healthy) bypassed", .healthy)
        // What the node's proxy takes arrives as it was sent.
        case .captured where row.sidecar == .ambient: return StyledLine("\(glyphs.healthy) ztunnel", .healthy)
        case .captured: return StyledLine("\(glyphs.failure) captured", .failure)
        case .unknown: return StyledLine("? unknown", .unknown)
        }
    }

    private func mode(_ glyphs: GlyphSet) -> StyledLine {
        guard let row = inbound else { return StyledLine(glyphs.none, .muted) }
        let isTaken = (row.pod == nil ? row.template : row.live) != .bypassed
        guard isTaken else { return StyledLine(glyphs.none, .muted) }
        var line = StyledLine(row.mutualTLS.rawValue, row.mutualTLS == .strict ? .degraded : .plain)
        if let object = row.decidedBy { line.append("  \(object.text)", .muted) }
        return line
    }

    /// The annotations that workloads lack, once each.
    static func advice(_ policies: [BypassRow]) -> [(workload: String, line: String)] {
        var seen: Set<String> = []
        return policies.compactMap { row in
            guard let line = row.advice, let workload = row.workload,
                seen.insert("\(row.namespace)/\(workload.name) \(line)").inserted
            else { return nil }
            return ("\(workload.kind) \(workload.name)", line)
        }
    }
}

/// The shares that a route gives to versions beside those that are seen.
struct SplitShares {
    private let split: TrafficSplit
    private let rates: [String: Double]

    init(_ split: TrafficSplit, _ graph: ServiceGraph?) {
        self.split = split
        let mine = (graph?.nodes ?? []).filter {
            $0.namespace == split.service.namespace
                && ($0.service == split.service.name || $0.app == split.service.name)
        }
        if let node = mine.first(where: { !$0.versions.isEmpty && $0.kind == .service }) {
            rates = Dictionary(node.versions.map { ($0.version, $0.rate) }) { $0 + $1 }
        } else {
            rates = mine.filter { $0.kind != .service }.reduce(into: [:]) { rates, node in
                guard let version = node.version, !version.isEmpty else { return }
                rates[version, default: 0] += node.rates.requestRatesIn.total
            }
        }
    }

    /// Whether there is anything to show.
    var isKnown: Bool { !split.shares.isEmpty }

    func line(_ context: ScreenContext) -> StyledLine {
        let total = rates.values.reduce(0, +)
        var line = StyledLine("\(split.service.text)  ")
        for (place, share) in split.shares.enumerated() {
            if place > 0 { line.append("  ") }
            line.append("\(share.subset) \(Self.percent(share.percent)) wanted")
            guard total > 0, let version = share.version else { continue }
            let seen = (rates[version] ?? 0) / total * 100
            let isOff = (seen - share.percent).magnitude > 2
            line.append(", ")
            line.append("\(Self.percent(seen)) seen", isOff ? .degraded : .healthy)
        }
        if total <= 0 { line.append("  no requests seen", .muted) }
        line.append("  \(split.object.name.name) \(split.path)", .muted)
        return line
    }

    private static func percent(_ value: Double) -> String { "\(Int(value.rounded())) %" }
}
