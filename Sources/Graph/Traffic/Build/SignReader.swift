// SPDX-License-Identifier: Apache-2.0
import Model

/// Finds the signs of edges. What a pair of code and flags means is looked up once.
struct SignReader {
    private var known: [AnswerKey: [(kind: TrafficSign.Kind, evidence: String)]] = [:]
    /// Maximum number of pairs in ``plain``: looking through a few costs less than a dictionary.
    private static let plainLimit = 16

    /// Pairs without a meaning, as almost all are.
    private var plain: [AnswerKey] = []
    private let texts: TelemetryTexts

    init(_ texts: TelemetryTexts) { self.texts = texts }

    mutating func signs(of edge: TrafficDraft.Edge) -> [TrafficSign] {
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

    private func isPlain(_ cell: TrafficDraft.Cell, _ transport: LabelValue) -> Bool {
        let key = AnswerKey(code: cell.code, flags: cell.flags, transport: transport)
        return plain.contains { $0.lanes == key.lanes }
    }

    private mutating func meaning(
        of cell: TrafficDraft.Cell, _ transport: LabelValue
    ) -> [(kind: TrafficSign.Kind, evidence: String)] {
        let key = AnswerKey(code: cell.code, flags: cell.flags, transport: transport)
        if let found = known[key] { return found }
        var found: [(kind: TrafficSign.Kind, evidence: String)] = []
        if cell.flags.isKnown, !cell.flags.is(.none) {
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
        if found.isEmpty, plain.count < Self.plainLimit { plain.append(key) }
        return found
    }
}
