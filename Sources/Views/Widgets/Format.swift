// SPDX-License-Identifier: Apache-2.0
import Model

/// Numbers and times as screens write them: short, and of steady width.
enum Format {
    /// A length of time in one unit: `14s`, `3m`, `4h`, `3d`. Never negative: clocks differ.
    static func age(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeMicroseconds / 1_000_000)
        switch seconds {
        case 0..<100: return "\(seconds)s"
        case 100..<6000: return "\(seconds / 60)m"
        case 6000..<172_800: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    /// A length of time in two units: `14s`, `3m 20s`, `4h 12m`, `3d 4h`.
    static func span(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeMicroseconds / 1_000_000)
        let (large, small, units): (Int64, Int64, (String, String))
        switch seconds {
        case 0..<60: return "\(seconds)s"
        case 60..<3600: (large, small, units) = (seconds / 60, seconds % 60, ("m", "s"))
        case 3600..<86_400: (large, small, units) = (seconds / 3600, seconds / 60 % 60, ("h", "m"))
        default: (large, small, units) = (seconds / 86_400, seconds / 3600 % 24, ("d", "h"))
        }
        return small == 0 ? "\(large)\(units.0)" : "\(large)\(units.0) \(small)\(units.1)"
    }

    /// How long an answer took: `<1ms`, `412ms`, `1.2s`.
    static func latency(_ duration: Duration) -> String {
        let microseconds = max(0, duration.wholeMicroseconds)
        if microseconds < 1000 { return "<1ms" }
        if microseconds < 1_000_000 { return "\(microseconds / 1000)ms" }
        let tenths = microseconds / 100_000
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)s" : "\(tenths / 10)s"
    }

    /// How long an answer took, from a number of seconds; `?` for one that is none.
    static func latency(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        return latency(.milliseconds(Int64((seconds * 1000).rounded())))
    }

    /// Seconds with a tenth, as heartbeats need it: `0.4s`, `14.2s`, from 100 s on without.
    static func tenths(_ duration: Duration) -> String {
        let tenths = max(0, duration.wholeMicroseconds) / 100_000
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)s" : age(duration)
    }

    /// A setting: `2s`, `500ms`, `1.5s`.
    static func setting(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMicroseconds / 1000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        return milliseconds < 1000 ? "\(milliseconds)ms" : latency(duration)
    }

    /// `14:03:22` in local time.
    static func clock(_ moment: Timestamp, zone: Duration) -> String {
        String((moment + zone).timeOfDay.prefix(8))
    }

    /// `14:03:22.412` in local time.
    static func clockWithMilliseconds(_ moment: Timestamp, zone: Duration) -> String {
        (moment + zone).timeOfDay
    }

    /// `12 KB`, `3.4 MB`, by thousands.
    static func bytes(_ count: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB"]
        var (tenths, unit) = (count * 10, 0)
        while tenths >= 10_000, unit < units.count - 1 { (tenths, unit) = (tenths / 1_000, unit + 1) }
        return unit == 0 || tenths >= 1_000
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// `1`, `0.25`, `16`.
    static func factor(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        if hundredths % 100 == 0 { return String(hundredths / 100) }
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")"
    }

    /// `11-21` in local time.
    static func date(_ moment: Timestamp, zone: Duration) -> String {
        String((moment + zone).description.dropFirst(5).prefix(5))
    }

    /// Whether two moments are of the same day in local time.
    static func isSameDay(_ one: Timestamp, _ other: Timestamp, zone: Duration) -> Bool {
        (one + zone).description.prefix(10) == (other + zone).description.prefix(10)
    }

    /// How far a clock is ahead or behind: `+0.4s`, `-12ms`, `+3m`.
    static func offset(_ duration: Duration) -> String {
        let microseconds = duration.wholeMicroseconds
        let sign = microseconds < 0 ? "-" : "+"
        let magnitude = Int64(clamping: microseconds.magnitude)
        if magnitude < 100_000 { return "\(sign)\(magnitude / 1000)ms" }
        if magnitude >= 100_000_000 { return "\(sign)\(age(.microseconds(magnitude)))" }
        return "\(sign)\(magnitude / 1_000_000).\(magnitude / 100_000 % 10)s"
    }

    /// How many in a second: `0.4`, `12`, `812`, `52k`.
    static func rate(_ perSecond: Double) -> String {
        guard perSecond < 1e12 else { return "many" }
        if perSecond >= 10_000 { return "\(Int(perSecond / 1000))k" }
        if perSecond >= 10 || perSecond == 0 { return String(Int(perSecond)) }
        let tenths = Int(perSecond * 10 + 0.5)
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
