// SPDX-License-Identifier: Apache-2.0
package import Model

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
