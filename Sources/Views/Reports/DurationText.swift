// SPDX-License-Identifier: Apache-2.0
import Model

extension Duration {
    /// Seconds with as many decimals as needed, at most six: `2`, `0.0031`.
    package var secondsText: String {
        let total = wholeMicroseconds
        let (whole, rest) = total.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = total < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}
