// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The observers of lines that do not name one. In Artery's logs those are most, but some line of the same process names it sooner or later.
///
/// A log, or in a merged stream the lines of one pod, has one observer, until it is seen to have two: from then on nothing is concluded.
/// A start of remoting is a new observer, not a second one.
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
    }

    private var known: [Key: Known] = [:]

    /// A line has named its observer.
    mutating func learn(_ observer: Address, source: Int, label: String?, isStart: Bool) {
        let key = Key(source: source, label: label)
        switch known[key] {
        case .one(let other) where other != observer && !isStart: known[key] = .several
        case .several where label == nil: break
        default:
            if known.count >= Self.maximumLogs { known = [:] }
            known[key] = .one(observer)
        }
    }

    /// The observer of lines that do not name it.
    func observer(source: Int, label: String?) -> Address? {
        if case .one(let observer) = known[Key(source: source, label: label)] { observer } else { nil }
    }
}
