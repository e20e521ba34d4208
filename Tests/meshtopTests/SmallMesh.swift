// SPDX-License-Identifier: Apache-2.0
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

    /// What the bridge of member 1 reports of the two others, then a tick.
    ///
    /// - Parameters:
    ///   - phi: Of member 2; infinite for a detector that has given up.
    ///   - states: Of the associations to members 2 and 3.
    /// - Returns: To be applied after ``observations(_:lost:)``.
    /// - Throws: never: the addresses are valid.
    static func bridge(phi: Double, states: [AssociationState]) throws -> [Observation] {
        let source = SourceID(.bridge, "http://10.0.0.1:8558")
        let at = start + .seconds(1)
        let associations = try states.enumerated().map { index, state in
            BridgeReport.Association(peer: try address(index + 2), uid: Int64(index + 2), state: state)
        }
        let detector = BridgeReport.Detector(
            peer: try address(2), phi: phi.isFinite ? phi : nil, isInfinite: !phi.isFinite, threshold: 8,
            isAvailable: phi < 8, silence: .milliseconds(400))
        let report = BridgeReport(
            node: UniqueAddress(try address(1), uid: 1), stack: "akka-2.6.21", transport: .artery, at: at,
            detectors: [detector], associations: associations)
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: try address(1))
        return [
            Observation(at: at, source: source, .sourceAdded(origin)),
            Observation(at: at, source: source, .bridge(report, Reply(latency: .milliseconds(2)))),
            Observation(at: at, source: nil, .tick),
        ]
    }

    /// The picture with the bridge of member 1.
    static func snapshot(phi: Double, states: [AssociationState]) throws -> MeshSnapshot {
        var mesh = Mesh()
        for observation in try observations() + bridge(phi: phi, states: states) { _ = mesh.apply(observation) }
        return mesh.snapshot()
    }
}
