// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Istio's metrics as columns")
struct TelemetryDecoderTests {
    private func decode(
        _ decoder: TelemetryDecoder, _ series: [(labels: String, value: String)], _ metric: TelemetryMetric = .requests
    ) throws -> TelemetryVector {
        try decoder.decode(PaddedBytes(vector(series).utf8), of: metric)
    }

    private func text(
        _ decoder: TelemetryDecoder, _ vector: TelemetryVector, _ row: Int, _ label: TelemetryLabel
    ) throws -> String {
        let column = try #require(vector.metric.columns.firstIndex(of: label))
        return decoder.currentTexts[vector.keys.cells[row * vector.keys.width + column]]
    }

    @Test(
        "labels land in their columns, in whatever order they come; missing ones are empty, foreign ones are passed over"
    )
    func columns() throws {
        let decoder = TelemetryDecoder()
        let vector = try decode(
            decoder,
            [
                (#""destination_workload":"db","reporter":"source","x":"y""#, "1.5"),
                (#""reporter":"destination","zone":"1","destination_workload":"cart","app":"no column""#, "2"),
                ("", "3"),
            ])
        #expect(vector.values == [1.5, 2, 3])
        #expect(try text(decoder, vector, 0, .destinationWorkload) == "db")
        #expect(try text(decoder, vector, 0, .reporter) == "source")
        #expect(try text(decoder, vector, 1, .destinationWorkload) == "cart")
        #expect(try text(decoder, vector, 1, .sourceWorkload) == "")
        #expect(vector.keys.cells[2 * vector.keys.width..<3 * vector.keys.width].allSatisfy { $0 == .empty })
        #expect(vector.keys.cells[0] == LabelValue(.source), "words have fixed numbers")
    }

    @Test("every number that Go prints is read exactly")
    func numbers() throws {
        let texts = [
            "0", "-1", "1e-9", "0.016666666666666666", "4.9e-324", "1.7976931348623157e+308", "NaN", "+Inf", "-Inf",
        ]
        let values = try decode(TelemetryDecoder(), texts.map { ("", $0) }).values
        for (text, value) in zip(texts, values) {
            #expect(value.isNaN ? text == "NaN" : value == Double(text.replacing("Inf", with: "infinity")), "\(text)")
        }
    }

    @Test("the same edges again hand out the same keys, and numbers keep their meaning")
    func shared() throws {
        let decoder = TelemetryDecoder()
        let rows = (0..<50).map { (#""source_workload":"w\#($0)""#, "\($0)") }
        let first = try decode(decoder, rows)
        let second = try decode(decoder, rows.map { ($0.0, "7") })
        #expect(first.keys === second.keys)
        let third = try decode(decoder, Array(rows.reversed()))
        #expect(third.keys !== first.keys)
        #expect(try text(decoder, third, 0, .sourceWorkload) == "w49")
        #expect(decoder.currentTexts.count == TelemetryTexts().count + 50)
    }

    @Test("an answer that breaks off leaves the decoder as good as it was")
    func broken() throws {
        let decoder = TelemetryDecoder()
        _ = try decode(decoder, [(#""reporter":"source","source_workload":"web""#, "1")])
        #expect(throws: JSONError.self) { try decode(decoder, [(#""source_workload":"x""#, "1"), ("", "?")]) }
        let after = try decode(decoder, [(#""source_workload":"web""#, "1")])
        #expect(try text(decoder, after, 0, .sourceWorkload) == "web")
    }

    @Test("rows beyond the bound are counted", .tags(.slow), .unlessQuick)
    func bound() throws {
        let row = #"{"metric":{"reporter":"source"},"value":[1,"1"]}"#
        let count = TelemetryDecoder.maximumRows + 3
        let body = PaddedBytes(
            Array(#"{"status":"success","data":{"resultType":"vector","result":["#.utf8)
                + Array(repeatElement(Array((row + ",").utf8), count: count - 1).joined()) + Array((row + "]}}").utf8))
        let vector = try TelemetryDecoder().decode(body, of: .requests)
        #expect(vector.count == TelemetryDecoder.maximumRows && vector.omitted == 3)
        #expect(vector.keys.count == TelemetryDecoder.maximumRows)
    }

    @Test("texts are stripped of what a terminal would obey, and stay apart by their bytes")
    func hostile() throws {
        let decoder = TelemetryDecoder()
        let vector = try decode(
            decoder,
            [
                (#""source_workload":"a\u001b[2Jb""#, "1"), (#""source_workload":"é""#, "1"),
                (#""source_workload":"e\u0301""#, "1"),
            ])
        #expect(try text(decoder, vector, 0, .sourceWorkload) == "a[2Jb")
        #expect(vector.keys.cells[vector.keys.width + 3] != vector.keys.cells[2 * vector.keys.width + 3])
    }

    @Test("random labels and values come back as they were")
    func random() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var generator = SeededGenerator(seed: seed)
        let decoder = TelemetryDecoder()
        for metric in TelemetryMetric.allCases {
            let rows = (0..<40).map { _ in
                metric.columns.filter { _ in Bool.random(using: &generator) }
                    .map { (label: $0, text: "t\(Int.random(in: 0..<30, using: &generator))") }
                    .shuffled(using: &generator)
            }
            let series = rows.map { row in
                (row.map { #""\#($0.label.rawValue)":"\#($0.text)""# }.joined(separator: ","), "1")
            }
            let vector = try decode(decoder, series, metric)
            for (number, row) in rows.enumerated() {
                for label in metric.columns {
                    let expected = row.first { $0.label == label }?.text ?? ""
                    #expect(try text(decoder, vector, number, label) == expected, "seed \(seed)")
                }
            }
        }
    }

    @Test("queries are written as Prometheus takes them")
    func promQL() {
        let requests = TelemetryQuery(.requestMessages, matchers: [TelemetryMatcher(.reporter, ["a\"b"])])
        #expect(
            requests.promQL(window: .seconds(60)).hasSuffix(
                #"(rate(istio_request_messages_total{reporter="a\"b"}[60s])) > 0"#))
        let idle = TelemetryQuery(.tcpSent, matchers: [TelemetryMatcher(.app, ["a.b", "c"])], includesIdle: true)
        #expect(idle.promQL(window: .milliseconds(1_500)).hasSuffix(#"{app=~"a\\.b|c"}[1500ms]))"#))
        #expect(
            TelemetryQuery(.podInfo).promQL(window: .seconds(60))
                == "max by (namespace, pod, pod_ip, created_by_kind, created_by_name) (kube_pod_info)")
    }
}
