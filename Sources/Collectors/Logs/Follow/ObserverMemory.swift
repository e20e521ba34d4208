package import Model

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

/// A rule of the user: this node writes the lines of pods or files whose name fits a pattern.
package struct ObserverRule: Hashable, Sendable {
    /// A name with `*` for any text.
    let pattern: String
    let observer: ObserverName

    /// - Parameter text: `PATTERN=HOST:PORT` or `PATTERN=ADDRESS`; `nil` comes of anything else.
    package init?(_ text: String) {
        guard let mark = text.firstIndex(of: "="), mark > text.startIndex,
            let observer = ObserverName(String(text[text.index(after: mark)...]))
        else { return nil }
        pattern = String(text[..<mark])
        self.observer = observer
    }

    /// Whether a name has the rule's form.
    func matches(_ name: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return pattern == name }
        var rest = name[...]
        for (number, part) in parts.enumerated() {
            if number == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if number == parts.count - 1 {
                return rest.hasSuffix(part)
            } else if let place = Self.end(of: part, in: rest) {
                rest = rest[place...]
            } else {
                return false
            }
        }
        return true
    }

    private static func end(of part: Substring, in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while true {
            if text[start...].hasPrefix(part) { return text.index(start, offsetBy: part.count) }
            guard start < text.endIndex else { return nil }
            start = text.index(after: start)
        }
    }
}

/// A node as a user names it: by its address, or by host and port.
package enum ObserverName: Hashable, Sendable {
    case address(Address)
    /// `host:port`; the fold looks for the member.
    case hostPort(String)

    /// - Parameter text: an address or `host:port`; `nil` comes of anything else.
    package init?(_ text: String) {
        if let address = try? Address(parsing: text), address.host != nil {
            self = .address(address)
        } else if !text.contains("/"), let address = try? Address(parsing: "akka://x@" + text), address.host != nil {
            self = .hostPort(text)
        } else {
            return nil
        }
    }
}
