// SPDX-License-Identifier: Apache-2.0
import Model

extension MemberStatus {
    func glyph(in glyphs: GlyphSet) -> String {
        switch self {
        case .joining: glyphs.joining
        case .weaklyUp: glyphs.weaklyUp
        case .up: glyphs.up
        case .leaving: glyphs.leaving
        case .exiting: glyphs.exiting
        case .down: glyphs.down
        case .removed: glyphs.removed
        case .preparingForShutdown: glyphs.preparingForShutdown
        case .readyForShutdown: glyphs.readyForShutdown
        case .unknown: glyphs.unknown
        }
    }

    var role: Role {
        switch self {
        case .joining: .joining
        case .up: .healthy
        case .weaklyUp, .leaving, .exiting, .preparingForShutdown, .readyForShutdown: .passing
        case .down: .failure
        case .removed: .removed
        case .unknown: .unknown
        }
    }
}

extension Health.Level {
    func glyph(in glyphs: GlyphSet) -> String {
        switch self {
        case .healthy: glyphs.healthy
        case .notReady: glyphs.notReady
        case .degraded: glyphs.degraded
        case .failure: glyphs.failure
        case .unknown: glyphs.unknown
        }
    }

    var role: Role {
        switch self {
        case .healthy: .healthy
        case .notReady: .passing
        case .degraded: .degraded
        case .failure: .failure
        case .unknown: .unknown
        }
    }

    /// The word for the first line: loud only when something is wrong.
    var word: String {
        switch self {
        case .healthy: "healthy"
        case .notReady: "NOT READY"
        case .degraded: "DEGRADED"
        case .failure: "FAILURE"
        case .unknown: "UNKNOWN"
        }
    }
}

extension Health.Level {
    /// Whether something is wrong.
    var isTrouble: Bool { self > .healthy }
}

extension SourceState {
    var role: Role {
        switch self {
        case .connecting: .joining
        case .ok: .healthy
        case .failing: .failure
        }
    }
}

extension MemberSnapshot {
    /// One sign that stands for the member where there is room for one.
    func sign(in glyphs: GlyphSet) -> StyledLine {
        isUnreachable
            ? StyledLine(glyphs.unreachable, .unreachable) : StyledLine(status.glyph(in: glyphs), status.role)
    }

    /// Whether any observer cannot reach it.
    var isUnreachable: Bool { !unreachableBy.isEmpty }

    /// The roles without that of the data centre, which has a place of its own.
    var visibleRoles: String { roles.names.filter { !$0.hasPrefix("dc-") }.joined(separator: " ") }
}
