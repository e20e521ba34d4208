// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Members found in pods")
struct PodFinderTests {
    private static let server = Endpoint(scheme: "https", host: "k", port: 6443, path: "/c-1", access: .kubernetes)

    private static func words(_ actions: [CollectorAction]) -> [String] {
        actions.map { action in
            switch action {
            case .found(.management(let seed)):
                "+ \(seed.pod?.name ?? "") \(seed.endpoints.map(\.url).joined(separator: " "))"
            case .lost(.management(let seed)):
                "- \(seed.pod?.name ?? "") \(seed.endpoints.map(\.url).joined(separator: " "))"
            case .found(.podLog(let log)):
                "+ log \(log.pod.name)/\(log.container) \(log.instance)\(log.isPrevious ? " before" : "")"
            case .lost(.podLog(let log)):
                "- log \(log.pod.name)/\(log.container) \(log.instance)\(log.isPrevious ? " before" : "")"
            default: "?"
            }
        }
    }

    private static func finder(_ change: (inout KubernetesOptions) -> Void = { _ in }) -> PodFinder {
        var options = KubernetesOptions(followsLogs: false)
        change(&options)
        return PodFinder(options, server: server)
    }

    private static func pod(
        ports: String = #"{"name":"management","containerPort":8558}"#, probe: String = "", status: String = "",
        phase: String = "Running", address: String = "10.0.0.7"
    ) throws -> ObjectValue {
        let text = """
            {"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"cart.a-1","namespace":"shop","uid":"u1"},
            "spec":{"nodeName":"n","containers":[{"name":"app","ports":[\(ports)]\(probe)}]},
            "status":{"phase":"\(phase)","podIP":"\(address)","containerStatuses":[\(status)]}}]}
            """
        return try ObjectReader().page(PaddedBytes(Array(text.utf8)), .pods).objects[0]
    }

    private static let proxied = "https://k:6443/c-1/api/v1/namespaces/shop/pods/cart.a-1:8558/proxy"

    @Test(
        "the management port is found by name, by number, by the readiness check",
        arguments: [
            (#"{"name":"management","containerPort":9999}"#, "", 9999),
            (#"{"containerPort":8080},{"containerPort":7626}"#, "", 7626),
            (
                #"{"name":"http","containerPort":9000}"#,
                #","readinessProbe":{"httpGet":{"path":"/ready","port":"http"}}"#, 9000
            ),
            ("", #","readinessProbe":{"httpGet":{"path":"/ready","port":8560}}"#, 8560),
        ])
    func ports(ports: String, probe: String, port: Int) throws {
        var finder = Self.finder { $0.reach = .direct }
        let words = Self.words(finder.record(.listed([try Self.pod(ports: ports, probe: probe)])))
        #expect(words == ["+ cart.a-1 http://10.0.0.7:\(port)"])
    }

    @Test("a pod without any of these is no member, unless the user selects it")
    func none() throws {
        let pod = try Self.pod(ports: #"{"name":"http","containerPort":8080}"#)
        var finder = Self.finder()
        #expect(finder.record(.listed([pod])).isEmpty)
        var selecting = Self.finder {
            $0.selector = "app=shop"
            $0.reach = .direct
        }
        #expect(
            Self.words(selecting.record(.listed([pod]))) == ["+ cart.a-1 http://10.0.0.7:8558 http://10.0.0.7:7626"])
    }

    @Test(
        "ways to a pod",
        arguments: [
            (PodReach.auto, "http://10.0.0.7:8558 \(proxied)"), (.direct, "http://10.0.0.7:8558"), (.proxy, proxied),
        ])
    func ways(reach: PodReach, endpoints: String) throws {
        var finder = Self.finder { $0.reach = reach }
        #expect(Self.words(finder.record(.listed([try Self.pod()]))) == ["+ cart.a-1 \(endpoints)"])
    }

    @Test("a pod that moves, ends or goes takes its endpoint with it")
    func changes() throws {
        var finder = Self.finder { $0.reach = .direct }
        _ = finder.record(.listed([try Self.pod()]))
        #expect(finder.record(.changed([try Self.pod()])).isEmpty)
        #expect(
            Self.words(finder.record(.changed([try Self.pod(address: "10.0.0.8")])))
                == ["- cart.a-1 http://10.0.0.7:8558", "+ cart.a-1 http://10.0.0.8:8558"])
        #expect(
            Self.words(finder.record(.changed([try Self.pod(phase: "Failed", address: "10.0.0.8")]))) == [
                "- cart.a-1 http://10.0.0.8:8558"
            ])
        _ = finder.record(.changed([try Self.pod()]))
        #expect(Self.words(finder.record(.removed([ObjectName(namespace: "shop", name: "cart.a-1")]))).count == 1)
        #expect(finder.record(.removed([ObjectName(namespace: "shop", name: "other")])).isEmpty)
    }

    @Test("each instance of a container has a log, and one that crashed unseen the log before")
    func logs() throws {
        func status(_ id: String, last: String? = nil, running: Bool = true) -> String {
            let before = last.map { #","lastState":{"terminated":{"exitCode":1,"containerID":"\#($0)"}}"# } ?? ""
            let state = running ? #""running":{}"# : #""waiting":{"reason":"CrashLoopBackOff"}"#
            return #"{"name":"app","containerID":"\#(id)","state":{\#(state)}\#(before)}"#
        }
        var finder = Self.finder { $0.followsLogs = true }
        func logs(_ status: String) throws -> [String] {
            Self.words(finder.record(.changed([try Self.pod(status: status)]))).filter { $0.contains("log") }
        }
        #expect(try logs(status("c1", last: "c0")) == ["+ log cart.a-1/app c0 before", "+ log cart.a-1/app c1"])
        #expect(
            try logs(status("c1", last: "c1", running: false)) == [
                "- log cart.a-1/app c0 before", "- log cart.a-1/app c1",
            ])
        #expect(try logs(status("c2", last: "c1")) == ["+ log cart.a-1/app c2"], "c1 was followed to its end")
        #expect(try logs(status("c2", last: "c1")) == [])
    }

    @Test("in a real namespace the pods with a management port are members", arguments: KubernetesFixtures.versions)
    func real(version: String) throws {
        var finder = Self.finder { $0.reach = .direct }
        let objects = try KubernetesFixtures.page(version, "pods-shop.json", .pods).objects
        let words = Self.words(finder.record(.listed(objects)))
        #expect(
            words.contains("+ cart-6c4b9d7c85-2xk9q http://10.77.0.11:8558")
                && words.contains("+ ledger-0 http://10.77.0.21:7626"))
        #expect(!words.contains { $0.contains("web-") }, "\(words)")
    }

