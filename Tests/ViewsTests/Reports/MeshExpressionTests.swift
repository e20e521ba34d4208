// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Expressions over the mesh")
struct MeshExpressionTests {
    @Test(
        "what can be read",
        arguments: [
            "members(status=Up) >= 3 and no finding(severity>=degraded)", "members >= 3, health=healthy", "no findings",
            "all members(status=Up)", "not (associations(state=quarantined) > 0 or sources(state=failing) > 1)",
            "any source(kind=log and not state=ok)", "phi_max < 8", "members(role=\"dc-a\") != 2",
        ])
    func readable(text: String) throws { _ = try MeshExpression(text) }

    @Test(
        "what cannot be read names the place",
        arguments: [
            ("", 0), ("members(", 8), ("members(statu=Up) > 1", 8), ("members > many", 10), ("members > 1 or", 14),
            ("foo", 0),
            ("members > 1)", 11), ("no up", 3), ("health = fine", 9), ("members(status=) > 1", 15),
        ])
    func unreadable(text: String, offset: Int) {
        do throws(ExpressionError) {
            _ = try MeshExpression(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.offset == offset, "\(text): \(error.reason)")
            #expect(error.lines.last?.hasSuffix("^") == true)
        }
    }

    @Test("nesting and length are bounded", arguments: [(39, true), (41, false)])
    func deep(depth: Int, isRead: Bool) {
        let text = String(repeating: "(", count: depth - 1) + "no findings" + String(repeating: ")", count: depth - 1)
        #expect(((try? MeshExpression(text)) != nil) == isRead)
    }

    private func snapshot(answers: Bool, statuses: [MemberStatus] = []) -> MeshSnapshot {
        let at = Timestamp(microseconds: 0)
        let members = statuses.enumerated().compactMap { place, status -> MemberSnapshot? in
            guard let address = try? Address(parsing: "akka://Shop@10.0.0.\(place + 1):25520") else { return nil }
            return MemberSnapshot(
                node: UniqueAddress(address, uid: 1), status: status, since: at, roles: Roles([]), isLeader: nil,
                isOldest: nil,
                ready: nil, alive: nil, unreachableBy: [], unreachableSince: nil, removedAt: nil,
                health: Health(level: .healthy),
                observedAt: at, freshness: .fresh, source: nil)
        }
        let cluster = ClusterSnapshot(
            id: "Shop", system: "Shop", stack: .akka, transport: .artery, leader: nil, health: Health(level: .healthy),
            members: members, views: [], partitions: [])
        let source = SourceSnapshot(
            id: SourceID(.management, "http://a"), cluster: nil, member: nil, state: answers ? .ok : .failing,
            stateSince: at,
            freshness: .fresh, lastSuccess: answers ? at : nil, latency: nil, recentLatencies: [], failure: nil,
            failuresInARow: 0,
            nextAttempt: nil, events: 0)
        return MeshSnapshot(
            at: at, options: SessionOptions(), health: Health(level: answers ? .healthy : .unknown), sources: [source],
            clusters: answers ? [cluster] : [], dropped: DroppedCounts())
    }

    @Test(
        "what holds",
        arguments: [
            ("members(status=Up) >= 2", true), ("members(status=Up) >= 3", false),
            ("members(status=joining) = 1", true),
            ("no member(unreachable)", true), ("all members(status=Up)", false),
            ("no findings and members() = 3", true),
            ("not members(status=Up) >= 3", true), ("any member(address=10.0.0.1)", true), ("health>=degraded", true),
        ])
    func holds(text: String, expected: Bool) throws {
        let snapshot = snapshot(answers: true, statuses: [.up, .up, .joining])
        #expect(try MeshExpression(text).holds(in: snapshot) == expected)
    }

    @Test(
        "what is not known makes nothing true, nor its opposite",
        arguments: ["no findings", "members >= 0", "not members(status=Up) > 1", "members(ready) = 0"])
    func unknown(text: String) throws {
        let expression = try MeshExpression(text)
        #expect(expression.holds(in: snapshot(answers: false)) != true)
        #expect(!expression.unmet(in: snapshot(answers: false)).isEmpty)
    }

    @Test("a field that is not known may be either")
    func unknownField() throws {
        let snapshot = snapshot(answers: true, statuses: [.up])
        #expect(try MeshExpression("members(ready) = 1").holds(in: snapshot) == nil)
        #expect(try MeshExpression("members(ready) <= 1").holds(in: snapshot) == true)
    }
}
