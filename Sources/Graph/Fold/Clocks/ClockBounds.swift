// SPDX-License-Identifier: Apache-2.0
import Model

/// Between which limits a difference of two clocks lies, in microseconds; open on either side.
struct ClockBounds: Hashable, Sendable {
    /// Beyond any difference of real clocks, and small enough that sums of several do not overflow.
    private static let unlimited: Int64 = 1 << 60

    private(set) var low: Int64
    private(set) var high: Int64

    init(low: Duration?, high: Duration?) {
        self.low = low.map { max(-Self.unlimited, $0.wholeMicroseconds) } ?? -Self.unlimited
        self.high = high.map { min(Self.unlimited, $0.wholeMicroseconds) } ?? Self.unlimited
    }

    static let open = ClockBounds(low: nil, high: nil)
    static let zero = ClockBounds(low: .zero, high: .zero)

    var hasLow: Bool { low > -Self.unlimited / 2 }
    var hasHigh: Bool { high < Self.unlimited / 2 }
    /// Whether both limits are known.
    var isClosed: Bool { hasLow && hasHigh }
    var isEmpty: Bool { low > high }
    var middle: Int64 { low + (high - low) / 2 }
    var halfWidth: Int64 { (high - low + 1) / 2 }
    /// Whether the clocks may well be equal.
    var allowsZero: Bool { low <= 0 && high >= 0 }
    var reversed: ClockBounds { ClockBounds(-high, -low) }

    func contains(_ value: Int64) -> Bool { low <= value && value <= high }

    func intersection(_ other: ClockBounds) -> ClockBounds {
        ClockBounds(max(low, other.low), min(high, other.high))
    }

    static func + (left: ClockBounds, right: ClockBounds) -> ClockBounds {
        ClockBounds(
            max(-unlimited, left.low + right.low), min(unlimited, left.high + right.high))
    }

    func shifted(by offset: Int64) -> ClockBounds { self + ClockBounds(offset, offset) }

    private init(_ low: Int64, _ high: Int64) {
        (self.low, self.high) = (low, high)
    }
}

extension ClockSkew {
    /// The skew in the middle of measured bounds.
    init(observer: Address, bounds: ClockBounds, reference: Address?) {
        self.init(
            observer: observer, ahead: .microseconds(bounds.middle), uncertainty: .microseconds(bounds.halfWidth),
            reference: reference)
    }
}
