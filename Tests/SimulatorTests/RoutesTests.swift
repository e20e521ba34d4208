// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulator

@Suite("A simulated node answers like the real one")
struct RoutesTests {
    private func answer(_ request: SimulatedRequest, _ stack: SimulatedStack) -> SimulatedReply? {
        var cluster = SimulatedCluster(.init(stack: stack))
        guard case .reply(let reply) = cluster.answer(request, at: 0) else { return nil }
        return reply
    }

    /// Fixture name, and the request that got it.
    static let requests: [(name: String, request: SimulatedRequest)] = [
        ("errors/n1.unknown-route", .init(path: "/nope")),
        ("errors/n1.root", .init(path: "/")),
        ("errors/n1.post-members", .init(method: "POST", path: "/cluster/members")),
        ("errors/n1.put-members", .init(method: "PUT", path: "/cluster/members")),
        ("errors/n1.delete-member", .init(method: "DELETE", path: "/cluster/members/Shop@127.0.3.1:1")),
        ("errors/n1.put-cluster", .init(method: "PUT", path: "/cluster")),
        ("errors/n1.options-members", .init(method: "OPTIONS", path: "/cluster/members")),
        ("errors/n1.post-ready", .init(method: "POST", path: "/ready")),
        ("errors/n1.post-domain-events", .init(method: "POST", path: "/cluster/domain-events")),
        ("errors/n1.not-acceptable", .init(path: "/cluster/members", accept: "image/png")),
        ("errors/n1.shards", .init(path: "/cluster/shards")),
        ("errors/n1.startup", .init(path: "/startup")),
        ("errors/n1.unknown-member", .init(path: "/cluster/members/Shop@127.0.3.77:1")),
        ("healthy/n1.ready", .init(path: "/ready")),
        ("healthy/n1.alive", .init(path: "/alive")),
    ]

    @Test("status, type and body", arguments: SimulatedStack.recorded, requests.indices)
    func answers(stack: SimulatedStack, index: Int) throws {
        let (name, request) = Self.requests[index]
        let reply = try #require(answer(request, stack))
        let headers = try Fixtures.text("\(stack.rawValue)/\(name).headers").split(separator: "\r\n")
        #expect(headers.first?.contains(" \(reply.status) ") == true, "\(headers)")
        #expect(headers.contains("Content-Type: \(reply.contentType)"))
        #expect(headers.contains("Server: \(stack.server)"))
        #expect(headers.contains { $0.hasPrefix("Allow: ") } == (reply.allow != nil))
        let isJSON = reply.contentType.contains("json")
        #expect(
            String(decoding: reply.body, as: UTF8.self)
                == (try Fixtures.text("\(stack.rawValue)/\(name).\(isJSON ? "json" : "txt")")))
    }

    @Test("/ready names the failing check while it is no member", arguments: SimulatedStack.recorded)
    func notReady(stack: SimulatedStack) throws {
        var cluster = SimulatedCluster(.init(stack: stack))
        cluster.inject(.kill([2]))
        cluster.inject(.start([2]))
        _ = cluster.advance(to: .milliseconds(2400))
        guard case .reply(let ready) = cluster.answer(.init(path: "/ready"), at: 2),
            case .reply(let members) = cluster.answer(.init(path: "/cluster/members"), at: 2)
        else {
            Issue.record("it does not answer")
            return
        }
        #expect(ready.status == 500)
        #expect(
            String(decoding: ready.body, as: UTF8.self)
                == (try Fixtures.text("\(stack.rawValue)/not-joined/n1.ready.txt")))
        #expect(
            String(decoding: members.body, as: UTF8.self).hasPrefix(#"{"members":[],"oldestPerRole":{},"selfNode":"#))
    }

    @Test("a member alone by its address, with and without the protocol")
    func oneMember() throws {
        for name in ["akka://Shop@127.1.1.2:25520", "Shop@127.1.1.2:25520"] {
            let reply = try #require(answer(.init(path: "/cluster/members/\(name)"), .akka26Artery))
            #expect(reply.status == 200)
            #expect(String(decoding: reply.body, as: UTF8.self).hasPrefix(#"{"node":"akka://Shop@127.1.1.2:25520","#))
        }
    }

    @Test("an event stream lets through the types asked for, by name or by parent")
    func types() {
        var cluster = SimulatedCluster(.init())
        func kinds(_ types: [String]) -> [String] {
            let request = SimulatedRequest(path: "/cluster/domain-events", types: types)
            guard case .stream(_, let replay) = cluster.answer(request, at: 0) else { return ["none"] }
            return replay.map(\.kind.rawValue)
        }
        #expect(kinds(["MemberUp", "LeaderChanged"]) == ["MemberUp", "MemberUp", "MemberUp", "LeaderChanged"])
        #expect(kinds(["MemberEvent"]) == ["MemberUp", "MemberUp", "MemberUp"])
        #expect(kinds(["Nope"]).isEmpty && kinds(["ReachabilityEvent"]).isEmpty)
        #expect(kinds([]) == kinds(["ClusterDomainEvent"]))
    }
}
