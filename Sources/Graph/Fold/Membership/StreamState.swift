// SPDX-License-Identifier: Apache-2.0
import Model

/// A value of the event stream, and when it came.
struct Timestamped<Value: Sendable> {
    var value: Value
    var at: Timestamp
}

/// What one observer's event stream has said since it was opened.
struct StreamState {
    /// The subjects that the stream has as unreachable, terminated ones included, and since when.
    var unreachable: [UniqueAddress: Timestamp] = [:]
    var overlay = Overlay()
    /// Whether the stream has replayed the current state, so that what it does not say is not so.
    var hasReplay = false
    /// Whether the observer said that it is shutting down: it then reports everybody as removed, which they are not.
    var isShuttingDown = false

    /// Forgets what the stream said; the overlay stays, because it says what was reported.
    mutating func reset() {
        unreachable = [:]
        hasReplay = false
        isShuttingDown = false
    }
}

/// What the stream said that the latest view does not show yet, or never will.
struct Overlay {
    /// How long a node that left is remembered: a late event about it is not news.
    static let departedRetention = Duration.seconds(60)

    var statuses: [UniqueAddress: Timestamped<MemberStatus>] = [:]
    var unreachable: [UniqueAddress: Timestamped<Bool>] = [:]
    var leader: Timestamped<Address?>?
    /// When each node that the observer listed ceased to be listed.
    var departed: [UniqueAddress: Timestamp] = [:]

    mutating func forgetDeparted(before moment: Timestamp) {
        let longAgo = moment - Self.departedRetention
        if departed.contains(where: { $0.value < longAgo }) { departed = departed.filter { $0.value >= longAgo } }
        if statuses.contains(where: { $0.value.at < longAgo }) { statuses = statuses.filter { $0.value.at >= longAgo } }
    }
}
