// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// An eventfd: one thread sleeps on its descriptor, another ends the sleep.
package final class WakeUp: Sendable {
    /// Readable once `wake` was called, until `drain`.
    package let descriptor: Int32

    /// Fails when the process has no descriptor left.
    package init?() {
        descriptor = meshtop_eventfd()
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Ends the other thread's sleep, or its next one.
    package func wake() { meshtop_eventfd_wake(descriptor) }

    /// Makes the descriptor silent again.
    package func drain() { meshtop_eventfd_drain(descriptor) }
}