    @Test(
        "an endpoint that cannot be reached is followed by the next, one that refuses is not", arguments: [true, false])
    func otherWay(isUnreachable: Bool) throws {
        var collector = ManagementCollector(ManagementOptions(seeds: []), .test())
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let seed = ManagementSeed(
            endpoints: [
                Endpoint(host: "10.0.0.7", port: 8558),
                Endpoint(scheme: "https", host: "k", port: 6443, path: "/p", access: .kubernetes),
            ],
            pod: ObjectName(namespace: "shop", name: "a"))
        func started(_ actions: [CollectorAction]) -> [(id: RequestID, url: String)] {
            actions.compactMap { if case .start(let id, let request) = $0 { (id, request.url) } else { nil } }
        }
        let first = started(collector.add(.management(seed), at: now))
        #expect(first.map(\.url) == ["http://10.0.0.7:8558/cluster/members"])
        let failure = SourceFailure(isUnreachable ? .timeout : .refused, "x")
        let next = started(collector.handle(.failed(first[0].id, failure), at: now)).map(\.url)
        #expect(next.contains("https://k:6443/p/cluster/members") == isUnreachable)
        #expect(collector.add(.management(seed), at: now).isEmpty, "it is known")
        let gone = collector.remove(.management(seed), at: now).filter {
            if case .emit(let o, _) = $0 { o.payload == .sourceRemoved } else { false }
        }
        #expect(gone.count == (isUnreachable ? 2 : 1))
    }

    @Test(
        "what the API server says of a pod that it could not reach",
        arguments: [("proxy-refused.json", SourceFailure.Code.refused), ("403-proxy.json", .auth)],
        KubernetesFixtures.versions)
    func proxyFailures(row: (name: String, code: SourceFailure.Code), version: String) throws {
        let body = try KubernetesFixtures.bytes(version, row.name)
        let status = row.code == .auth ? 403 : version == "v1.20" ? 500 : 503
        let request = HTTPRequest(Self.server, path: "/x", mode: .whole(timeout: .seconds(1), maximum: 10))
        #expect(ProxyFailure.failure(KubernetesFixtures.response(status, body), request)?.code == row.code)
        // What the application itself answers is none of these.
        #expect(ProxyFailure.failure(KubernetesFixtures.response(500, "Not Healthy"), request) == nil)
    }
}
