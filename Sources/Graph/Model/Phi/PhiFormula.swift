// SPDX-License-Identifier: Apache-2.0
private import Glibc

/// The suspicion level of a silence, and its inverse (akka-remote, `PhiAccrualFailureDetector.phi`).
///
/// Akka approximates the normal distribution by a logistic function of a cubic, so phi is `log10(1 + exp(z))` with
/// `z = y(1.5976 + 0.070566 y²)` and `y` the silence in deviations beyond the mean. That has a closed inverse.
package enum PhiFormula {
    private static let linear = 1.5976
    private static let cubic = 0.070566
    /// Above this `z`, `exp(-z)` is 0 in double precision and phi is infinite: beyond y = 21.59.
    private static let overflow = 745.133_219_101_941_2

    /// Computes phi, in Akka's order of operations, so that the same silence gives the same number.
    ///
    /// - Parameters:
    ///   - silence: The time since the last heartbeat, in milliseconds.
    ///   - mean: The mean interval with the acceptable pause, in milliseconds.
    ///   - deviation: The deviation, at least the floor, in milliseconds; greater than 0.
    /// - Returns: 0 or more; infinite about 21.6 deviations beyond the mean. Never -0.
    package static func phi(silence: Double, mean: Double, deviation: Double) -> Double {
        let y = (silence - mean) / deviation
        let e = exp(-y * (linear + cubic * y * y))
        return (silence > mean ? -log10(e / (1 + e)) : -log10(1 - 1 / (1 + e))) + 0
    }

    /// The silence at which phi reaches a value.
    ///
    /// - Parameters:
    ///   - phi: Greater than 0. Beyond what doubles can express (323.3) it means: until phi is infinite.
    ///   - mean: The mean interval with the acceptable pause, in milliseconds.
    ///   - deviation: The deviation, at least the floor, in milliseconds.
    /// - Returns: Milliseconds; `nil` for a phi that is no positive number.
    package static func silence(phi: Double, mean: Double, deviation: Double) -> Double? {
        guard phi > 0 else { return nil }
        let scaled = phi * M_LN10
        // log(exp(x) - 1), by the form that keeps its digits.
        let z = min(scaled > M_LN2 ? scaled + log1p(-exp(-scaled)) : log(expm1(scaled)), overflow)
        return mean + root(z) * deviation
    }

    /// The one real root of `cubic·y³ + linear·y = z`, by hyperbolic functions, which lose no digits by cancellation, and a step of Newton's.
    private static func root(_ z: Double) -> Double {
        let ratio = linear / cubic
        let y = 2 * (ratio / 3).squareRoot() * sinh(asinh(1.5 * z / linear * (3 / ratio).squareRoot()) / 3)
        return y - (y * (linear + cubic * y * y) - z) / (linear + 3 * cubic * y * y)
    }
}
