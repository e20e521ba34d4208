// SPDX-License-Identifier: Apache-2.0
/// Lengths of time as people type them: `2`, `1.5`, `250ms`, `10s`, `5m`, `1h`, `7d`.
package enum DurationText {
    private static let units: [(suffix: String, microseconds: Int64)] = [
        ("ms", 1_000),
        ("s", 1_000_000),
        ("m", 60_000_000),
        ("h", 3_600_000_000),
        ("d", 86_400_000_000),
    ]

    /// Reads a number with an optional unit; a bare number counts seconds.
    ///
    /// - Parameter text: what was typed; at most six decimals.
    /// - Returns: nil when the text is no length of time or does not fit.
    package static func duration(_ text: String) -> Duration? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text[number.endIndex...]
        let unit = suffix.isEmpty ? 1_000_000 : units.first { $0.suffix == suffix }?.microseconds
        guard let unit, let millionths = millionths(number) else { return nil }
        // The product is taken in 128 bits, so that a long number is refused rather than wrapped.
        return Int64(exactly: Int128(millionths) * Int128(unit) / 1_000_000).map { .microseconds($0) }
    }

    /// The shortest text that reads back to the same length of time, cut to whole microseconds.
    ///
    /// - Parameter duration: a length of time, not negative.
    /// - Returns: such as `2s`, `250ms`, `1m`.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        guard microseconds > 0 else { return "0s" }
        for unit in units.reversed() where microseconds % unit.microseconds == 0 {
            return "\(microseconds / unit.microseconds)\(unit.suffix)"
        }
        let fraction = String(microseconds % 1_000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        return "\(microseconds / 1_000).\(padded)ms"
    }

    private static func millionths(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, whole.count <= 12 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard !(whole.isEmpty && fraction.isEmpty), fraction.count <= 6 else { return nil }
        let padded = fraction + String(repeating: "0", count: 6 - fraction.count)
        guard let integer = whole.isEmpty ? 0 : Int64(whole), let decimals = Int64(padded) else { return nil }
        return integer * 1_000_000 + decimals
    }
}
