// SPDX-License-Identifier: Apache-2.0
import Model

/// The sign of an event, where there is room for one: what it is, and among several in one place the worst.
enum EventMark: UInt8, CaseIterable, Sendable {
    // From harmless to bad; the number is the order.
    case other
    case started
    case idle
    case active
    case reachable
    case leader
    case removed
    case shutdown
    case exiting
    case leaving
    case preparing
    case ready
    case joining
    case weaklyUp
    case up
    case statusUnknown
    case warning
    case phi
    case gated
    case unreachable
    case downing
    case failure
    case down
    case quarantined

    init(_ event: MeshEvent) {
        switch event.change {
        case .member(_, let status): self = Self.status(status)
        case .reachability(_, .reachable), .phi(isAvailable: true): self = .reachable
        case .reachability(_, .unreachable), .reachability(_, .terminated): self = .unreachable
        case .leader: self = .leader
        case .phi(isAvailable: false): self = .phi
        case .association(_, let state): self = Self.association(state, event.severity)
        case .sbr: self = event.severity == .notice ? .other : .downing
        case .shutdown: self = event.severity == .failure ? .down : .shutdown
        case .bootstrap, .lease, .pod, .other: self = Self.plain(event)
        }
    }

    private static func status(_ status: MemberStatus) -> EventMark {
        switch status {
        case .joining: .joining
        case .weaklyUp: .weaklyUp
        case .up: .up
        case .leaving: .leaving
        case .exiting: .exiting
        case .down: .down
        case .removed: .removed
        case .preparingForShutdown: .preparing
        case .readyForShutdown: .ready
        case .unknown: .statusUnknown
        }
    }

    /// A harmless quarantine is the ordinary end of a graceful stop.
    private static func association(_ state: AssociationState, _ severity: MeshEvent.Severity) -> EventMark {
        switch state {
        case .quarantined: severity == .failure ? .quarantined : .shutdown
        case .gated: .gated
        case .active: .active
        case .idle, .unknown: .idle
        }
    }

    private static func plain(_ event: MeshEvent) -> EventMark {
        switch event.severity {
        case .notice:
            if case .start = event.causality?.link { return .started }
            return .other
        case .warning: return .warning
        case .failure: return .failure
        }
    }

    func glyph(in glyphs: GlyphSet) -> String {
        switch self {
        case .other: glyphs.asciiOnly ? ":" : glyphs.rule
        case .started: "s"
        case .idle: glyphs.none
        case .active: glyphs.active
        case .reachable, .up: glyphs.up
        case .leader: "L"
        // The sign of a removed member is that of a lane in which nothing happens.
        case .removed: glyphs.hearsay
        case .shutdown, .exiting: glyphs.exiting
        case .leaving: glyphs.leaving
        case .preparing: glyphs.preparingForShutdown
        case .ready: glyphs.readyForShutdown
        case .joining: glyphs.joining
        case .weaklyUp: glyphs.weaklyUp
        case .statusUnknown: glyphs.unknown
        case .warning: glyphs.degraded
        case .phi: "P"
        case .gated: "G"
        case .unreachable: glyphs.unreachable
        case .downing: "D"
        case .failure, .down: glyphs.failure
        case .quarantined: "Q"
        }
    }

    var role: Role {
        switch self {
        case .other, .started, .idle, .shutdown: .muted
        case .active, .reachable, .up: .healthy
        case .leader, .joining: .joining
        case .removed: .removed
        case .exiting, .leaving, .preparing, .ready, .weaklyUp: .passing
        case .statusUnknown: .unknown
        case .warning, .phi, .gated, .downing: .degraded
        case .unreachable: .unreachable
        case .failure, .down, .quarantined: .failure
        }
    }

    /// What the sign says, for the help.
    var word: String {
        switch self {
        case .other: "something else"
        case .started: "its remoting started"
        case .idle: "association idle or unknown"
        case .active: "association active"
        case .reachable: "reachable again, phi below its threshold"
        case .leader: "another leader"
        case .removed: "removed"
        case .shutdown: "shuts down; a harmless quarantine"
        case .exiting: "Exiting"
        case .leaving: "Leaving"
        case .preparing: "PreparingForShutdown"
        case .ready: "ReadyForShutdown"
        case .joining: "Joining"
        case .weaklyUp: "WeaklyUp"
        case .up: "Up"
        case .statusUnknown: "a status that meshtop does not know"
        case .warning: "a warning"
        case .phi: "phi at its threshold"
        case .gated: "gated, or Artery cannot reach it"
        case .unreachable: "unreachable"
        case .downing: "a resolver waits, decides or downs"
        case .failure: "a failure"
        case .down: "Down"
        case .quarantined: "quarantined"
        }
    }
}
