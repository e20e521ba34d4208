// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model

/// The part of a line of kind `snapshot` of which the kit knows the truth.
struct TruthPicture {
    /// Only what is compared: a document of logs alone lacks other fields that clusters have.
    private struct Cluster: Decodable {
        var views: [ClusterDocument.View]
        var associations: [AssociationRow]
    }

    private struct Line: Decodable {
        var kind: String
        var ts: String
    }

    private struct Body: Decodable {
        var clusters: [Cluster]
    }

    let at: Timestamp
    let views: [String: ClusterDocument.View]
    let associations: [String: [AssociationRow]]

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
    func row(_ observer: String, _ uid: String?, to subject: String, _ subjectUid: String) -> AssociationRow? {
        // Logs alone often name no uid: such a row is about the present incarnation.
        associations[observer]?.first {
            $0.subject == subject && ($0.subjectUid ?? subjectUid) == subjectUid
                && (uid == nil || ($0.observerUid ?? uid) == uid)
        }
    }
}
