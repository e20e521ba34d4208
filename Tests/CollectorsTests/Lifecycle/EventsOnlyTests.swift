// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import Testing

@testable import Collectors

/// The logs of three nodes of a real cluster (Pekko 1.2.1, Artery): it forms, n3 is paused and comes back, is killed, downed and removed, starts
/// again on its address; n2 leaves. Lines of sharding and dead letters were taken out.
@Suite struct EventsOnlyTests {
    private static let end = Timestamp(rfc3339: "2026-11-21T16:36:45Z") ?? Timestamp(microseconds: 0)

    /// The fold of what the logs of some nodes tell until a moment.
    private static func mesh(_ nodes: [Int], until: Timestamp = end) throws -> Mesh {
        var mesh = Mesh()
        _ = mesh.apply(Observation(at: until, source: nil, .started(SessionOptions())))
        var events: [(event: LifecycleEvent, source: SourceID)] = []
        for number in nodes {
            let id = SourceID(.log, "n\(number).log")
            let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
            _ = mesh.apply(Observation(at: until, source: id, .sourceAdded(origin)))
            let text = try LogSupport.fixture("events-only/n\(number).log")
            events += named(LogSupport.events(text, at: end).map(\.event)).map { ($0, id) }
        }
        for (event, source) in events.sorted(by: { $0.event.at < $1.event.at }) where event.at <= until {
            _ = mesh.apply(Observation(at: until, source: source, .lifecycle(event, late: false)))
        }
        _ = mesh.apply(Observation(at: until, source: nil, .tick))
        return mesh
    }

    /// Lines that name no observer are of the one that the others of the file name, as the collector finds out too.
    private static func named(_ events: [LifecycleEvent]) -> [LifecycleEvent] {
        let observer = events.lazy.compactMap(\.observer).first
        return events.map { event in
            var event = event
            event.observer = event.observer ?? observer
            return event
        }
    }

    private static func cluster(_ nodes: [Int], until: String? = nil) throws -> ClusterSnapshot {
        let moment = try until.map { try #require(Timestamp(rfc3339: "2026-11-21T\($0)Z")) } ?? end
        return try #require(try mesh(nodes, until: moment).snapshot().clusters.first)
    }

    private static func text(_ cluster: ClusterSnapshot) -> [String] {
        cluster.members.map { member in
            let uid = member.node.knownUid.map { String($0) } ?? "-"
            let lost = member.unreachableBy.compactMap(\.host).map { String($0.suffix(1)) }.joined()
            return "\(member.node.address.host?.suffix(1) ?? "") \(uid) \(member.status.name) \(lost)"
        }
    }

    @Test("the logs of all nodes tell who was a member, of which uid, at the end as the cluster itself said")
    func whole() throws {
        let cluster = try Self.cluster([1, 2, 3])
        #expect(
            Self.text(cluster) == [
                "1 -1816857828938152952 Up ", "2 -8956177575066506203 Removed ", "3 -7687269976227774806 Removed ",
                "3 -6694803231496204185 Up ",
            ])
        #expect(cluster.members.allSatisfy { $0.health.level == .unknown })
        #expect(cluster.downing?.strategy == "KeepMajority" && cluster.downing?.decisionNotBefore == nil)
    }

    @Test("the log of the leader alone tells the statuses of all, and uids as far as it names them")
    func leader() throws {
        let cluster = try Self.cluster([1], until: "16:00:10")
        #expect(Self.text(cluster) == ["1 -1816857828938152952 Up ", "2 - Up ", "3 - Up "])
        #expect(cluster.views.count == 1)
    }

    @Test("a pause is told by those who lose the node, and healed")
    func pause() throws {
        #expect(try Self.text(Self.cluster([1, 2, 3], until: "16:00:24")).last?.hasSuffix("Up 12") == true)
        #expect(try Self.text(Self.cluster([1, 2, 3], until: "16:00:40")).last?.hasSuffix("Up ") == true)
    }

    @Test("a crash is told until the node is removed, and the decision that is pending as long as it is")
    func crash() throws {
        let before = try Self.cluster([1, 2], until: "16:36:20")
        #expect(Self.text(before).last?.hasSuffix("Up 12") == true)
        #expect(before.downing?.decisionNotBefore != nil)
        #expect(before.health.level == .degraded)
        let after = try Self.cluster([1, 2], until: "16:36:34")
        #expect(Self.text(after).last?.contains("Removed") == true)
    }

    @Test("what is told again changes nothing: reading the logs twice gives the same members")
    func again() throws {
        #expect(try Self.text(Self.cluster([1, 2, 3])) == Self.text(Self.cluster([3, 2, 1])))
    }
}
