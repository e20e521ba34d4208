// SPDX-License-Identifier: Apache-2.0
/// A small generator of random numbers. One seed gives one sequence on every machine, so that a simulation or a failing test can be repeated
/// (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seed: equal seeds give equal sequences.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next number; every value is equally likely.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Spreads a number over all bits.
    package static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but without `bound`; 0 if the bound is not positive. Small numbers are a little more likely, by less than the
    /// bound in 2^64.
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(max(bound, 1)))
    }
}
