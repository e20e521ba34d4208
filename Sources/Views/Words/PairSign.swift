// SPDX-License-Identifier: Apache-2.0
import Model

/// What one cell of the matrix says, from nothing to the worst.
enum PairSign: UInt8, CaseIterable, Comparable, Sendable {
    /// Nothing is known, and nothing is expected: by the heartbeat ring the observer monitors others.
    case none
    /// Phi: less than half of the time to the threshold has passed since the last heartbeat.
    case calm
    /// Reachable, and the observer itself monitors it.
    case reachable
    case active
    /// Active, though nothing reported it: the observer monitors the subject and has it as reachable.
    case inferred
    /// Reachable according to others; the observer does not monitor it itself.
    case hearsay
    case idle
    /// A quarantine that is the ordinary end of a graceful stop.
    case harmless
    /// Not known, although the observer is expected to monitor it.
    case unknown
    /// More than half of the time to the threshold has passed.
    case late
    /// More than three quarters.
    case imminent
    /// The observer does not list the subject.
    case unlisted
    /// Artery tries again and again to reach the subject.
    case backingOff
    case gated
    /// Phi is at the threshold or above.
    case passed
    case unreachable
    /// Unreachable for good.
    case terminated
    case quarantined

    static func < (left: PairSign, right: PairSign) -> Bool { left.rawValue < right.rawValue }

    /// From here on something is wrong.
    var isTrouble: Bool { self >= .late }

    /// Signs of one class differ in degree or in how they are known; two ends in different classes are asymmetric.
    var kind: Kind {
        switch self {
        case .none, .calm, .reachable, .active, .inferred, .hearsay, .idle, .harmless: .fine
        case .unknown: .unknown
        case .late, .imminent: .warning
        case .unlisted: .unlisted
        case .backingOff, .gated: .gated
        case .passed, .unreachable, .terminated: .unreachable
        case .quarantined: .quarantined
        }
    }

    enum Kind {
        case fine
        case unknown
        case warning
        case unlisted
        case gated
        case unreachable
        case quarantined
    }

    func glyph(in glyphs: GlyphSet) -> String {
        switch self {
        case .none: " "
        case .calm: glyphs.bars[0]
        case .reachable: glyphs.up
        case .active: glyphs.active
        case .inferred: glyphs.rule
        case .hearsay: glyphs.hearsay
        case .idle: glyphs.idle
        case .harmless: "q"
        case .unknown: "?"
        case .late: glyphs.bars[2]
        case .imminent: glyphs.bars[5]
        case .unlisted: "n"
        case .backingOff: "B"
        case .gated: "G"
        case .passed: glyphs.bars[7]
        case .unreachable: glyphs.unreachable
        case .terminated: "x"
        case .quarantined: "Q"
        }
    }

    var role: Role {
        switch self {
        case .calm, .reachable, .active: .healthy
        case .none, .inferred, .hearsay, .idle: .muted
        case .harmless: .removed
        case .unknown: .unknown
        case .late: .passing
        case .imminent, .unlisted, .backingOff, .gated: .degraded
        case .passed, .unreachable: .unreachable
        case .terminated, .quarantined: .failure
        }
    }

    /// One or two words for legends and counts.
    var word: String {
        switch self {
        case .none: "not looked at"
        case .calm: "calm"
        case .reachable: "reachable"
        case .active: "active"
        case .inferred: "active, inferred"
        case .hearsay: "reachable by hearsay"
        case .idle: "idle"
        case .harmless: "quarantined, harmless"
        case .unknown: "unknown"
        case .late: "heartbeat late"
        case .imminent: "threshold near"
        case .unlisted: "not listed"
        case .backingOff: "backing off"
        case .gated: "gated"
        case .passed: "threshold passed"
        case .unreachable: "unreachable"
        case .terminated: "terminated"
        case .quarantined: "quarantined"
        }
    }
}

extension PairSign {
    /// What an association's state is shown as.
    init(_ row: AssociationSnapshot) {
        switch row.status.state {
        case .idle: self = .idle
        case .active: self = row.origin == .inferred ? .inferred : .active
        case .gated: self = row.status.isBackingOff ? .backingOff : .gated
        case .quarantined: self = row.status.isHarmless ? .harmless : .quarantined
        case .unknown: self = .unknown
        }
    }

    /// Phi is a cliff, so the heat is not its value but how much of the time to the threshold the silence has used up.
    init(_ phi: PhiMeasurement) {
        let isPassed = phi.isInfinite || (phi.value ?? 0) >= phi.threshold || !phi.isAvailable
        guard !isPassed else {
            self = .passed
            return
        }
        let used = phi.limit.map { (phi.silence?.inSeconds ?? 0) / max(0.001, $0.inSeconds) } ?? 0
        if (phi.value ?? 0) >= 1 || used >= 0.75 {
            self = .imminent
        } else {
            self = used >= 0.5 ? .late : .calm
        }
    }
}

/// What the matrix shows.
enum MatrixMode: Int, CaseIterable, Sendable {
    case worst
    case association
    case phi
    case reach

    var name: String {
        switch self {
        case .worst: "worst"
        case .association: "association"
        case .phi: "phi"
        case .reach: "reach"
        }
    }
}

/// The signs of one pair, one for each mode.
struct PairSigns: Equatable, Sendable {
    var association = PairSign.none
    var phi = PairSign.none
    var reach = PairSign.none

    /// The worst of the three. Being reachable is no news where the association is known, and a phi that is not measured is none.
    var worst: PairSign {
        var worst = association
        if phi != .unknown { worst = max(worst, phi) }
        if reach.isTrouble { worst = max(worst, reach) }
        return worst
    }

    subscript(mode: MatrixMode) -> PairSign {
        switch mode {
        case .worst: worst
        case .association: association
        case .phi: phi
        case .reach: reach
        }
    }
}
