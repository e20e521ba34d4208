// SPDX-License-Identifier: Apache-2.0
/// Akka's detector without phi (akka-remote, `DeadlineFailureDetector`): between data centres, and in the transport of classic remoting.
package struct DeadlineFailureDetector: Hashable, Sendable {
    /// The silence that is too long, in milliseconds: interval and acceptable pause.
    package let deadline: Int64
    private var lastHeartbeat: Int64?

    /// - Parameters:
    ///   - interval: Of heartbeats, in milliseconds.
    ///   - acceptablePause: How much longer a silence may be, in milliseconds.
    package init(interval: Int64, acceptablePause: Int64) {
        deadline = interval + acceptablePause
    }

    /// Whether a heartbeat has ever come.
    package var isMonitoring: Bool { lastHeartbeat != nil }

    /// Takes in a heartbeat at a moment in milliseconds.
    package mutating func heartbeat(at now: Int64) {
        lastHeartbeat = now
    }

    /// Whether the deadline has not come.
    ///
    /// - Parameter now: The same clock, in milliseconds.
    /// - Returns: `true` before the first heartbeat.
    package func isAvailable(at now: Int64) -> Bool {
        lastHeartbeat.map { $0 &+ deadline > now } ?? true
    }
}
