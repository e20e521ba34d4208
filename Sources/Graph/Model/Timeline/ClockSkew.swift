// SPDX-License-Identifier: Apache-2.0
/// How far an observer's clock is ahead of ours, as far as it was measured.
package struct ClockSkew: Hashable, Sendable {
    /// The observer whose clock it is.
    package var observer: Address
    /// The middle of what is possible.
    package var ahead: Duration
    /// Half of what is possible: the difference is `ahead`, give or take this.
    package var uncertainty: Duration
    /// What the difference is to; `nil` is our own clock. Where nothing but logs tie clocks together, it is the observer in their middle.
    package var reference: Address?
    /// What is taken off the observer's stamps; `nil` as long as the clocks may well be equal.
    package var correction: Duration?

    /// Every property as given.
    package init(
        observer: Address, ahead: Duration, uncertainty: Duration = .zero, reference: Address? = nil,
        correction: Duration? = nil
    ) {
        self.observer = observer
        self.ahead = ahead
        self.uncertainty = uncertainty
        self.reference = reference
        self.correction = correction
    }

    /// Whether the clocks differ by so much more than the measurement leaves open that correcting by it mends more than it spoils. Below a
    /// hundredth of a second a difference is of no concern.
    package var isBeyondDoubt: Bool {
        ahead.magnitude > uncertainty * 2 && ahead.magnitude > .milliseconds(10)
    }

    /// Whether a difference in microseconds is possible.
    package func allows(_ value: Int64) -> Bool {
        (Duration.microseconds(value) - ahead).magnitude <= uncertainty
    }
}
