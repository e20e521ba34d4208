// SPDX-License-Identifier: Apache-2.0
import Glibc
import Model
import Support

/// The clocks of the system. Nothing but the shells reads them.
enum SystemTime {
    /// The moment by the calendar, for stamps. It never jumps, even when the clock is set.
    static var now: Timestamp { SystemClock.now }

    /// A time for deadlines: microseconds since some moment in the past.
    static var monotonic: Int64 { SystemClock.monotonic }

    /// A time of the present day in the local zone.
    ///
    /// - Parameters:
    ///   - secondOfDay: seconds since local midnight, as the clock on the wall counts them.
    ///   - now: any moment of the day that is meant.
    /// - Returns: the moment; nil when the system does not know it.
    static func today(at secondOfDay: Int, now: Timestamp) -> Timestamp? {
        var seconds = time_t(now.microseconds / 1_000_000)
        var fields = tm()
        guard localtime_r(&seconds, &fields) != nil else { return nil }
        fields.tm_hour = Int32(secondOfDay / 3_600)
        fields.tm_min = Int32(secondOfDay / 60 % 60)
        fields.tm_sec = Int32(secondOfDay % 60)
        fields.tm_isdst = -1
        let moment = mktime(&fields)
        return moment == -1 ? nil : Timestamp(microseconds: Int64(moment) * 1_000_000)
    }
}
