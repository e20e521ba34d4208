// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Whether an event was reported before, by another log: text and JSON of one node, a file and a stream of the same pod.
///
/// The rule: two events are one if the same observer, peer, pattern and text come from different logs, or from different readings of one stream,
/// within a millisecond. The same line twice in one reading of one log is two events. Bounded: only the last ones are remembered.
struct DuplicateFilter {
    /// Maximum number of events that are remembered.
    static let maximumEvents = 16_384

    private struct Key: Hashable {
        let observer: Address?
        var milliseconds: Int64
        let pattern: String
        let peer: Address?
        let text: String
    }

    /// Which reading of which log an event came from.
    private struct Origin: Equatable {
        let source: Int
        let reading: Int
    }

    private var origins: [Key: Origin] = [:]
    private var order: [Key] = []
    private var oldest = 0

    /// Whether another log has reported this already; if not, it is remembered.
    mutating func isDuplicate(_ event: LogEvent) -> Bool {
        // Encoders write different digits of one time, and some round where others cut.
        let milliseconds = event.event.at.microseconds / 1000
        var key = Key(
            observer: event.event.observer, milliseconds: milliseconds, pattern: event.event.pattern,
            peer: event.event.peer, text: event.event.evidence.text)
        let origin = Origin(source: event.source, reading: event.reading)
        if let known = origins[key] { return known != origin }
        for near in [milliseconds - 1, milliseconds + 1] {
            key.milliseconds = near
            if let known = origins[key], known != origin { return true }
        }
        key.milliseconds = milliseconds
        origins[key] = origin
        if order.count < Self.maximumEvents {
            order.append(key)
        } else {
            origins[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % Self.maximumEvents
        }
        return false
    }
}
