// SPDX-License-Identifier: Apache-2.0
import Model

/// What the state of a pair means, and what to do about it, in a sentence or two.
enum PairAdvice {
    static func text(_ facts: PairFacts, _ context: ScreenContext) -> String {
        if let row = facts.row, row.freshness >= .stale, let at = row.observedAt {
            return
                "\(facts.fromName) has not been heard for \(Format.span(context.age(of: at))); this is what it last reported."
        }
        let texts = [association(facts, context), reach(facts), phi(facts), otherSide(facts)].compactMap { $0 }
        guard texts.isEmpty else { return texts.prefix(2).joined(separator: " ") }
        return well(facts)
    }

    private static func association(_ facts: PairFacts, _ context: ScreenContext) -> String? {
        let (from, to) = (facts.fromName, facts.toName)
        switch facts.row.map(PairSign.init) {
        case .quarantined:
            return
                "It does not heal by itself: \(from) takes and sends nothing until \(to) is restarted with a new uid."
        case .harmless: return "Ordinary after a graceful stop of \(to); nothing to do."
        case .gated:
            let when = facts.gate(context.now).map { " (\($0))" } ?? ""
            return "\(from) drops what it has for \(to) while the gate is closed\(when), then tries again:"
                + " is \(to)'s port reachable from \(from)?"
        case .backingOff:
            return "\(from) cannot reach \(to) and tries again for ever: is the process there, and its port"
                + " \(port(facts)) reachable from \(from)?"
        case .idle: return facts.signs.reach.isTrouble ? nil : "Nothing is sent over it now; the next message opens it."
        default: return nil
        }
    }

    private static func port(_ facts: PairFacts) -> String { facts.to.node.address.port.map(String.init) ?? "" }

    private static func reach(_ facts: PairFacts) -> String? {
        let (from, to) = (facts.fromName, facts.toName)
        switch facts.signs.reach {
        case .terminated: return "\(from) knows \(to) to be dead: only its removal ends this."
        case .unlisted: return "\(from) does not list \(to): it has not heard of it yet, or has removed it."
        case .unreachable:
            switch facts.signs.association {
            case .quarantined, .gated, .backingOff: return nil
            case .active, .inferred:
                return
                    "The link is up, but \(to) does not answer heartbeats: a paused or starved process, or a one-way cut."
            default: return "\(from) gets no heartbeats from \(to): a crash, a pause or a cut."
            }
        default: return nil
        }
    }

    private static func phi(_ facts: PairFacts) -> String? {
        guard let phi = facts.phi, !facts.signs.reach.isTrouble else { return nil }
        let left = phi.untilThreshold.map { "\(Format.tenths($0))" } ?? "a moment"
        switch facts.signs.phi {
        case .passed: return "Phi is past the threshold: \(facts.toName) counts as unreachable until a heartbeat comes."
        case .imminent, .late: return "Heartbeats are late: unreachable in \(left) unless one comes."
        default: return nil
        }
    }

    private static func otherSide(_ facts: PairFacts) -> String? {
        let other = facts.other
        guard !facts.signs.association.isTrouble else { return nil }
        switch other.signs.association {
        case .quarantined:
            return
                "The other side has quarantined \(facts.fromName), so that nothing it sends is taken: restart \(facts.fromName)."
        case .gated, .backingOff:
            return "The other side cannot reach \(facts.fromName): something stops that direction only."
        default: return nil
        }
    }

    private static func well(_ facts: PairFacts) -> String {
        let (from, to) = (facts.fromName, facts.toName)
        switch facts.row.map(PairSign.init) {
        case .active: return "It works; nothing to do."
        case .inferred:
            return
                "No source reports it, but \(from) monitors \(to) and reaches it. A bridge or a log of \(from) would report the state itself."
        default: return unknown(facts)
        }
    }

    /// Why nothing is known, and what would help.
    private static func unknown(_ facts: PairFacts) -> String {
        let (from, to) = (facts.fromName, facts.toName)
        let help = "--events \(facts.from.node.address.hostPort)=FILE or a bridge on it would report it."
        if facts.isOnlyCounted {
            return
                "In a mesh of more than 200 members pairs that are plainly active, or unknown, are only counted; --all-pairs lists them."
        }
        if facts.isToldByLog {
            return "The log of \(from) has reported nothing about it. A management port or a bridge would."
        }
        if facts.signs.reach == .unknown {
            return "\(from) is not heard now, and nothing else reports it. \(help)"
        }
        if facts.isExpected == false {
            return "The heartbeat ring has \(from) monitor others than \(to), and nothing else reports it. \(help)"
        }
        return "Nothing reports this direction. \(help)"
    }
}
