// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationDecoder {
    mutating func graphOptions() throws(WireError) -> GraphOptions {
        var options = GraphOptions()
        options.type = try value(.graphTypes, "type of graph")
        options.namespaces = try textList()
        options.injectsServices = try wire.flag()
        options.keepsIdleEdges = try wire.flag()
        options.rates = TrafficRates(
            http: try value(.httpRates, "rate of HTTP"), grpc: try value(.grpcRates, "rate of gRPC"),
            tcp: try value(.tcpRates, "rate of TCP"), ambient: try value(.ambientRates, "part of an ambient mesh"))
        for _ in 0..<(try wire.count()) { options.edgeValues.insert(try value(.edgeValues, "value of an edge")) }
        if try wire.flag() { options.focus = GraphFocus(try text()) }
        options.hops = Int(try wire.signed())
        options.memberRules = try textList().compactMap { MemberRule($0) }
        // Journals of older versions end here.
        guard !wire.isAtEnd else { return options }
        if try wire.flag() { options.find = try? FindExpression(try text()) }
        if try wire.flag() { options.hide = try? FindExpression(try text()) }
        return options
    }

    private mutating func textList() throws(WireError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try wire.count()) { texts.append(try text()) }
        return texts
    }

    // MARK: - Telemetry

    mutating func telemetry() throws(WireError) -> Observation.Payload {
        var telemetry = Telemetry(
            at: try moment(), window: try wire.duration(), interval: try wire.duration(), texts: try labelTexts(),
            vectors: [])
        for _ in 0..<(try wire.count()) { telemetry.vectors.append(try vector()) }
        for _ in 0..<(try wire.count()) {
            telemetry.notes.append(TelemetryNote(try value(.telemetryMetrics, "metric"), try text()))
        }
        let reply = try reply()
        // Journals of older versions end here.
        if !wire.isAtEnd {
            if try wire.flag() { telemetry.server.scrapeInterval = try wire.duration() }
            if try wire.flag() { telemetry.server.retention = try wire.duration() }
        }
        lastTelemetry = telemetry
        return .telemetry(telemetry, reply)
    }

    private mutating func labelTexts() throws(WireError) -> TelemetryTexts {
        let known = lastTelemetry?.texts ?? TelemetryTexts()
        let common = try wire.number()
        guard common <= known.count else { throw WireError("texts of labels are referred to that never came") }
        var texts = known.prefix(Int(common))
        for _ in 0..<(try wire.count()) { _ = texts.append(try wire.text()) }
        return texts
    }

    private mutating func vector() throws(WireError) -> TelemetryVector {
        let metric = try value(.telemetryMetrics, "metric")
        let last = lastTelemetry?.vector(metric)
        let keys: TelemetryKeys
        if try wire.flag() {
            guard let known = last?.keys else { throw WireError("labels are referred to that never came") }
            keys = known
        } else {
            keys = try self.keys()
        }
        return TelemetryVector(
            metric, keys: keys, values: try values(last: last?.values ?? []), omitted: Int(try wire.signed()))
    }

    private mutating func keys() throws(WireError) -> TelemetryKeys {
        // The width is no count of things that follow: rows of many columns may take a byte each, or there may be none.
        let (width, count) = (Int(clamping: try wire.number()), try wire.count())
        guard (1...TelemetryBounds.maximumColumns).contains(width), count <= TelemetryBounds.maximumRows else {
            throw WireError("a telemetry of \(count) rows and \(width) columns")
        }
        var cells: [LabelValue] = []
        cells.reserveCapacity(count * width)
        var row = [LabelValue](repeating: .empty, count: width)
        for _ in 0..<count {
            let changed = try wire.number()
            for column in 0..<width where changed & 1 << UInt64(column) != 0 {
                row[column] = LabelValue(truncatingIfNeeded: try wire.number())
            }
            cells += row
        }
        return TelemetryKeys(width: width, cells: cells)
    }

    mutating func values(last: [Double]) throws(WireError) -> [Double] {
        let count = try wire.number()
        guard count <= TelemetryBounds.maximumRows else { throw WireError("a telemetry of \(count) values") }
        var values: [Double] = []
        values.reserveCapacity(Int(count))
        while values.count < Int(count) {
            let (known, fresh) = (try wire.number(), try wire.count())
            guard known <= last.count - min(values.count, last.count), values.count + Int(known) + fresh <= Int(count),
                known > 0 || fresh > 0
            else { throw WireError("values are referred to that never came") }
            // Also of none, where the last telemetry had fewer values.
            values += last.dropFirst(values.count).prefix(Int(known))
            for _ in 0..<fresh { values.append(Double(bitPattern: UInt64(bitPattern: try wire.fixed()))) }
        }
        return values
    }
}
