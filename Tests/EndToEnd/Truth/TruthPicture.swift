import Foundation
import Model

/// What a line of kind `snapshot` says of the things that the kit knows the truth of.
struct TruthPicture {
    struct Cluster: Decodable {
        var views: [View]
        var associations: [Association]
    }

    struct View: Decodable {
        var observer: String
        var members: [Row]?
        var unreachable: [Unreachable]
        var freshness: String
    }

    struct Row: Decodable {
        var address: String
        var uid: String
        var status: String
    }

    struct Unreachable: Decodable {
        var subject: String
        var status: String
        var observers: [String]
    }

    struct Phi: Decodable {
        var value: Double?
        var infinite: Bool
        var available: Bool
        var observedAt: String

        var number: Double { infinite ? .infinity : value ?? 0 }
    }

    struct Association: Decodable {
        var observer: String
        var observerUid: String
        var subject: String
        var subjectUid: String
        var current: Bool
        var state: String
        var origin: String?
        var freshness: String
        var evidence: [String]
        var phi: Phi?
    }

    private struct Line: Decodable {
        var kind: String
        var ts: String
    }

    private struct Body: Decodable {
        var clusters: [Cluster]
    }

    let at: Timestamp
    let views: [String: View]
    let associations: [String: [Association]]

    /// Reads a line; `nil` if it is of another kind.
    init?(_ line: String) {
        let (decoder, data) = (JSONDecoder(), Data(line.utf8))
        guard let head = try? decoder.decode(Line.self, from: data), head.kind == "snapshot",
            let at = Timestamp(rfc3339: head.ts), let body = try? decoder.decode(Body.self, from: data)
        else { return nil }
        self.at = at
        views = Dictionary(body.clusters.flatMap(\.views).map { ($0.observer, $0) }) { $1 }
        associations = Dictionary(grouping: body.clusters.flatMap(\.associations), by: \.observer)
    }

    /// The row of a pair of incarnations.
    func row(_ observer: String, _ uid: String?, to subject: String, _ subjectUid: String) -> Association? {
        associations[observer]?.first {
            $0.subject == subject && $0.subjectUid == subjectUid && (uid == nil || $0.observerUid == uid)
        }
    }
}
