// SPDX-License-Identifier: Apache-2.0
import Model

/// The rows of associations with the greatest phi, of pairs of present members.
struct HottestPhi {
    /// By subject; nothing where nothing is measured.
    private var rows: [UniqueAddress: Int] = [:]
    /// Of all; of equals the one with the longest silence for its scale.
    private(set) var worst: Int?

    /// - Parameter associations: The rows of a cluster.
    init(_ associations: [AssociationSnapshot]) {
        for (number, row) in associations.enumerated() where row.isCurrent {
            guard let phi = row.phi else { continue }
            let known = rows[row.subject]
            if phi.isHotter(than: known.flatMap { associations[$0].phi }) { rows[row.subject] = number }
            if phi.isHotter(than: worst.flatMap { associations[$0].phi }) { worst = number }
        }
    }

    func row(of subject: UniqueAddress) -> Int? { rows[subject] }
}

extension PhiMeasurement {
    /// Whether this is the one to look at: the greater phi, of equals the longer silence.
    fileprivate func isHotter(than other: PhiMeasurement?) -> Bool {
        guard let other else { return true }
        let (own, others) = (magnitude ?? -1, other.magnitude ?? -1)
        return own == others ? (silence ?? .zero) > (other.silence ?? .zero) : own > others
    }
}
