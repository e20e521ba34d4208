// SPDX-License-Identifier: Apache-2.0
import Model

/// An observer in one cluster; the order is that of the screen.
struct TimelineLane: Hashable, Comparable, Sendable {
    var cluster: String
    var observer: Address?

    static func < (left: TimelineLane, right: TimelineLane) -> Bool {
        if left.cluster != right.cluster { return left.cluster < right.cluster }
        guard let one = left.observer, let other = right.observer else {
            return left.observer != nil && right.observer == nil
        }
        return one < other
    }
}
