// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The observers of lines that do not name one. In Artery's logs those are most, but some line of the same process names it sooner or later.
///
/// A log, or in a merged stream the lines of one pod, has one observer, until it is seen to have two: from then on nothing is concluded, unless
/// the first words of its lines tell its nodes apart: each word with one node. A start of remoting is a new observer, not a second one.
struct ObserverMemory {
    /// Maximum number of logs, and pods within them, whose observers are remembered.
    static let maximumLogs = 10_000

    private enum Known {
        case one(Address)
        case several
    }

    private struct Key: Hashable {
        let source: Int
        let label: String?
        /// Whether the label is only a word that may name the node.
        var isWeak = false
    }

    private var known: [Key: Known] = [:]
    /// Logs in which one first word stood in front of lines of several nodes: it names threads, or classes.
    private var ambiguous: Set<Int> = []

    /// A line has named its observer.
    mutating func learn(_ observer: Address, source: Int, label: String?, weakLabel: String? = nil, isStart: Bool) {
        learn(observer, Key(source: source, label: label), isStart: isStart)
        guard label == nil, let weakLabel else { return }
        let key = Key(source: source, label: weakLabel, isWeak: true)
        learn(observer, key, isStart: isStart)
        if case .several = known[key] { ambiguous.insert(source) }
    }

    private mutating func learn(_ observer: Address, _ key: Key, isStart: Bool) {
        switch known[key] {
        case .one(let other) where other != observer && !(isStart && !key.isWeak): known[key] = .several
        case .several where key.label == nil || key.isWeak: break
        default:
            if known.count >= Self.maximumLogs { known = [:] }
            known[key] = .one(observer)
        }
    }

    /// The observer of lines that do not name it.
    func observer(source: Int, label: String?, weakLabel: String? = nil) -> Address? {
        switch known[Key(source: source, label: label)] {
        case .one(let observer): return observer
        case .several where label == nil: break
        case .several, nil: return nil
        }
        guard let weakLabel, !ambiguous.contains(source),
            case .one(let observer) = known[Key(source: source, label: weakLabel, isWeak: true)]
        else { return nil }
        return observer
    }
}
