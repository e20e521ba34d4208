// SPDX-License-Identifier: Apache-2.0
import Model

/// The rows of an observer that finds nothing wrong: all of them are active. They stay the same until its next answer or report, which in a
/// large mesh is nearly everybody at every evaluation.
struct CachedRows {
    /// All that rows are made of, when nothing else reports anything of them.
    struct Key: Equatable {
        let observer: UniqueAddress
        /// The version of the expectation that they follow, which also says who is a member.
        let roster: Int
        let list: MemberList
        let observedAt: Timestamp
        let freshness: Freshness
        let bridgeAt: Timestamp?
        let isCountedOnly: Bool

        static func == (left: Key, right: Key) -> Bool {
            left.list === right.list && left.observedAt == right.observedAt && left.roster == right.roster
                && left.freshness == right.freshness && left.bridgeAt == right.bridgeAt
                && left.isCountedOnly == right.isCountedOnly && left.observer == right.observer
        }
    }

    let key: Key
    /// Those that are listed.
    let rows: [AssociationSnapshot]
    /// How many pairs were counted as active.
    let count: Int
}
