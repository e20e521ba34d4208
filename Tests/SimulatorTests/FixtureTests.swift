// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Simulator

@Suite("The simulator prints what real endpoints print, byte for byte")
struct FixtureTests {
    static let answers = Fixtures.paths { path in
        path.hasSuffix(".json") && (path.contains(".members/") || path.hasSuffix(".members.json"))
    }

    @Test("there are answers of all six flavours")
    func fixtures() {
        #expect(Set(Self.answers.compactMap(Fixtures.stack)) == Set(SimulatedStack.recorded))
        #expect(Self.answers.count > 100)
    }

    @Test("an answer of /cluster/members", arguments: answers)
    func members(path: String) throws {
        let real = try Fixtures.text(path)
        #expect(RoleOrder.normalised(try FixtureView(path).body) == RoleOrder.normalised(real))
    }

    static let streams = Fixtures.paths { path in
        path.hasSuffix("n1.domain-events.txt")
            && ["/pause/", "/join/", "/leave/", "/crash/"].contains { path.contains($0) }
    }

    @Test(
        "the event stream from its replay to its last event, given what the node listed meanwhile", arguments: streams)
    func events(path: String) throws {
        let real = try Fixtures.text(path).components(separatedBy: "\n\n").filter { !$0.isEmpty && $0 != "data:" }
            .map { $0 + "\n\n" }
        let folder = path.replacing("domain-events.txt", with: "members/")
        var (last, printed) = (FixtureView?.none, [String]())
        for view in Fixtures.paths({ $0.hasPrefix(folder) }) {
            let next = try FixtureView(view, after: last)
            printed += next.events(after: last)
            last = next
        }
        #expect(RoleOrder.normalised(printed) == RoleOrder.normalised(real))
    }

    @Test("the last events of a node that has left", arguments: SimulatedStack.recorded)
    func shutdown(stack: SimulatedStack) throws {
        let folder = "\(stack.rawValue)/leave"
        let real = try Fixtures.text("\(folder)/n4.domain-events.txt").components(separatedBy: "\n\n")
            .filter { !$0.isEmpty && $0 != "data:" }.map { $0 + "\n\n" }
        guard let end = real.firstIndex(where: { $0.contains("ClusterShuttingDown") }) else {
            Issue.record("the fixture has no ClusterShuttingDown")
            return
        }
        let views = try Fixtures.paths { $0.hasPrefix("\(folder)/n4.members/") }.map { try FixtureView($0) }
        let view = try #require(views.last { $0.gossip != nil })
        // Asked every 100 ms, a node is not always seen as Exiting.
        let exiting = view.gossip?.with(.exiting, of: view.process.id, world: view.world)
        let events = GossipDiff(old: exiting, new: nil, observer: view.process.id, world: view.world).events
        let printed = ([StreamEvent(.clusterShuttingDown)] + events).map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(RoleOrder.normalised(printed) == RoleOrder.normalised(Array(real[end...])))
    }
}
