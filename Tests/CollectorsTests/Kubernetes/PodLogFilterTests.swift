// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Logs of pods")
struct PodLogFilterTests {
    private static func receive(_ text: String, _ filter: inout PodLogFilter, piece: Int = 1 << 20) -> String {
        let bytes = Array(text.utf8)
        var lines: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { lines += filter.receive($0) }
        }
        return String(decoding: lines, as: UTF8.self)
    }

    @Test("lines get the form of the runtime's own log, cut anywhere", arguments: [1, 3, 1000])
    func form(piece: Int) {
        var filter = PodLogFilter()
        let text = "2026-11-30T10:00:00.5Z one\n2026-11-30T10:00:01.25Z \n2026-11-30T10:00:01.3Z two 2\n"
        #expect(
            Self.receive(text, &filter, piece: piece)
                == "2026-11-30T10:00:00.5Z stdout F one\n2026-11-30T10:00:01.25Z stdout F \n2026-11-30T10:00:01.3Z stdout F two 2\n"
        )
        #expect(filter.resumesAt == Timestamp(rfc3339: "2026-11-30T10:00:01Z"))
    }

    @Test("after a break the lines of the last second are not told twice, and none is lost")
    func resume() {
        var filter = PodLogFilter()
        _ = Self.receive("2026-11-30T10:00:01.1Z a\n2026-11-30T10:00:01.2Z b\n2026-11-30T10:00:01.3Z half", &filter)
        filter.end()
        let again =
            "2026-11-30T10:00:01.1Z a\n2026-11-30T10:00:01.2Z b\n2026-11-30T10:00:01.3Z half a line\n2026-11-30T10:00:02Z c\n"
        #expect(
            Self.receive(again, &filter)
                == "2026-11-30T10:00:01.3Z stdout F half a line\n2026-11-30T10:00:02Z stdout F c\n")
        filter.end()
        #expect(Self.receive("2026-11-30T10:00:02Z c\n", &filter) == "")
        #expect(Self.receive("2026-11-30T10:00:02Z d\n", &filter) == "2026-11-30T10:00:02Z stdout F d\n")
    }

    @Test("what has no time in front is passed on as it is")
    func untimed() {
        var filter = PodLogFilter()
        #expect(Self.receive("no time\n\n", &filter) == "no time\n\n")
        #expect(filter.resumesAt == nil)
    }

    @Test("a real answer is read", arguments: KubernetesFixtures.versions)
    func real(version: String) throws {
        var filter = PodLogFilter()
        let text = String(decoding: try KubernetesFixtures.bytes(version, "log-timestamps.txt"), as: UTF8.self)
        let lines = Self.receive(text, &filter).split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.contains(" stdout F ") } && filter.resumesAt != nil)
    }

    @Test("a log is asked for with times, from a whole second on")
    func path() {
        let server = Endpoint(scheme: "https", host: "k", port: 6443, access: .kubernetes)
        let log = PodLog(
            server: server, pod: ObjectName(namespace: "shop", name: "cart.a-1"), container: "app", instance: "x",
            isPrevious: false)
        let since = Timestamp(rfc3339: "2026-11-30T10:00:01.999Z")
        #expect(
            log.path(since: since)
                == "/api/v1/namespaces/shop/pods/cart.a-1/log?container=app&timestamps=true&follow=true&sinceTime=2026-11-30T10%3A00%3A01Z&tailLines=10000"
        )
    }
}
