// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationEncoder {
    mutating func graphOptions(_ options: GraphOptions) {
        wire.byte(CodeTable.graphTypes.code(of: options.type) ?? 0)
        list(options.namespaces)
        wire.flag(options.injectsServices)
        wire.flag(options.keepsIdleEdges)
        wire.byte(CodeTable.httpRates.code(of: options.rates.http) ?? 0)
        wire.byte(CodeTable.grpcRates.code(of: options.rates.grpc) ?? 0)
        wire.byte(CodeTable.tcpRates.code(of: options.rates.tcp) ?? 0)
        wire.byte(CodeTable.ambientRates.code(of: options.rates.ambient) ?? 0)
        let values = EdgeValue.allCases.filter(options.edgeValues.contains)
        wire.count(values.count)
        for value in values { wire.byte(CodeTable.edgeValues.code(of: value) ?? 0) }
        optional(options.focus) { $0.text($1.text) }
        wire.signed(Int64(options.hops))
        list(options.memberRules.map(\.text))
        optional(options.find) { $0.text($1.text) }
        optional(options.hide) { $0.text($1.text) }
    }

    private mutating func list(_ texts: [String]) {
        wire.count(texts.count)
        for text in texts { self.text(text) }
    }

    // MARK: - Telemetry

    mutating func telemetry(_ telemetry: Telemetry, _ reply: Reply) {
        wire.byte(ObservationCode.telemetry)
        moment(telemetry.at)
        wire.duration(telemetry.window)
        wire.duration(telemetry.interval)
        labelTexts(telemetry.texts.texts)
        wire.count(telemetry.vectors.count)
        for vector in telemetry.vectors { self.vector(vector) }
        wire.count(telemetry.notes.count)
        for note in telemetry.notes {
            wire.byte(CodeTable.telemetryMetrics.code(of: note.metric) ?? 0)
            text(Self.safe(note.text))
        }
        self.reply(reply)
        optional(telemetry.server.scrapeInterval) { $0.wire.duration($1) }
        optional(telemetry.server.retention) { $0.wire.duration($1) }
        lastTelemetry = telemetry
    }

    /// How many are those of the last telemetry, and the others.
    private mutating func labelTexts(_ texts: [String]) {
        let known = lastTelemetry?.texts.texts ?? []
        var common = 0
        while common < min(texts.count, known.count), Self.isSame(texts[common], known[common]) { common += 1 }
        wire.number(UInt64(common))
        wire.count(texts.count - common)
        for text in texts[common...] { wire.text(text) }
    }

    /// Equal texts may have different bytes, and the bytes are what is printed.
    private static func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

    private mutating func vector(_ vector: TelemetryVector) {
        let last = lastTelemetry?.vector(vector.metric)
        wire.byte(CodeTable.telemetryMetrics.code(of: vector.metric) ?? 0)
        let isKnown = last?.keys == vector.keys
        wire.flag(isKnown)
        if !isKnown { keys(vector.keys) }
        values(vector.values, last: last?.values ?? [])
        wire.signed(Int64(vector.omitted))
    }

    /// Each row as what differs from the row before it: which columns, and their values.
    private mutating func keys(_ keys: TelemetryKeys) {
        wire.count(keys.width)
        wire.count(keys.count)
        let width = keys.width
        for row in 0..<keys.count {
            let start = row * width
            var changed: UInt64 = 0
            for column in 0..<width
            where keys.cells[start + column] != (row == 0 ? .empty : keys.cells[start + column - width]) {
                changed |= 1 << UInt64(column)
            }
            wire.number(changed)
            for column in 0..<width where changed & 1 << UInt64(column) != 0 {
                wire.number(UInt64(keys.cells[start + column].number))
            }
        }
    }

    /// Runs: so many values are the last telemetry's at the same place, so many follow in full.
    private mutating func values(_ values: [Double], last: [Double]) {
        func isKnown(_ place: Int) -> Bool {
            place < last.count && values[place].bitPattern == last[place].bitPattern
        }
        wire.number(UInt64(values.count))
        var place = 0
        while place < values.count {
            let start = place
            while place < values.count, isKnown(place) { place += 1 }
            let fresh = place
            while place < values.count, !isKnown(place) { place += 1 }
            wire.number(UInt64(fresh - start))
            wire.count(place - fresh)
            for value in values[fresh..<place] { wire.fixed(Int64(bitPattern: value.bitPattern)) }
        }
    }
}
