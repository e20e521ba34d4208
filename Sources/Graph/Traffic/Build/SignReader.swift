import Model

package
    /// Finds the signs of edges. What a pair of code and flags means is read once.
    struct SignReader
{
    private var known: [SIMD4<UInt32>: [(kind: TrafficSign.Kind, evidence: String)]] = [:]
    /// Pairs without a meaning, as almost all are: a few, so that looking for one costs less than a dictionary.
    private var plain: [SIMD4<UInt32>] = []
    private let texts: TelemetryTexts

    init(_ texts: TelemetryTexts) { self.texts = texts }

    mutating func signs(of edge: GraphDraft.Edge) -> [TrafficSign] {
        var found: [TrafficSign.Kind: TrafficSign] = [:]
        for cell in edge.cells where edge.rates.total > 0 && !isPlain(cell, edge.transport) {
            for (kind, evidence) in meaning(of: cell, edge.transport) {
                var sign = found[kind] ?? TrafficSign(kind: kind, rate: 0, percent: 0, evidence: [])
                let rate = (sign.rate ?? 0) + cell.rate
                (sign.rate, sign.percent) = (rate, rate / edge.rates.total * 100)
                if !sign.evidence.contains(evidence) { sign.evidence.append(evidence) }
                found[kind] = sign
            }
        }
        guard !found.isEmpty else { return [] }
        return TrafficSign.Kind.allCases.compactMap { found[$0] }.map { sign in
            var sign = sign
            sign.evidence.sort()
            return sign
        }
    }

    private func isPlain(_ cell: GraphDraft.Cell, _ transport: LabelValue) -> Bool {
        let key = SIMD4(cell.code, cell.flags, transport, 0)
        return plain.contains { $0 == key }
    }

    private mutating func meaning(
        of cell: GraphDraft.Cell, _ transport: LabelValue
    ) -> [(kind: TrafficSign.Kind, evidence: String)] {
        let key = SIMD4(cell.code, cell.flags, transport, 0)
        if let found = known[key] { return found }
        var found: [(kind: TrafficSign.Kind, evidence: String)] = []
        if cell.flags > TelemetryWord.unknown.rawValue, !cell.flags.is(.none) {
            for flag in texts[cell.flags].split(separator: ",") {
                guard let kind = TrafficSign.Kind(flag: flag) else { continue }
                if !found.contains(where: { $0.kind == kind }) { found.append((kind, String(flag))) }
            }
        }
        let code = texts[cell.code]
        if found.isEmpty, let kind = TrafficSign.Kind(code: code, TrafficProtocol(transport, texts)) {
            found.append((kind, code))
        }
        known[key] = found
        if found.isEmpty, plain.count < 16 { plain.append(key) }
        return found
    }
}
