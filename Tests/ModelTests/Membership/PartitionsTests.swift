// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Partitions")
struct PartitionsTests {
    /// One voter per view, of the uid that its own view lists.
    private func components(_ views: [MembershipView]) -> [[String]] {
        let voters = views.compactMap { view in
            view.own.map { Partitions.Voter(node: $0.node, view: view, observedAt: second(0)) }
        }
        return Partitions.components(of: voters).map { $0.map { voters[$0].node.address.host ?? "" } }
    }

    private let abc = [member("a"), member("b"), member("c")]

    @Test("observers that list each other are one component")
    func whole() {
        #expect(components(["a", "b", "c"].map { view(of: $0, abc) }) == [["a", "b", "c"]])
        #expect(components([view(of: "a", abc)]) == [["a"]])
        #expect(components([]).isEmpty)
    }

    @Test("a report of somebody else does not cut two observers off")
    func gossip() {
        let views = ["a", "b", "c"].map { view(of: $0, abc, unreachable: ["c": ["d"]]) }
        #expect(components(views) == [["a", "b", "c"]])
    }

    @Test("a chain through a node in the middle joins its ends")
    func chain() {
        let views = [
            view(of: "a", abc, unreachable: ["c": ["a"]]), view(of: "b", abc),
            view(of: "c", abc, unreachable: ["a": ["c"]]),
        ]
        #expect(components(views) == [["a", "b", "c"]])
    }

    @Test("a one-way report cuts as a two-way one does")
    func oneWay() {
        let views = [
            view(of: "a", abc, unreachable: ["c": ["a"]]), view(of: "b", abc, unreachable: ["c": ["a", "b"]]),
            view(of: "c", abc),
        ]
        #expect(components(views) == [["a", "b"], ["c"]])
    }

    @Test("a full split makes as many components as there are sides")
    func split() {
        let all = ["a", "b", "c", "d", "e"]
        let sides = [["a", "d"], ["b", "c"], ["e"]]
        let views = all.map { name in
            let others = all.filter { other in !sides.contains { $0.contains(name) && $0.contains(other) } }
            return view(
                of: name, all.map { member($0) },
                unreachable: Dictionary(uniqueKeysWithValues: others.map { ($0, [name]) }))
        }
        #expect(components(views) == sides)
    }

    @Test("an observer that does not list the other's uid is not joined with it")
    func incarnation() {
        let old = [member("a"), member(node("b", uid: 7))]
        let new = [member("a"), member(node("b", uid: 8))]
        #expect(components([view(of: "a", old), view(of: "b", new)]) == [["a"], ["b"]])
        #expect(components([view(of: "a", new), view(of: "b", new)]) == [["a", "b"]])
        #expect(components([view(of: "a", [member("a")]), view(of: "b", new)]) == [["a"], ["b"]])
    }

    @Test("a view from before the other was known does not cut it off, one from after does")
    func joiningBetweenPolls() throws {
        let before = view(of: "a", [member("a")])
        let joined = view(of: "b", [member("a"), member("b", .joining)])
        let founder = view(of: "b", [member("b")])
        func count(_ view: MembershipView, of other: MembershipView, at seconds: Double) throws -> Int {
            let voters = [
                Partitions.Voter(
                    node: try #require(view.own).node, view: view, observedAt: second(seconds), knownSince: second(0)),
                Partitions.Voter(
                    node: try #require(other.own).node, view: other, observedAt: second(10), knownSince: second(10)),
            ]
            return Partitions.components(of: voters).count
        }
        #expect(try count(before, of: joined, at: 9.9) == 1)
        #expect(try count(before, of: joined, at: 10) == 2)
        #expect(try count(before, of: founder, at: 9.9) == 2)
    }

    @Test("a thousand observers are looked at once each when all is well")
    func thousand() {
        let names = (0..<1000).map { "n\($0)" }
        let list = MemberList(names.map { member($0) })
        let whole = names.map { MembershipView(observer: address($0), members: list) }
        #expect(components(whole).map(\.count) == [1000])
    }

    @Test("hundreds of observers that are cut off from each other come in time")
    func torn() {
        let list = MemberList((0..<300).map { member("n\($0)") })
        let halves = [0, 1].map { half in
            list.members.indices.filter { $0 % 2 == half }.map { list.members[$0].node.address }
        }
        let torn = halves.flatMap { half in
            let others = halves.first { $0 != half } ?? []
            return half.map { observer in
                MembershipView(
                    observer: observer, members: list,
                    unreachable: others.map { UnreachableRecord(subject: $0, observers: [observer]) })
            }
        }
        #expect(components(torn).map(\.count) == [150, 150])
    }
}
