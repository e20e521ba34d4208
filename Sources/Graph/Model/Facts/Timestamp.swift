// SPDX-License-Identifier: Apache-2.0
/// A moment: whole microseconds since 1970-01-01T00:00:00Z. Nothing in this target reads a clock; moments come with observations.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    package var microseconds: Int64

    /// - Parameter microseconds: Microseconds since the Unix epoch.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// - Parameter milliseconds: Milliseconds since the Unix epoch.
    package init(milliseconds: Int64) {
        microseconds = milliseconds.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// The earlier comes first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The time that passed from `right` to `left`.
    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds &- right.microseconds)
    }

    /// The moment a duration earlier; wraps around at the ends of 64 bits.
    package static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds &- right.wholeMicroseconds)
    }

    /// The moment a duration later; wraps around at the ends of 64 bits.
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds &+ right.wholeMicroseconds)
    }
}

extension Duration {
    /// The length in whole microseconds, cut, and bounded by what 64 bits hold.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, isBeyond) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return isTooLong || isBeyond ? (seconds < 0 ? .min : .max) : sum
    }

    /// The length without its sign.
    package var magnitude: Duration { self < .zero ? .zero - self : self }

    /// The length in seconds.
    package var inSeconds: Double {
        Double(wholeMicroseconds) / 1_000_000
    }
}
