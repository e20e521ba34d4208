import Fold
import Model

/// A mesh of three members that see each other, for tests of what is made of a snapshot.
enum SmallMesh {
    static let start = Timestamp(milliseconds: 1_763_733_600_000)

    static func address(_ number: Int) throws -> Address { try Address(parsing: "akka://Shop@10.0.0.\(number):25520") }

    static func source(_ number: Int) -> SourceID { SourceID(.management, "http://10.0.0.\(number):8558") }

    /// - Parameters:
    ///   - statuses: one per member, from 10.0.0.1.
    ///   - lost: the number of a member whom the others see as unreachable, and whose source fails; nil for none.
    /// - Returns: from the start to a tick.
    /// - Throws: never: the addresses are valid.
    static func observations(_ statuses: [MemberStatus] = [.up, .up, .up], lost: Int? = nil) throws -> [Observation] {
        let members = try statuses.enumerated().map { index, status in
            let node = UniqueAddress(try address(index + 1), uid: Int64(index + 1))
            return Member(node: node, status: status, roles: Roles(["web", "dc-default"]))
        }
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        var result = [Observation(at: start, source: nil, .started(SessionOptions()))]
        for number in 1...statuses.count {
            result.append(Observation(at: start, source: source(number), .sourceAdded(origin)))
        }
        for number in 1...statuses.count where number != lost {
            let observers = try (1...statuses.count).filter { $0 != lost }.map { try address($0) }
            let records = try lost.map { [UnreachableRecord(subject: try address($0), observers: observers)] } ?? []
            let view = MembershipView(
                observer: try address(number), members: MemberList(members), unreachable: records,
                leader: try address(1),
                oldest: try address(1))
            let reply = Reply(latency: .milliseconds(3), server: "akka-http/10.2.10")
            result.append(Observation(at: start, source: source(number), .membership(view, reply)))
        }
        if let lost {
            let failure = SourceFailure(.timeout, "no answer within 2 s")
            result.append(Observation(at: start, source: source(lost), .failed(failure, retryAt: start + .seconds(2))))
        }
        return result + [Observation(at: start, source: nil, .tick)]
    }

    static func snapshot(_ statuses: [MemberStatus] = [.up, .up, .up], lost: Int? = nil) throws -> MeshSnapshot {
        var mesh = Mesh()
        for observation in try observations(statuses, lost: lost) { _ = mesh.apply(observation) }
        return mesh.snapshot()
    }
}
