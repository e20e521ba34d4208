// SPDX-License-Identifier: Apache-2.0
/// The newest intervals between heartbeats (akka-remote, `HeartbeatHistory`): sums are 64-bit integers, divided as doubles.
package struct HeartbeatStatistics: Hashable, Sendable {
    private let limit: Int
    /// A ring: once it is full, `oldest` is overwritten next.
    private var intervals: [Int64] = []
    private var oldest = 0
    private var sum: Int64 = 0
    private var squaredSum: Int64 = 0

    /// - Parameter limit: How many intervals are kept, at least 1 (`max-sample-size`).
    package init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Number of intervals in the history.
    package var count: Int { intervals.count }

    /// The mean interval in milliseconds.
    package var mean: Double { Double(sum) / Double(intervals.count) }

    /// The variance of the intervals as a whole population. Rounding never makes it negative, which in Akka would end in a phi that is no number.
    package var variance: Double {
        let mean = mean
        return max(0, Double(squaredSum) / Double(intervals.count) - mean * mean)
    }

    /// The deviation in milliseconds.
    package var deviation: Double { variance.squareRoot() }

    /// Adds an interval in place of the oldest one, if there is no room left. Sums wrap around as on the JVM.
    ///
    /// - Parameter interval: Milliseconds.
    package mutating func append(_ interval: Int64) {
        if intervals.count < limit {
            intervals.append(interval)
        } else {
            sum &-= intervals[oldest]
            squaredSum &-= intervals[oldest] &* intervals[oldest]
            intervals[oldest] = interval
            oldest = (oldest + 1) % limit
        }
        sum &+= interval
        squaredSum &+= interval &* interval
    }
}
