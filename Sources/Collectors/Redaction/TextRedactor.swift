// SPDX-License-Identifier: Apache-2.0
import Model

/// Texts for others: names are replaced, words that everyone knows stay, anything else goes.
struct TextRedactor {
    /// What stands where something was left out.
    static let gap = "***"
    /// Maximum number of digits of a number that stays in a free text; a longer one could be of a customer.
    private static let maximumDigits = 6

    /// What a text is.
    enum Form {
        /// Made of names: targets of sources, names of objects. What is not known is a name.
        case names
        /// Written by people and programs. What is not known is left out.
        case free
    }

    var map = NameMap()
    /// While names are gathered, texts come back as they are.
    var isGathering = true
    /// How many words were left out.
    private(set) var omitted = 0

    /// The text for others.
    mutating func text(_ text: String, _ form: Form) -> String {
        var result = ""
        for piece in TextPieces(text) {
            switch piece {
            case .other(let scalar): result.unicodeScalars.append(scalar.isASCII ? scalar : "?")
            case .word(let word): result += self.word(word, form)
            }
        }
        return isGathering ? text : result
    }

    /// A name as a whole.
    mutating func name(_ name: String, _ kind: NameMap.Kind) -> String {
        guard !name.isEmpty, !Words.kept.contains(name) else { return name }
        if isGathering {
            map.note(name, as: kind)
            return name
        }
        return map[name] ?? leftOut()
    }

    private mutating func word(_ word: String, _ form: Form) -> String {
        let core = word.trimmed
        guard !core.isEmpty else { return word }
        // The dots and dashes around a word are not part of it.
        let start = word.firstRange(of: core).map { String(word[..<$0.lowerBound]) } ?? ""
        let end = String(word.dropFirst(start.count + core.count))
        return start + inner(core, form) + end
    }

    private mutating func inner(_ word: String, _ form: Form) -> String {
        if !isGathering, let known = map[word] { return known }
        if Words.kept.contains(word) { return word }
        let isNumber = word.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        let dots = word.utf8.count { $0 == UInt8(ascii: ".") }
        if isNumber, dots != 3, form == .names || word.utf8.count <= Self.maximumDigits + 1 { return word }
        if let parts = serviceParts(word) {
            return name(parts.service, .name) + "." + name(parts.namespace, .name) + parts.suffix
        }
        switch form {
        case .names:
            return name(word, dots > 0 || word.utf8.contains(UInt8(ascii: ":")) ? .host : .name)
        case .free:
            // Addresses in texts are of nodes that are named elsewhere; one that is not is a name all the same.
            if dots == 3, isNumber { return name(word, .host) }
            return Words.vocabulary.contains(word) || Words.vocabulary.contains(word.lowercased()) ? word : leftOut()
        }
    }

    /// `cart.shop.svc.cluster.local` is a service of a namespace.
    private func serviceParts(_ word: String) -> (service: String, namespace: String, suffix: String)? {
        guard let range = word.firstRange(of: ".svc"),
            range.upperBound == word.endIndex || word[range.upperBound] == "."
        else { return nil }
        let parts = word[..<range.lowerBound].split(separator: ".", omittingEmptySubsequences: false)
        let suffix = String(word[range.lowerBound...])
        guard parts.count == 2, suffix == ".svc" || suffix == ".svc.cluster.local" else { return nil }
        return (String(parts[0]), String(parts[1]), suffix)
    }

    private mutating func leftOut() -> String {
        omitted += isGathering ? 0 : 1
        return Self.gap
    }
}

/// A text in words, with dots, dashes and underscores in them, and the scalars between. Addresses of IPv6 are words too.
struct TextPieces: Sequence, IteratorProtocol {
    enum Piece {
        case word(String)
        case other(Unicode.Scalar)
    }

    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    mutating func next() -> Piece? {
        guard let first = rest.first else { return nil }
        let address = rest.prefix { $0.properties.isASCIIHexDigit || $0 == ":" || $0 == "." }
        if address.filter({ $0 == ":" }).count > 1, address.contains(where: \.properties.isASCIIHexDigit) {
            let word = String(Substring(address)).droppingSuffix(":")
            rest = rest.dropFirst(word.unicodeScalars.count)
            return .word(word)
        }
        let word = rest.prefix { $0.isWordPart }
        guard !word.isEmpty else {
            rest = rest.dropFirst()
            return .other(first)
        }
        rest = rest.dropFirst(word.count)
        return .word(String(Substring(word)))
    }
}

extension Unicode.Scalar {
    fileprivate var isWordPart: Bool {
        self == "." || self == "-" || self == "_" || properties.isAlphabetic || properties.numericType != nil
    }
}

extension String {
    fileprivate var trimmed: String {
        let isEdge: (Character) -> Bool = { $0 == "." || $0 == "-" || $0 == "_" }
        return String(drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }

    fileprivate func droppingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) && !hasSuffix("::") ? String(dropLast(suffix.count)) : self
    }
}
