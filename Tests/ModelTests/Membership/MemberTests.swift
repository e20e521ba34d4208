// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Member")
struct MemberTests {
    @Test("statuses are read and printed in Akka's spelling")
    func names() {
        let names = [
            "Joining", "WeaklyUp", "Up", "Leaving", "Exiting", "Down", "Removed", "PreparingForShutdown",
            "ReadyForShutdown",
        ]
        #expect(names.map { MemberStatus(name: $0).name } == names)
        #expect(names.map(MemberStatus.init(name:)) == MemberStatus.named)
    }

    @Test("a status of a newer version is kept as it came", arguments: ["Hibernating", "up", "", " Up"])
    func unknown(text: String) {
        #expect(MemberStatus(name: text) == .unknown(text))
        #expect(MemberStatus(name: text).name == text)
        #expect(!MemberStatus(name: text).isUpForLeadership)
    }

    @Test("of two gossiped statuses the one further on wins, and an unknown one loses")
    func priority() {
        let highestFirst: [MemberStatus] = [
            .removed, .readyForShutdown, .down, .exiting, .leaving, .preparingForShutdown, .up, .weaklyUp, .joining,
            .unknown("x"),
        ]
        #expect(highestFirst.map(\.priority) == highestFirst.map(\.priority).sorted(by: >))
        #expect(Set(highestFirst.map(\.priority)).count == highestFirst.count)
    }

    @Test("four statuses lead in the first place")
    func leadership() {
        let leading = MemberStatus.named.filter(\.isUpForLeadership)
        #expect(Set(leading) == [.up, .leaving, .preparingForShutdown, .readyForShutdown])
    }

    @Test("the data centre is the first role that begins with dc-")
    func dataCenter() {
        #expect(Roles(["web", "dc-west"]).dataCenter == "west")
        #expect(Roles(["web", "adc-x"]).dataCenter == "default")
        #expect(Roles([]).dataCenter == "default")
        #expect(Roles(["web", "api"]).names == ["api", "web"])
        #expect(Roles(["b", "a"]) == Roles(["a", "b"]))
    }

    @Test("a list is sorted by Akka's order and finds its rows")
    func list() {
        let list = MemberList(["10.0.0.9", "10.0.0.10", "b", "a"].map { member($0) })
        #expect(
            list.members.map(\.node.address.hostPort) == ["10.0.0.10:25520", "10.0.0.9:25520", "a:25520", "b:25520"])
        #expect(list[node("b")]?.status == .up)
        #expect(list[node("b", uid: 1)] == nil)
        #expect(list[address("a")]?.node == node("a"))
        #expect(list[address("c")] == nil)
        #expect(MemberList.empty[address("a")] == nil)
    }

    @Test("of two rows about one node the further status stays")
    func repetition() {
        let list = MemberList([member("a", .up), member("a", .leaving), member("a", .joining), member("b")])
        #expect(list.members.map(\.status) == [.leaving, .up])
    }

    @Test("two incarnations on one address are two rows")
    func incarnations() {
        let list = MemberList([member(node("a", uid: 2), .joining), member(node("a", uid: 1), .down)])
        #expect(list.members.map(\.node.uid) == [1, 2])
        #expect(list[node("a", uid: 2)]?.status == .joining)
    }

    @Test("lists with equal rows are equal, whoever made them")
    func equality() {
        #expect(MemberList([member("a"), member("b")]) == MemberList([member("b"), member("a")]))
        #expect(MemberList([member("a")]) != MemberList([member("a", .down)]))
    }

    @Test("a view finds its own row and the records about others, in whatever order they came")
    func view() {
        let subjects = ["e", "b", "d"]
        let view = MembershipView(
            observer: address("a"), members: MemberList([member("a"), member("b")]),
            unreachable: subjects.map { UnreachableRecord(subject: address($0), observers: [address("c")]) }
                + [UnreachableRecord(subject: address("c"), observers: [address("a")])])
        #expect(view.own?.node == node("a"))
        #expect(view.unreachable.map(\.subject.hostPort) == ["b:25520", "c:25520", "d:25520", "e:25520"])
        for subject in subjects {
            #expect(view.record(about: address(subject)) != nil)
            #expect(!view.reportsUnreachable(address(subject)))
        }
        #expect(view.reportsUnreachable(address("c")))
        #expect(view.record(about: address("a")) == nil)
        #expect(view.record(about: address("z")) == nil)
    }
}
