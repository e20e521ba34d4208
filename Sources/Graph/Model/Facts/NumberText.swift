// SPDX-License-Identifier: Apache-2.0
extension Double {
    /// With as few digits as are significant: `12`, `3.1`, `0.04`; never 0 for what is not.
    package func significant() -> String {
        guard isFinite, self > 0 else { return "0" }
        if self >= 10 { return self < 1e15 ? String(Int64(rounded())) : "\(self)" }
        return decimals(self >= 1 ? 1 : max(1, leadingDecimals))
    }

    /// How many decimals it takes to see one digit that is not 0.
    package var leadingDecimals: Int {
        var (value, count) = (self, 0)
        while value > 0, value < 1, count < 12 {
            value *= 10
            count += 1
        }
        return count
    }

    /// Rounded to so many decimals at most.
    package func decimals(_ count: Int) -> String {
        let rounded = rounded(decimals: count)
        if rounded == rounded.rounded(), rounded < 1e15 { return String(Int64(rounded)) }
        guard abs(rounded) < 1e-4 else { return "\(rounded)" }
        // Swift writes small numbers with an exponent, which people do not read at a glance.
        var digits = String(Int64((abs(rounded) * Self.power(count)).rounded()))
        digits = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        return "\(rounded < 0 ? "-" : "")\(digits.dropLast(count)).\(digits.suffix(count))"
    }

    /// The nearest number with so many decimals.
    package func rounded(decimals count: Int) -> Double {
        let factor = Self.power(count)
        guard isFinite, abs(self) * factor < 9e15 else { return self }
        return (self * factor).rounded() / factor
    }

    private static func power(_ count: Int) -> Double { (0..<max(0, count)).reduce(1) { value, _ in value * 10 } }
}
