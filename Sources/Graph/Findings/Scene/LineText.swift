// SPDX-License-Identifier: Apache-2.0
import Model

/// Addresses in the words of a line.
enum LineText {
    /// Those that a resolver's line says are downed.
    static func downed(in line: LifecycleEvent) -> [Address] {
        guard let start = line.evidence.text.end(of: "is downing [") else { return [] }
        return addresses(in: line.evidence.text[start...].prefix { $0 != "]" })
    }

    /// The place to which a peer's name was resolved, as Java prints it: `shop-1.shop/10.0.0.7:25520` gives `10.0.0.7:25520`.
    static func resolved(_ peer: Address, in text: String) -> String? {
        guard let host = peer.host, let end = text.end(of: "\(host)/") else { return nil }
        let place = text[end...].prefix { $0.isHexDigit || $0 == "." || $0 == ":" || $0 == "[" || $0 == "]" }
        guard place.first?.isNumber == true || place.first == "[", place.contains(":"), place.count <= 64 else {
            return nil
        }
        return String(place)
    }

    /// All addresses in a text, in their order.
    static func addresses(in text: some StringProtocol) -> [Address] {
        var found: [Address] = []
        var rest = Substring(text)
        while found.count < 64, let place = rest.firstIndex(where: { $0 == "a" || $0 == "p" }) {
            let word = rest[place...].prefix { !$0.isWhitespace && !"[],()'\"#".contains($0) }
            guard word.hasPrefix("akka") || word.hasPrefix("pekko"), word.says("://") else {
                rest = rest[rest.index(after: place)...]
                continue
            }
            var text = String(word)
            if let path = text.end(of: "://"), let slash = text[path...].firstIndex(of: "/") {
                text = String(text[..<slash])
            }
            if let address = try? Address(parsing: text), address.host != nil { found.append(address) }
            rest = rest[word.endIndex...]
        }
        return found.uniqued
    }
}

extension String {
    /// The place behind the first occurrence of a phrase.
    func end(of phrase: String) -> Index? {
        let (text, wanted) = (Array(utf8), Array(phrase.utf8))
        guard text.count >= wanted.count else { return nil }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) {
            return utf8.index(utf8.startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }
}
