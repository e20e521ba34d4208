// SPDX-License-Identifier: Apache-2.0
import Model

/// The members that run on a node of the service graph, of one cluster.
struct MemberFace {
    /// More members than this are counted instead of drawn one by one.
    static let maximumSigns = 12

    let cluster: ClusterPicture
    /// In address order.
    let members: [MemberSnapshot]

    /// Members by address, looked up once per picture.
    static func faces(of addresses: [Address], in picture: Picture) -> [MemberFace] {
        guard !addresses.isEmpty else { return [] }
        let wanted = Set(addresses)
        return picture.clusters.compactMap { cluster in
            let found = cluster.present.filter { wanted.contains($0.node.address) }
            return found.isEmpty ? nil : MemberFace(cluster: cluster, members: found)
        }
    }

    /// `●●●●●!`, of many `28● 2!`.
    func signs(_ glyphs: GlyphSet) -> StyledLine {
        let signs = members.map { $0.sign(in: glyphs) }
        if members.count <= Self.maximumSigns { return signs.reduce(.empty) { $0.joined($1) } }
        var counts: [(sign: StyledLine, count: Int)] = []
        for sign in signs {
            if let known = counts.firstIndex(where: { $0.sign == sign }) {
                counts[known].count += 1
            } else {
                counts.append((sign, 1))
            }
        }
        var line = StyledLine.empty
        for (sign, count) in counts {
            if !line.spans.isEmpty { line.append(" ") }
            line = line + StyledLine(String(count)) + sign
        }
        return line
    }

    /// The greatest phi that any observer measures of them, with the pair where it is not calm: `phi ∞ .7→9`. Nil where nothing is measured.
    func phi(_ glyphs: GlyphSet) -> StyledLine? {
        var worst: (row: AssociationSnapshot, phi: PhiMeasurement)?
        for member in members {
            guard let row = cluster.hottest.row(of: member.node) else { continue }
            let association = cluster.snapshot.associations[row]
            guard let phi = association.phi else { continue }
            if worst.map({ Self.magnitude($0.phi) < Self.magnitude(phi) }) ?? true { worst = (association, phi) }
        }
        guard let (row, phi) = worst else { return nil }
        let sign = PairSign(phi)
        let value = StyledLine("phi \(PhiText.value(phi, glyphs))", sign == .calm ? .muted : sign.role)
        guard sign != .calm else { return value }
        let names = cluster.names
        let observer = names.text(of: row.observer.address, .ending)
        return value + StyledLine(" \(observer)\(glyphs.arrow)\(names.brief(row.subject.address))", sign.role)
    }

    private static func magnitude(_ phi: PhiMeasurement) -> Double { phi.isInfinite ? .infinity : phi.value ?? -1 }

    /// `20━ 10?`: what the members' side of their associations is, the worst first.
    func associations(_ glyphs: GlyphSet) -> StyledLine {
        AssociationText.brief(associationCounts, glyphs)
    }

    var associationCounts: AssociationCounts {
        let all = cluster.present.count
        if members.count == all { return cluster.snapshot.associationCounts }
        let own = Set(members.map(\.node))
        let rows = cluster.snapshot.associations.filter { own.contains($0.observer) }
        var counts = AssociationCounts()
        for row in rows where cluster.pairs.index(of: row.subject) != nil {
            switch row.status.state {
            case .idle: counts.idle += 1
            case .active: counts.active += 1
            case .gated: counts.gated += 1
            case .quarantined: counts.quarantined += 1
            case .unknown: break
            }
        }
        let rest = max(0, members.count * (all - 1) - counts.idle - counts.active - counts.gated - counts.quarantined)
        // In large meshes the pairs without a row are plainly active.
        if cluster.pairs.isInFull { counts.unknown = rest } else { counts.active += rest }
        return counts
    }
}

extension StyledLine {
    /// Two lines one behind the other, pieces of one style made one.
    func joined(_ other: StyledLine) -> StyledLine {
        guard let last = spans.last, let first = other.spans.first, last.style == first.style else {
            return self + other
        }
        var result = self
        result.spans[spans.count - 1].text += first.text
        result.spans += other.spans.dropFirst()
        return result
    }
}
