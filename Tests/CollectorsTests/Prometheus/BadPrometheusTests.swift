// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import Support
import TestSupport
import Testing

@testable import Collectors

/// What a metrics server answers to a query, which is given percent-encoded.
private typealias Script = @Sendable (String) -> LoopbackServer.Answer

/// A member and a metrics server on loopback, the collector on both, and the fold of what it tells.
private final class MeshRig {
    private(set) var mesh = Mesh()
    private let servers: [LoopbackServer]
    private let thread: CollectorThread
    private let mailbox: Mailbox
    private(set) var failures: [SourceFailure] = []

    init(host: String, script: @escaping Script) throws {
        let member = try LoopbackServer(host: host) { request in
            let row = #"{"node":"akka://Shop@\#(host):25520","nodeUid":"1","status":"Up","roles":[]}"#
            return switch request.path {
            case "/cluster/members":
                .reply(body: Array(#"{"selfNode":"akka://Shop@\#(host):25520","members":[\#(row)]}"#.utf8))
            case "/ready", "/alive": .reply(type: "text/plain", body: Array("OK".utf8))
            default: .reply(status: 404, body: [])
            }
        }
        let metrics = try LoopbackServer(host: host) { script($0.path) }
        servers = [member, metrics]
        let options = CollectorOptions(
            [
                .management(
                    ManagementOptions(
                        seeds: [ManagementSeed(endpoints: [Endpoint(host: host, port: member.port)])])),
                .prometheus(PrometheusOptions(endpoint: Endpoint(host: host, port: metrics.port))),
            ], interval: .milliseconds(200), timeout: .seconds(4), isOneShot: true)
        mailbox = try #require(Mailbox())
        thread = try #require(CollectorThread(options: options, mailbox: mailbox))
        _ = mesh.apply(Observation(at: SystemClock.now, source: nil, .started(SessionOptions())))
        try #require(thread.start())
    }

    deinit {
        thread.stop()
        for server in servers { server.stop() }
    }

    /// Takes in what comes until `enough`, or the time is over.
    ///
    /// - Returns: whether it was enough.
    func run(seconds: Double = 30, until enough: (MeshSnapshot) -> Bool) -> Bool {
        let end = ContinuousClock.now + .milliseconds(Int64(seconds * 1000))
        while ContinuousClock.now < end {
            if mailbox.beginSleep() {
                var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&descriptor, 1, 100)
            }
            for observation in mailbox.drain().observations {
                if case .failed(let failure, _) = observation.payload, observation.source?.kind == .prometheus {
                    failures.append(failure)
                }
                _ = mesh.apply(observation)
            }
            _ = mesh.apply(Observation(at: SystemClock.now, source: nil, .tick))
            if enough(mesh.snapshot()) { return true }
        }
        return false
    }

    var prometheus: SourceSnapshot? { mesh.snapshot().sources.first { $0.id.kind == .prometheus } }

    /// That what the metrics server does harms nobody else.
    func expectMembership(_ comment: Comment? = nil) {
        // The graph may have come before the members' first answers.
        _ = run { $0.clusters.first?.members.count == 1 }
        let snapshot = mesh.snapshot()
        #expect(snapshot.clusters.first?.members.count == 1, comment)
        #expect(snapshot.clusters.first?.members.first?.status == .up, comment)
        #expect(snapshot.sources.filter { $0.id.kind == .management }.allSatisfy { $0.state == .ok }, comment)
    }
}

private func reply(_ text: String, status: Int = 200, type: String = "application/json") -> LoopbackServer.Answer {
    .reply(status: status, type: type, body: Array(text.utf8))
}

private func answer(_ rows: [(labels: String, value: String)], extra: String = "") -> LoopbackServer.Answer {
    let series = rows.map { #"{"metric":{\#($0.labels)},"value":[1700000000.5,"\#($0.value)"]}"# }
    return reply(
        #"{"status":"success","data":{"resultType":"vector","result":[\#(series.joined(separator: ","))]}\#(extra)}"#)
}

/// A row of requests from one workload to another.
private func requests(_ source: String, _ target: String, _ value: String, code: String = "200") -> (String, String) {
    (
        #""reporter":"destination","source_workload_namespace":"s","source_workload":"\#(source)","source_canonical_service":"\#(source)","destination_service_namespace":"s","destination_service":"\#(target).s.svc","destination_service_name":"\#(target)","destination_workload_namespace":"s","destination_workload":"\#(target)","destination_canonical_service":"\#(target)","request_protocol":"http","response_code":"\#(code)","response_flags":"-""#,
        value
    )
}

/// Answers the query for requests with these rows, every other with none.
private func only(_ rows: [(String, String)], extra: String = "") -> Script {
    { path in
        let isTraffic = path.contains("istio_requests_total")
        return answer(isTraffic ? rows.map { ($0.0, $0.1) } : [], extra: isTraffic ? extra : "")
    }
}

@Suite("A metrics server that tells nonsense, over real HTTP", .serialized, .timeLimit(.minutes(2)))
struct BadPrometheusTests {
    @Test("NaN, infinities, negative and absurd rates are no traffic; what is beside them is")
    func numbers() throws {
        let values = ["NaN", "+Inf", "-Inf", "-5", "0", "1e300", "4.9e-324", "-0", "1.5"]
        let rows = values.enumerated().map { requests("web", "cart-\($0.offset)", $0.element) }
        let rig = try MeshRig(host: "127.3.21.1", script: only(rows))
        #expect(rig.run { $0.graph != nil })
        let graph = try #require(rig.mesh.snapshot().graph?.graph)
        #expect(graph.edges.map { graph.nodes[$0.target].app } == ["cart-6", "cart-8"])
        #expect(graph.edges.allSatisfy { $0.rates.total.isFinite && $0.rates.total > 0 })
        rig.expectMembership()
    }

    @Test("series without any label, with half of them or with labels of other exporters do not hide the others")
    func labels() throws {
        let odd = [
            ("", "1"), (#""reporter":"destination""#, "2"), (#""reporter":"neither","source_workload":"x""#, "3"),
            (#""reporter":"source","source_workload":"x","source_workload_namespace":"s""#, "4"),
            (#""instance":"1.2.3.4:9100","job":"node""#, "5"), requests("web", "cart", "6"),
            (#""reporter":"destination","reporter":"source""#, "7"),
        ]
        let rig = try MeshRig(host: "127.3.21.2", script: only(odd))
        #expect(rig.run { $0.graph != nil })
        let graph = try #require(rig.mesh.snapshot().graph?.graph)
        #expect(graph.edges.contains { graph.id(of: $0).contains("web|") && $0.rates.total == 6 })
        rig.expectMembership()
    }

    @Test("warnings and infos come along with what was answered")
    func warnings() throws {
        let extra = #","warnings":["store sidecar-2 is unreachable:\u001b[31m red\u0000","second"],"infos":["i"]"#
        let rig = try MeshRig(host: "127.3.21.3", script: only([requests("web", "cart", "2")], extra: extra))
        #expect(rig.run { $0.graph != nil })
        let graph = try #require(rig.mesh.snapshot().graph?.graph)
        #expect(graph.edges.count == 1)
        #expect(graph.notes.contains { $0.contains("store sidecar-2 is unreachable") })
        #expect(graph.notes.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 } })
        #expect(rig.prometheus?.state == .ok)
    }

    @Test(
        "errors of every kind are a failing source with a reason, and nothing else",
        arguments: [
            (
                400, "application/json", #"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "http",
                "bad_data"
            ),
            (
                422, "application/json", #"{"status":"error","errorType":"execution","error":"many-to-many"}"#, "http",
                "execution"
            ),
            (
                503, "application/json", #"{"status":"error","errorType":"unavailable","error":"TSDB not ready"}"#,
                "http", "TSDB"
            ),
            (
                503, "application/json", #"{"status":"error","errorType":"timeout","error":"query timed out"}"#,
                "timeout", "timed out"
            ),
            (404, "text/plain", "404 page not found", "http", "404"),
            (502, "text/html", "<html><h1>Bad Gateway</h1></html>", "http", "Bad Gateway"),
            (401, "text/plain", "Unauthorized", "auth", "401"), (302, "text/html", "", "http", "302"),
            (200, "text/html", "<html><title>Grafana</title></html>", "format", "another service"),
            (200, "application/json", #"{"selfNode":"akka://S@h:1","members":[]}"#, "format", "query API"),
            (
                200, "application/json", #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, "format",
                "vector"
            ),
            (
                200, "application/json",
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}"#, "format", "sample"
            ),
            (
                200, "application/json", #"{"status":"success","data":{"resultType":"vector","result":[{"met"#,
                "format", "another service"
            ),
            (200, "application/json", "", "format", "another service"),
            (200, "application/json", "[[[[[[", "format", "expected JSON"),
        ])
    func errors(status: Int, type: String, body: String, code: String, words: String) throws {
        let rig = try MeshRig(host: "127.3.21.4") { _ in reply(body, status: status, type: type) }
        #expect(rig.run { $0.sources.contains { $0.id.kind == .prometheus && $0.state == .failing } })
        #expect(rig.failures.first?.code.rawValue == code, "\(rig.failures)")
        #expect(rig.failures.first?.message.contains(words) == true, "\(rig.failures)")
        #expect(rig.mesh.snapshot().graph == nil)
        _ = rig.run { $0.clusters.first?.members.first?.status == .up }
        rig.expectMembership()
    }

    @Test("one that is reset, that hangs or that never ends its answer fails in time, and members are polled meanwhile")
    func transport() throws {
        let answers: [(LoopbackServer.Answer, SourceFailure.Code)] = [
            (.reset, .reset), (.close, .closed), (.raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .format),
        ]
        for (answer, code) in answers {
            let rig = try MeshRig(host: "127.3.21.5") { _ in answer }
            #expect(rig.run { $0.sources.contains { $0.id.kind == .prometheus && $0.state == .failing } })
            #expect([code, .reset, .closed, .other].contains(rig.failures.first?.code), "\(code): \(rig.failures)")
            _ = rig.run { $0.clusters.first?.members.first?.status == .up }
            rig.expectMembership("\(code)")
        }
        let rig = try MeshRig(host: "127.3.21.6") { _ in .hang }
        #expect(rig.run { $0.clusters.first?.members.first?.status == .up })
        rig.expectMembership("hanging")
        #expect(rig.prometheus?.state == .connecting)
    }

    @Test(
        "names with every printable character, right-to-left and wide ones stay apart; what a terminal obeys is stripped"
    )
    func names() throws {
        let printable = String(String.UnicodeScalarView((33...126).compactMap { Unicode.Scalar($0) }))
        let names = [
            printable, "متجر", "חנות", "購物車", "カート", "🛒🛒", "e\u{301}", "é", "a b", "-", "_", "0", "unknownish",
            String(repeating: "x", count: 3000),
        ]
        let bad = ["evil\u{1B}[2J\u{7}", "bidi\u{202E}txt", "nul\u{0}l", "new\nline", "\u{200B}"]
        let encoder = JSONEncoder()
        let rows = try (names + bad).map { name in
            let text = String(decoding: try encoder.encode(name), as: UTF8.self).dropFirst().dropLast()
            return requests("web", String(text), "1")
        }
        let rig = try MeshRig(host: "127.3.21.7", script: only(rows))
        #expect(rig.run { $0.graph != nil })
        let graph = try #require(rig.mesh.snapshot().graph?.graph)
        let apps = Set(graph.nodes.compactMap(\.app))
        for name in names.dropLast() { #expect(apps.contains(name), "\(name)") }
        #expect(apps.contains { $0.hasPrefix("xxx") && $0.count <= 513 })
        for node in graph.nodes {
            for scalar in node.id.unicodeScalars {
                #expect(scalar.properties.generalCategory != .control, "\(node.id.debugDescription)")
                #expect(scalar.properties.generalCategory != .format, "\(node.id.debugDescription)")
            }
        }
        #expect(Set(graph.nodes.map(\.id)).count == graph.nodes.count)
    }

    @Test(
        "a hundred thousand series are a graph, or counted as left out; nothing waits for them but the graph",
        .tags(.slow), .unlessQuick)
    func many() throws {
        // Each of 400 workloads calls 250 others.
        let rows = (0..<100_000).map { number in
            requests("w\(number / 250)", "w\((number / 250 + number % 250 + 1) % 400)", "0.5")
        }
        let body: [UInt8]
        guard case .reply(_, _, _, let bytes) = answer(rows.map { ($0.0, $0.1) }) else { return }
        body = bytes
        let rig = try MeshRig(host: "127.3.21.8") { path in
            path.contains("istio_requests_total") ? .reply(body: body) : answer([])
        }
        #expect(rig.run(seconds: 90) { $0.graph != nil })
        let graph = try #require(rig.mesh.snapshot().graph?.graph)
        #expect(graph.nodes.count { $0.kind != .cluster } == 400)
        #expect(graph.edges.count + graph.omitted.edges == 100_000)
        rig.expectMembership()
    }

    @Test("when it begins to fail, the last graph stays with its age, and it is asked less and less")
    func laterFailure() throws {
        let isDead = Locked(false)
        let rig = try MeshRig(host: "127.3.21.9") { path in
            if isDead.withLock({ $0 }) { return .reset }
            return only([requests("web", "cart", "2")])(path)
        }
        // The cluster's node moves the places of the others, so it must be there before.
        #expect(rig.run { $0.graph?.graph.nodes.contains { $0.kind == .cluster } == true })
        let first = try #require(rig.mesh.snapshot().graph?.graph)
        isDead.withLock { $0 = true }
        #expect(rig.run { $0.sources.contains { $0.id.kind == .prometheus && $0.state == .failing } })
        let last = try #require(rig.mesh.snapshot().graph?.graph)
        #expect(last.edges == first.edges)
        // What was on its way before may still have come; nothing new does.
        #expect(!rig.run(seconds: 1) { ($0.graph?.graph.observedAt ?? last.observedAt) > last.observedAt })
        #expect(rig.mesh.snapshot().graph?.graph.edges == first.edges)
        rig.expectMembership()
    }
}
