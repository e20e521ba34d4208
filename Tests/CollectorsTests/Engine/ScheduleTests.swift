// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Back-off")
struct BackoffTests {
    private func delays(_ failures: Int, interval: Duration, isListed: Bool) -> [Duration] {
        var backoff = Backoff()
        return (1...failures).map { second in
            let now = Timestamp(milliseconds: Int64(second) * 1_000_000)
            backoff.fail(at: now)
            return (backoff.dueAt(interval: interval, isLikelyToReturn: isListed) ?? now) - now
        }
    }

    @Test("the first retry is at once, then the pause doubles up to 30 s")
    func doubling() {
        #expect(delays(8, interval: .seconds(2), isListed: false).map(\.inSeconds) == [0, 2, 4, 8, 16, 30, 30, 30])
        #expect(delays(100, interval: .milliseconds(100), isListed: false).last == .seconds(30))
    }

    @Test("a listed member waits two intervals at most, nobody longer than 30 s")
    func listed() {
        #expect(delays(5, interval: .seconds(2), isListed: true).map(\.inSeconds) == [0, 2, 4, 4, 4])
        #expect(delays(3, interval: .seconds(60), isListed: true).map(\.inSeconds) == [0, 30, 30])
    }

    @Test("success forgets failures; an expected return makes the next try due")
    func ending() {
        var backoff = Backoff()
        #expect(backoff.dueAt(interval: .seconds(2), isLikelyToReturn: false) == nil)
        let now = Timestamp(milliseconds: 5)
        for _ in 0..<4 { backoff.fail(at: now) }
        backoff.expectReturn()
        #expect(backoff.dueAt(interval: .seconds(2), isLikelyToReturn: false) == now)
        #expect(backoff.isFailing)
        backoff.succeed()
        #expect(!backoff.isFailing)
        backoff.expectReturn()
        #expect(!backoff.isFailing)
    }
}

@Suite("Poll plan")
struct PollPlanTests {
    @Test("a small mesh is asked whole, except who may not be asked")
    func small() {
        var plan = PollPlan()
        #expect(plan.choose(count: 5, maximum: 50, isEligible: { $0 != 3 }, isUrgent: { _ in false }) == [0, 1, 2, 4])
    }

    @Test("a large mesh goes round, and whoever is urgent comes first and takes half of the room at most")
    func large() {
        var plan = PollPlan()
        var seen: [Int: Int] = [:]
        for _ in 0..<8 {
            let chosen = plan.choose(count: 40, maximum: 10, isEligible: { _ in true }, isUrgent: { $0 >= 32 })
            #expect(chosen.count == 10)
            #expect(Set(chosen).count == 10)
            #expect(chosen.prefix(5).allSatisfy { $0 >= 32 })
            for position in chosen { seen[position, default: 0] += 1 }
        }
        #expect(seen.count == 40, "five places per tick are the rotation's: once round in eight ticks")
    }

    @Test("whoever may not be asked leaves its place to the next; nobody is asked twice", arguments: 1...30)
    func ineligible(budget: Int) {
        var plan = PollPlan()
        for count in [31, 40, 7, 0, 100] {
            let chosen = plan.choose(
                count: count, maximum: budget, isEligible: { $0 % 3 != 0 }, isUrgent: { $0 % 5 == 0 })
            #expect(Set(chosen).count == chosen.count)
            #expect(chosen.allSatisfy { $0 < count && $0 % 3 != 0 })
            #expect(chosen.count == (count > budget ? min(budget, (0..<count).count { $0 % 3 != 0 }) : chosen.count))
        }
    }
}

@Suite("Request gate")
struct RequestGateTests {
    @Test("so many run, the rest wait in order, and nothing is queued twice")
    func order() {
        var gate = RequestGate<Int>(maximum: 2)
        for errand in [1, 2, 3, 2, 1, 4, 5] { gate.add(errand) }
        #expect([gate.next(), gate.next(), gate.next()] == [1, 2, nil])
        gate.add(1)
        #expect(gate.count == 5)
        gate.remove(4)
        #expect(!gate.contains(4) && gate.contains(1) && gate.contains(5))
        gate.remove(1)
        #expect([gate.next(), gate.next()] == [3, nil])
        gate.remove(2)
        gate.remove(3)
        gate.add(1)
        #expect([gate.next(), gate.next(), gate.next()] == [5, 1, nil])
    }
}

@Suite("Listing")
struct ListingTests {
    private func list(_ hosts: [Int]) throws -> MemberList {
        MemberList(
            try hosts.map {
                let address = try Address(parsing: "akka://Shop@h\($0):1")
                return Member(node: UniqueAddress(address, uid: 1), status: .up, roles: Roles([]))
            })
    }

    private func vote(_ list: MemberList, _ unreachable: [Int] = []) throws -> Listing.Vote {
        Listing.Vote(
            cluster: "Shop", members: list,
            unreachable: try unreachable.map {
                UnreachableRecord(subject: try Address(parsing: "akka://Shop@h\($0):1"), observers: [])
            })
    }

    @Test("who is listed is the union of the voting views; a list counts until its last voter is gone")
    func union() throws {
        var listing = Listing()
        let (a, b) = (try list([1, 2]), try list([2, 3]))
        let three = try Address(parsing: "akka://Shop@h3:1")
        #expect(listing.lists(three, in: "Shop") == nil)
        listing.set(try vote(a), of: SourceKey(number: 1))
        #expect(listing.update() == ["Shop"])
        #expect(listing.lists(three, in: "Shop") == false)
        listing.set(try vote(b, [2]), of: SourceKey(number: 2))
        listing.set(try vote(b), of: SourceKey(number: 3))
        #expect(listing.update() == ["Shop"])
        #expect(listing.lists(three, in: "Shop") == true)
        #expect(listing.isUnreachable(try Address(parsing: "akka://Shop@h2:1")))
        listing.set(nil, of: SourceKey(number: 2))
        #expect(listing.update() == [], "another view still has this list")
        #expect(!listing.isUnreachable(try Address(parsing: "akka://Shop@h2:1")))
        listing.set(try vote(a), of: SourceKey(number: 3))
        #expect(listing.update() == ["Shop"])
        #expect(listing.lists(three, in: "Shop") == false)
        listing.set(nil, of: SourceKey(number: 1))
        listing.set(nil, of: SourceKey(number: 3))
        #expect(listing.update() == ["Shop"])
        #expect(listing.lists(three, in: "Shop") == nil)
    }
}
