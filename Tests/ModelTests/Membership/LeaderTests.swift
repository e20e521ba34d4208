// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Leader")
struct LeaderTests {
    private func leader(_ view: MembershipView, terminated: [String] = []) -> String? {
        let question = Leader.Question(view: view, terminated: Set(terminated.map(address)))
        return Leader.compute(question)?.host
    }

    @Test("the first by address among those that are up leads")
    func first() {
        let members = [member("10.0.0.9"), member("10.0.0.10"), member("10.0.0.2", .joining)]
        #expect(leader(view(of: "10.0.0.9", members)) == "10.0.0.10")
    }

    @Test(
        "leaving members and those that prepare a shutdown still lead",
        arguments: [MemberStatus.leaving, .preparingForShutdown, .readyForShutdown])
    func stillLeading(status: MemberStatus) {
        #expect(leader(view(of: "b", [member("a", status), member("b")])) == "a")
    }

    @Test(
        "members of other statuses lead when nobody is up, in Akka's order of preference",
        arguments: [
            ([("a", .joining), ("b", .joining)], "a"), ([("a", .joining), ("b", .weaklyUp)], "b"),
            ([("a", .exiting), ("b", .joining)], "b"), ([("a", .exiting), ("b", .weaklyUp)], "b"),
            ([("a", .down), ("b", .exiting)], "b"), ([("a", .exiting), ("b", .exiting)], "a"),
            ([("a", .exiting), ("b", .up)], "b"),
        ] as [([(String, MemberStatus)], String)])
    func preference(statuses: [(String, MemberStatus)], expected: String) {
        let members = statuses.map { member($0.0, $0.1) }
        #expect(leader(view(of: "b", members)) == expected)
    }

    @Test("nobody leads where all are down, or where nobody is listed")
    func nobody() {
        #expect(leader(view(of: "a", [member("a", .down), member("b", .down)])) == nil)
        #expect(leader(view(of: "a", [])) == nil)
    }

    @Test("an unreachable member does not lead, except to itself")
    func unreachable() {
        let members = [member("a"), member("b"), member("c")]
        #expect(leader(view(of: "b", members, unreachable: ["a": ["c"]])) == "b")
        #expect(leader(view(of: "a", members, unreachable: ["a": ["c"]])) == "a")
        #expect(leader(view(of: "c", members, unreachable: ["a": ["c"], "b": ["c"]])) == "c")
    }

    @Test("a terminated member does not lead, although no view lists it as unreachable")
    func terminated() {
        let members = [member("a"), member("b")]
        #expect(leader(view(of: "b", members), terminated: ["a"]) == "b")
        #expect(leader(view(of: "a", members), terminated: ["a"]) == "a")
    }

    @Test("each data centre has a leader of its own, and only its own members' records count")
    func dataCenters() {
        let members = [
            member("a", roles: ["dc-west"]), member("b", roles: ["dc-east"]), member("c", roles: ["dc-east"]),
            member("d", roles: ["dc-west"]),
        ]
        #expect(leader(view(of: "d", members)) == "a")
        #expect(leader(view(of: "c", members)) == "b")
        #expect(leader(view(of: "c", members, unreachable: ["b": ["a", "d"]])) == "b")
        #expect(leader(view(of: "c", members, unreachable: ["b": ["a", "c"]])) == "c")
        #expect(leader(view(of: "d", members, unreachable: ["a": ["b"]])) == "a")
    }
}
