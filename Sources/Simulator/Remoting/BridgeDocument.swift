// SPDX-License-Identifier: Apache-2.0
import Model

/// The body of `GET /meshtop/remoting`, field for field in the order of the kit's bridge. Made when it is asked for: in a large mesh it is
/// long, and mostly not asked for.
struct BridgeDocument {
    private let nodes: SimulatedNodes
    private let process: SimulatedProcess
    /// When the simulation started, in milliseconds since 1970.
    private let epoch: Int64

    init(_ process: SimulatedProcess, in nodes: SimulatedNodes, epoch: Int64) {
        self.nodes = nodes
        self.process = process
        self.epoch = epoch
    }

    /// - Parameter seen: the list of addresses of all members, if all have seen the gossip, ready to print.
    /// - Returns: the document.
    func body(allSeen seen: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(seen.count + 4096)
        let (incarnation, stack) = (nodes.world.incarnations[process.id], nodes.world.stack)
        bytes.append(#"{"v":1,"self":"\#(incarnation.node.address)","uid":"\#(incarnation.node.uid)","#)
        bytes.append(#""stack":"\#(stack.release)","remoting":"\#(stack.isClassic ? "classic" : "artery-tcp")","#)
        bytes.append(#""atMs":\#(time(nodes.milliseconds)),"detectors":["#)
        Self.appendRows(detectors, to: &bytes) { appendDetector(&$0, $1) }
        bytes.append(#"],"associations":["#)
        Self.appendRows(associations, to: &bytes) { appendAssociation(&$0, $1) }
        bytes.append(#"],"reachability":["#)
        Self.appendRows(process.gossip?.reachability.records ?? [], to: &bytes) { appendRecord(&$0, $1) }
        bytes.append(#"],"seen":["#)
        appendSeen(&bytes, seen)
        bytes.append(#"],"events":["#)
        Self.appendRows(process.events.newest, to: &bytes) { appendEvent(&$0, $1) }
        bytes.append("]}")
        return bytes
    }

    private static func appendRows<Row>(
        _ rows: [Row], to bytes: inout [UInt8], _ append: (inout [UInt8], Row) -> Void
    ) {
        for (index, row) in rows.enumerated() {
            if index > 0 { bytes.append(",") }
            append(&bytes, row)
        }
    }

    private func time(_ milliseconds: Int64) -> Int64 { epoch + milliseconds }

    private func address(_ incarnation: Int) -> Address { nodes.world.incarnations[incarnation].node.address }

    // MARK: Detectors

    /// Those that have had a heartbeat, by address.
    private var detectors: [HeartbeatDetector] {
        process.detectors.filter { $0.lastHeard != nil }.sorted { address($0.subject) < address($1.subject) }
    }

    private func appendDetector(_ bytes: inout [UInt8], _ detector: HeartbeatDetector) {
        let (measured, now) = (detector.measured, nodes.milliseconds)
        let phi = measured.phi(at: now)
        bytes.append(#"{"kind":"cluster","peer":"\#(address(detector.subject))","phi":"#)
        bytes.append(phi.isInfinite ? "null" : "\(phi)")
        bytes.append(#","phiInf":\#(phi.isInfinite),"threshold":\#(measured.settings.threshold),"#)
        bytes.append(#""available":\#(measured.isAvailable(at: now)),"sinceMs":\#(now - (detector.lastHeard ?? now)),"#)
        bytes.append(#""samples":\#(measured.history.count),"meanMs":\#(measured.history.mean),"#)
        bytes.append(#""stdDeviationMs":\#(measured.history.deviation),"#)
        bytes.append(#""minStdDeviationMs":\#(Int(measured.settings.minimalDeviation)),"#)
        bytes.append(#""acceptablePauseMs":\#(measured.settings.acceptablePause)}"#)
    }

    // MARK: Associations

    /// By address: the plain ones to members, and those that are special.
    private var associations: [(peer: Int, known: SimulatedAssociation)] {
        var result = process.associations.map { (peer: $0.key, known: $0.value) }
        if let gossip = process.gossip {
            let all = !nodes.isLarge
            let members =
                all ? gossip.membership.ids : gossip.membership.neighbours(of: process.id, world: nodes.world)
            for id in members.elements where id != process.id {
                let place = nodes.world.incarnations[id].slot
                if process.associations[place] != nil { continue }
                result.append((place, SimulatedAssociation(incarnation: id, state: .active, since: 0)))
            }
        }
        return result.sorted { address($0.known.incarnation) < address($1.known.incarnation) }
    }

    private func appendAssociation(
        _ bytes: inout [UInt8], _ association: (peer: Int, known: SimulatedAssociation)
    ) {
        let known = association.known
        let shown = shown(known.state)
        bytes.append(#"{"peer":"\#(address(known.incarnation))","uid":"#)
        bytes.append(known.isUIDKnown ? #""\#(nodes.world.incarnations[known.incarnation].node.uid)""# : "null")
        bytes.append(#","state":"\#(shown.state)","harmless":\#(shown.isHarmless),"backoff":\#(shown.isBackingOff)"#)
        if nodes.world.stack.isClassic {
            bytes.append(#","handshaking":\#(known.state == .connecting)"#)
            if let until = shown.until { bytes.append(#","gatedUntilMs":\#(time(until))"#) }
        } else {
            bytes.append(#","lastUsedMs":\#(sinceSent(known))"#)
        }
        bytes.append("}")
    }

    private struct Shown {
        var state: String
        var isHarmless = false
        var isBackingOff = false
        var until: Int64?
    }

    private func shown(_ state: SimulatedAssociation.State) -> Shown {
        let isClassic = nodes.world.stack.isClassic
        switch state {
        case .active: return Shown(state: "active")
        case .connecting: return Shown(state: isClassic ? "active" : "gated", isBackingOff: !isClassic)
        case .lost: return Shown(state: "gated", isBackingOff: true)
        case .quarantined(let isHarmless): return Shown(state: "quarantined", isHarmless: isHarmless)
        case .gated(let until):
            if until <= nodes.now { return Shown(state: "idle") }
            return Shown(state: "gated", until: Int64(until * Step.milliseconds))
        }
    }

    /// Milliseconds since something was sent: heartbeats and gossip go out every second.
    private func sinceSent(_ known: SimulatedAssociation) -> Int {
        if known.isQuarantined { return (nodes.now - known.since) * Step.milliseconds }
        let phase = nodes.now % Step.perSecond
        return (phase + Step.perSecond - process.phases.heartbeat) % Step.perSecond * Step.milliseconds
    }

    // MARK: Gossip and events

    private func appendRecord(_ bytes: inout [UInt8], _ record: Reachability.Record) {
        bytes.append(#"{"observer":"\#(address(record.observer))","subject":"\#(address(record.subject))","#)
        bytes.append(#""status":"\#(record.status.name)","version":\#(record.version)}"#)
    }

    private func appendSeen(_ bytes: inout [UInt8], _ all: [UInt8]) {
        guard let gossip = process.gossip else { return }
        if process.seen.isSuperset(of: gossip.membership.ids) {
            bytes.append(contentsOf: all)
        } else {
            let seen = gossip.rows.filter { process.seen.contains($0.id) }
            bytes.append(contentsOf: Self.addresses(seen.map { address($0.id) }))
        }
    }

    static func addresses(_ addresses: [Address]) -> [UInt8] {
        Array(addresses.map { "\"\($0)\"" }.joined(separator: ",").utf8)
    }

    private func appendEvent(_ bytes: inout [UInt8], _ event: RemotingEvent) {
        bytes.append(#"{"seq":\#(event.sequence),"atMs":\#(time(event.at)),"type":"\#(event.kind.rawValue)","#)
        bytes.append(#""peer":"\#(address(event.incarnation))""#)
        if event.tellsUID { bytes.append(#","uid":"\#(nodes.world.incarnations[event.incarnation].node.uid)""#) }
        if let inbound = event.isInbound { bytes.append(#","inbound":\#(inbound)"#) }
        if let reason = event.reason { bytes.append(#","reason":"\#(reason)""#) }
        bytes.append("}")
    }
}

extension Reachability.Status {
    /// As Akka prints it.
    fileprivate var name: String {
        switch self {
        case .reachable: "Reachable"
        case .unreachable: "Unreachable"
        case .terminated: "Terminated"
        }
    }
}
