// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The parts of the JSON lines that the tests look at, decoded by name as anybody's script would.
struct Line: Decodable {
    var schema: String
    var kind: String
    var seq: Int
    var ts: String
    var health: HealthDocument?
    var clusters: [ClusterDocument]?
    var sources: [SourceDocument]?
    var reason: String?
    var exit: Int?
    var type: String?
    var observer: String?
    var subject: String?
    var from: String?
    var to: String?

    init?(_ text: Substring) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)) else { return nil }
        self = line
    }
}

struct HealthDocument: Decodable {
    var level: String
    var reasons: [String]
    var since: String?
}

struct SourceDocument: Decodable {
    struct Failure: Decodable {
        var code: String
        var message: String
    }

    var id: String
    var kind: String
    var state: String
    var freshness: String
    var error: Failure?
}

struct ClusterDocument: Decodable {
    struct Member: Decodable {
        var address: String
        var uid: String
        var status: String
        var unreachableBy: [String]
        var removedAt: String?
        var ready: Bool?
        var health: HealthDocument
    }

    struct View: Decodable {
        var observer: String
        var observerUid: String?
        var members: [MemberRow]?
        var leader: String?
        var computedLeader: String?
        var unreachable: [UnreachableRow]
        var freshness: String
    }

    struct Partition: Decodable {
        var members: [String]
        var leader: String?
    }

    var id: String
    var system: String
    var stack: String
    var transport: String
    var leader: String?
    var members: [Member]
    var views: [View]
    var partitions: [Partition]

    /// The members that were not removed.
    var current: [Member] { members.filter { $0.removedAt == nil } }
}

/// A member as views of the documents and the kit's truth list it.
struct MemberRow: Decodable {
    var address: String
    /// `?` where logs alone are read and none has named it.
    var uid: String
    var status: String

    private enum CodingKeys: String, CodingKey {
        case address, uid, status
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        address = try values.decode(String.self, forKey: .address)
        uid = try values.decodeIfPresent(String.self, forKey: .uid) ?? "?"
        status = try values.decodeIfPresent(String.self, forKey: .status) ?? "?"
    }

    /// As one text, for comparing.
    var text: String { "\(address) \(uid) \(status)" }
}

/// A subject that a view has as unreachable.
struct UnreachableRow: Decodable {
    var subject: String
    var status: String
    var observers: [String]
}

/// A row of a cluster's associations.
struct AssociationRow: Decodable {
    struct Phi: Decodable {
        var value: Double?
        var infinite: Bool
        var available: Bool
        var observedAt: String

        var number: Double { infinite ? .infinity : value ?? 0 }
    }

    var observer: String
    var observerUid: String?
    var subject: String
    var subjectUid: String?
    var current: Bool
    var state: String
    var origin: String?
    var freshness: String
    var evidence: [String]
    var phi: Phi?
}
