// SPDX-License-Identifier: Apache-2.0
import Model

/// What was true inside a node at one moment: the parts of the kit's `/truth` that meshtop shows too.
struct TruthSample: Decodable {
    struct Record: Decodable {
        var observer: String
        var subject: String
        var status: String
    }

    struct Detector: Decodable {
        var peer: String
        var phi: Double?
        var phiInf: Bool
        var available: Bool
        var sinceMs: Double
        var meanMs: Double?
        var stdDeviationMs: Double?
        var minStdDeviationMs: Double?
        var acceptablePauseMs: Double?

        /// Phi as it was, an infinite one as such.
        var value: Double { phiInf ? .infinity : phi ?? 0 }

        /// What phi would be after another silence, by the node's own history.
        func value(silence: Double) -> Double? {
            guard let meanMs, let stdDeviationMs, let minStdDeviationMs, let acceptablePauseMs else { return nil }
            return PhiFormula.phi(
                silence: silence, mean: meanMs + acceptablePauseMs, deviation: max(stdDeviationMs, minStdDeviationMs))
        }
    }

    struct Association: Decodable {
        var peer: String
        var uid: String?
        var state: String
        var harmless: Bool
        var backoff: Bool?

        /// Artery: there is no connection.
        var isBackingOff: Bool { backoff == true }
    }

    /// A change that the kit saw when it looked, ten times a second.
    struct Transition: Decodable {
        var atMs: Int64
        var peer: String
        var from: String
        var to: String
    }

    var atMs: Int64
    /// The kit's name of the node.
    var node: String?
    var address: String
    var uid: String?
    var terminated: Bool?
    var members: [MemberRow]?
    var reachability: [Record]?
    var leader: String?
    var detectors: [Detector]?
    var associations: [Association]?
    var transitions: [Transition]?

    enum CodingKeys: String, CodingKey {
        case atMs, node, uid, terminated, members, reachability, leader, detectors, associations, transitions
        case address = "self"
    }

    var at: Timestamp { Timestamp(milliseconds: atMs) }
    /// Whether the node is one of the cluster. One that has not joined yet has no opinion, and after the end of an actor system the kit
    /// repeats what was published last.
    var isMember: Bool { terminated != true && (members ?? []).contains { $0.address == address && $0.uid == uid } }

    // MARK: - Facts

    /// The members by address: `uid status`.
    var memberFacts: [String: String] {
        Dictionary((members ?? []).map { ($0.address, "\($0.uid) \($0.status)") }) { $1 }
    }

    /// Which members are unreachable, and for whom; terminated ones have no observers in any answer of management.
    var reachabilityFacts: [String: String] {
        var facts: [String: String] = [:]
        let records = Dictionary(grouping: reachability ?? [], by: \.subject)
        for member in members ?? [] {
            let about = records[member.address] ?? []
            let observers = about.filter { $0.status == "Unreachable" }.map(\.observer).sorted()
            // To itself no node is dead, whatever others have reported.
            let isTerminated = member.address != address && about.contains { $0.status == "Terminated" }
            facts[member.address] = Self.reachability(observers: observers, isTerminated: isTerminated)
        }
        return facts
    }

    static func reachability(observers: [String], isTerminated: Bool) -> String {
        guard observers.isEmpty else { return "unreachable for \(observers.joined(separator: " "))" }
        return isTerminated ? "terminated" : "reachable"
    }

    var availabilityFacts: [String: String] {
        Dictionary((detectors ?? []).map { ($0.peer, $0.available ? "available" : "unavailable") }) { $1 }
    }

    /// The state of the association to each peer, with the incarnation that it is about.
    var associationFacts: [String: String] {
        Dictionary((associations ?? []).map { ($0.peer, "\($0.state) \($0.uid ?? "?")") }) { $1 }
    }

    /// The state of the association to an incarnation that is a member: an address without association is idle.
    ///
    /// - Returns: `nil` if what is true there is about another incarnation.
    func associationState(to address: String, uid: String) -> String? {
        guard let known = associations?.first(where: { $0.peer == address }) else { return "idle" }
        return known.uid == nil || known.uid == uid ? known.state : nil
    }
}
