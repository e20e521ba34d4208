// SPDX-License-Identifier: Apache-2.0
internal import CLinux
package import Model

/// The clocks of the system. Only shells read them: the network thread, the commands, the simulated mesh.
package enum SystemClock {
    /// The moment by the calendar, for stamps. It never jumps, even when somebody sets the clock.
    package static var now: Timestamp { Timestamp(microseconds: Int64(meshtop_now_microseconds())) }

    /// Microseconds since some moment in the past, for deadlines.
    package static var monotonic: Int64 { Int64(meshtop_monotonic_microseconds()) }
}
