// SPDX-License-Identifier: Apache-2.0
package import Model

extension RandomObservations {
    /// Options of the graph, likely and unlikely ones.
    ///
    /// - Returns: options that a journal keeps.
    package mutating func graphOptions() -> GraphOptions {
        var options = GraphOptions()
        options.type = pick(GraphType.allCases)
        options.namespaces = chance(0.5) ? [] : ["shop", "a.b"]
        options.injectsServices = chance(0.5)
        options.keepsIdleEdges = chance(0.5)
        options.rates = TrafficRates(
            http: pick(TrafficRates.Http.allCases), grpc: pick(TrafficRates.Grpc.allCases),
            tcp: pick(TrafficRates.Tcp.allCases), ambient: pick(TrafficRates.Ambient.allCases))
        options.edgeValues = Set(EdgeValue.allCases.filter { _ in chance(0.5) })
        options.focus = optional(GraphFocus(kind: pick(GraphFocus.Kind.allCases), namespace: "shop", name: "w1"))
        options.hops = pick([0, 1, 3, -1, .max])
        options.memberRules = chance(0.5) ? [] : ["role:web=shop/w1", "10.0.*.7=shop/w2"].compactMap { MemberRule($0) }
        options.find = optional(try? FindExpression("ns = shop and (!healthy or rt > 500)")) ?? nil
        options.hide = optional(try? FindExpression("name ~ ^a.*b$")) ?? nil
        return options
    }

    /// Answers of Prometheus of every kind: words that mean something in labels that do not want them, values that no counter has.
    ///
    /// - Parameter rows: how many rows a metric has at most.
    /// - Returns: new answers, or the last ones with some new values.
    package mutating func telemetry(rows: Int = 30) -> Telemetry {
        if let last = lastTelemetry, chance(0.3) { return renewed(last) }
        var texts = TelemetryTexts()
        for _ in 0..<12 { _ = texts.append(labelText()) }
        let vectors = TelemetryMetric.allCases.filter { _ in chance(0.5) }.map { metric in
            vector(metric, rows: Int.random(in: 0...rows, using: &generator), texts: texts.count)
        }
        let telemetry = Telemetry(
            at: Timestamp(microseconds: time), window: duration(), interval: duration(), texts: texts, vectors: vectors,
            notes: chance(0.2) ? [TelemetryNote(.requests, "too many series")] : [],
            server: MetricsServer(scrapeInterval: optional(duration()), retention: optional(duration())))
        lastTelemetry = telemetry
        return telemetry
    }

    /// The same rows with some other values.
    private mutating func renewed(_ last: Telemetry) -> Telemetry {
        var next = last
        for index in next.vectors.indices {
            for row in next.vectors[index].values.indices where chance(0.3) {
                next.vectors[index].values[row] = rate()
            }
        }
        lastTelemetry = next
        return next
    }

    private mutating func vector(_ metric: TelemetryMetric, rows: Int, texts: Int) -> TelemetryVector {
        let width = chance(0.05) ? Int.random(in: 1...40, using: &generator) : metric.columns.count
        let cells = (0..<rows * width).map { _ in
            LabelValue(truncatingIfNeeded: chance(0.02) ? Int.max : Int.random(in: 0..<texts, using: &generator))
        }
        let values = (0..<(chance(0.1) ? rows / 2 : rows)).map { _ in rate() }
        return TelemetryVector(
            metric, keys: TelemetryKeys(width: width, cells: cells), values: values, omitted: chance(0.1) ? 7 : 0)
    }

    private mutating func rate() -> Double {
        chance(0.2)
            ? pick([.nan, .infinity, -.infinity, -1, 0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude])
            : Double.random(in: 0...100, using: &generator)
    }

    private mutating func labelText() -> String {
        pick([
            "shop", "pay", "w1", "w2", "v1", "v2", "200", "503", "404", "302", "14", "-", "UF", "UH,URX", "1", "+Inf",
            "0.5", "1000", "shop.pay.svc.cluster.local", "10.0.0.7", "10.0.0.7:80", "ReplicaSet", "w1-7d9f8b6c5d",
            "w1-7d9f8b6c5d-abcde", "Kubernetes", text(),
        ])
    }
}
