// SPDX-License-Identifier: Apache-2.0
import Model

/// All that is known of one direction between two present members.
struct PairFacts {
    let cluster: ClusterPicture
    let observer: Int
    let subject: Int
    let row: AssociationSnapshot?
    let signs: PairSigns
    let isExpected: Bool?
    /// What the observer's own view says of the subject, where it says that it is lost.
    let lost: UnreachableSubject?

    init(_ cluster: ClusterPicture, _ observer: Int, _ subject: Int) {
        self.cluster = cluster
        self.observer = observer
        self.subject = subject
        let entry = cluster.pairs.entry(observer, subject)
        row = entry.flatMap { $0.row >= 0 ? cluster.snapshot.associations[Int($0.row)] : nil }
        signs =
            entry?.signs
            ?? PairSigns(
                association: cluster.pairs.defaultSign(of: observer, .association),
                reach: cluster.pairs.defaultSign(of: observer, .reach))
        isExpected =
            entry.map(\.isExpected)
            ?? (cluster.pairs.isInFull && cluster.sameDataCenter(observer, subject) && !cluster.snapshot.isFromLines
                ? false : nil)
        let target = cluster.present[subject].node
        lost = cluster.view(of: cluster.present[observer].node.address)?.unreachable.first {
            $0.subject == target.address && ($0.subjectUid ?? target.uid) == target.uid
        }
    }

    /// nil if one of them is no present member.
    init?(_ cluster: ClusterPicture, _ pair: PairID) {
        guard let observer = cluster.pairs.index(of: pair.observer), let subject = cluster.pairs.index(of: pair.subject)
        else { return nil }
        self.init(cluster, observer, subject)
    }

    var other: PairFacts { PairFacts(cluster, subject, observer) }
    var from: MemberSnapshot { cluster.present[observer] }
    var to: MemberSnapshot { cluster.present[subject] }
    var fromName: String { cluster.names.text(of: from.node.address, .distinct) }
    var toName: String { cluster.names.text(of: to.node.address, .distinct) }
    var phi: PhiMeasurement? { row?.phi }
    var status: AssociationStatus { row?.status ?? AssociationStatus(.unknown) }

    /// In a large mesh only pairs that are not plainly active are listed one by one.
    var isOnlyCounted: Bool { row == nil && !cluster.pairs.isInFull }

    /// Whether what the observer reports is known from its log only.
    var isToldByLog: Bool { cluster.view(of: from.node.address)?.origin == .log }

    var id: PairID { PairID(cluster: cluster.snapshot.id, observer: from.node, subject: to.node) }

    /// Rows about former incarnations of the subject.
    var previousRows: [AssociationSnapshot] {
        cluster.snapshot.associations.filter {
            $0.observer == from.node && $0.subject.address == to.node.address && $0.subject.uid != to.node.uid
        }
    }

    // MARK: - In words

    func state(_ glyphs: GlyphSet) -> StyledLine {
        guard let row else {
            if isOnlyCounted, signs.association == .active || signs.association == .inferred {
                return StyledLine(
                    "\(signs.association.glyph(in: glyphs)) \(signs.association.word)", signs.association.role)
            }
            return StyledLine(isOnlyCounted ? "? active, or unknown" : "? unknown", .unknown)
        }
        let sign = PairSign(row)
        let text = row.freshness >= .stale && row.origin != nil ? "[\(sign.word)]" : sign.word
        return StyledLine("\(sign.glyph(in: glyphs)) \(text)", row.freshness > .fresh ? .stale : sign.role)
    }

    /// `opens in 3.1s`; nil without a gate that has a time.
    func gate(_ now: Timestamp) -> String? {
        guard status.state == .gated, !status.isBackingOff else { return nil }
        guard let until = status.until else { return "opens at a time not known" }
        return until > now ? "opens in \(Format.tenths(until - now))" : "due to open"
    }

    func reach(_ context: ScreenContext) -> StyledLine {
        switch signs.reach {
        case .unreachable, .terminated:
            let since = lost.map { " for \(Format.span(context.age(of: $0.since)))" } ?? ""
            return StyledLine(signs.reach.word + since, signs.reach.role)
        case .unlisted: return StyledLine("not in the observer's list", signs.reach.role)
        case .unknown: return StyledLine("unknown: not heard", .unknown)
        default: return StyledLine(signs.reach == .reachable ? "reachable" : "reachable, by hearsay")
        }
    }
}
