// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of one observer's bridge.
struct BridgeRecord {
    let node: UniqueAddress
    let source: SourceID
    let stack: String
    let receivedAt: Timestamp
    /// How far the observer's clock is ahead of ours.
    let skew: Duration
    /// The detectors' subjects, with what they measured.
    let phi: [Address: PhiMeasurement]
    /// When the report was made, by the observer's clock.
    let reportedAt: Timestamp
    /// The peers that it reported, with their uids.
    var peers: [Address: Int64?] = [:]
    var lastSequence: Int64
    /// Plainly active pairs of a mesh that is too large to keep each.
    var activeOthers: Set<Address> = []

    init(_ report: BridgeReport, from source: SourceID, previous: BridgeRecord?, latency: Duration, at now: Timestamp) {
        node = report.node
        self.source = source
        stack = report.stack
        receivedAt = now
        let estimate = report.at - (now - latency / 2)
        skew = ClockEstimate.steadied(estimate, previous: previous?.skew)
        phi = Dictionary(
            report.detectors.map { ($0.peer, PhiMeasurement($0, observedAt: now)) }, uniquingKeysWith: { $1 })
        reportedAt = report.at
        lastSequence = previous?.lastSequence ?? .min
    }

    /// The time that two readings of one heartbeat may lie apart.
    private static let heartbeatNoise = Duration.milliseconds(500)

    /// Whether a heartbeat of a peer came after the newest one of this report, by the observer's clock.
    func isOlder(than heartbeat: Timestamp, of peer: Address) -> Bool {
        guard let silence = phi[peer]?.silence else { return false }
        return heartbeat > reportedAt - silence + Self.heartbeatNoise
    }
}

/// Estimates of how far another clock is ahead, kept as they are as long as new ones are near, so that times on the screen stand still.
enum ClockEstimate {
    /// Differences below this are taken for the noise of the network.
    static let noise = Duration.milliseconds(500)

    /// - Parameters:
    ///   - estimate: The newest estimate.
    ///   - previous: The one in use; `nil` if there is none.
    /// - Returns: The one to use.
    static func steadied(_ estimate: Duration, previous: Duration?) -> Duration {
        if let previous, (estimate - previous).magnitude < noise { return previous }
        return estimate.magnitude < noise ? .zero : estimate
    }
}
