// SPDX-License-Identifier: Apache-2.0
import Collectors

/// How the values of an option are read and shown.
struct OptionSyntax<Value: Sendable>: Sendable {
    /// Reads one value; throws ``OptionError`` that says what would have been right.
    let read: @Sendable (_ text: String) throws(OptionError) -> Value
    /// Shows a value. The text is what was typed; a default has none.
    let show: @Sendable (_ value: Value, _ text: String) -> OptionValue.Shown
    /// What stands for a value in the configuration template.
    var example: String
    /// The values, if they are words of a closed set.
    var words: [String] = []
    /// Whether one text may hold several values, joined by commas.
    var isList = false

    /// A syntax whose values are shown as they were typed.
    ///
    /// - Parameters:
    ///   - example: what stands for a value in the configuration template.
    ///   - read: reads one value.
    init(example: String, read: @escaping @Sendable (String) throws(OptionError) -> Value) {
        self.init(example: example, read: read) { .text(Secrets.masked($1)) }
    }

    /// - Parameters:
    ///   - example: what stands for a value in the configuration template.
    ///   - read: reads one value.
    ///   - show: shows a value.
    init(
        example: String, read: @escaping @Sendable (String) throws(OptionError) -> Value,
        show: @escaping @Sendable (Value, String) -> OptionValue.Shown
    ) {
        self.example = example
        self.read = read
        self.show = show
    }
}

// MARK: - Numbers and times

extension OptionSyntax where Value == Bool {
    /// A switch. On the command line it takes no value; in environment and file it takes a word.
    static var toggle: Self {
        OptionSyntax(example: "true") { text throws(OptionError) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw OptionError("'\(text)' is not one of true, false, yes, no, on, off, 1, 0")
            }
        } show: { on, _ in
            .on(on)
        }
    }
}

extension OptionSyntax where Value == Duration {
    /// A length of time.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        OptionSyntax(example: "10s") { text throws(OptionError) in
            guard let duration = DurationText.duration(text) else {
                throw OptionError(
                    "'\(text)' is no duration: write a number of seconds, or a number with ms, s, m, h or d")
            }
            guard range.contains(duration) else {
                let (low, high) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
                throw OptionError("'\(text)' is not between \(low) and \(high)")
            }
            return duration
        } show: { duration, _ in
            .duration(duration)
        }
    }
}

extension OptionSyntax where Value == Int {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int>) -> Self {
        OptionSyntax(example: String(max(1, range.lowerBound))) { text throws(OptionError) in
            guard let integer = Int(text) else { throw OptionError("'\(text)' is no whole number") }
            guard range.contains(integer) else {
                if range.upperBound == .max { throw OptionError("\(integer) is less than \(range.lowerBound)") }
                throw OptionError("\(integer) is not between \(range.lowerBound) and \(range.upperBound)")
            }
            return integer
        } show: { integer, _ in
            .integer(integer)
        }
    }
}

extension OptionSyntax where Value == Double {
    /// A positive number, decimals allowed.
    static var factor: Self {
        OptionSyntax(example: "10") { text throws(OptionError) in
            let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            guard isPlain, let number = Double(text), number >= 0.01, number <= 10_000 else {
                throw OptionError("'\(text)' is no number between 0.01 and 10000")
            }
            return number
        } show: { number, _ in
            .text(String(number))
        }
    }
}

extension OptionSyntax where Value == TimeValue {
    /// A moment.
    static var time: Self {
        OptionSyntax(example: "14:03") { text throws(OptionError) in
            guard let time = TimeText.value(text) else {
                throw OptionError(
                    "'\(text)' is no time: write 2026-11-21T14:03:22Z, 14:03[:22], or in a journal +5m after its start or "
                        + "-5m before its end")
            }
            return time
        } show: { time, _ in
            .text(TimeText.text(time))
        }
    }
}

// MARK: - Words

extension OptionSyntax where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of a closed set.
    ///
    /// - Parameter values: those that are allowed.
    /// - Returns: the syntax.
    static func choice(_ values: [Value] = Array(Value.allCases)) -> Self {
        let words = values.map(\.rawValue)
        var syntax = OptionSyntax(example: words.first ?? "") { text throws(OptionError) in
            try OptionWord.value(text, of: values)
        } show: { value, _ in
            .text(value.rawValue)
        }
        syntax.words = words
        return syntax
    }
}

extension OptionSyntax {
    /// Several words of a closed set, joined by commas.
    static func choices<Word: CaseIterable & RawRepresentable<String> & Sendable>() -> Self where Value == [Word] {
        let words = Word.allCases.map(\.rawValue)
        var syntax = OptionSyntax(example: words.first ?? "") { text throws(OptionError) in
            var values: [Word] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                values.append(try OptionWord.value(String(part), of: Array(Word.allCases)))
            }
            return values
        } show: { values, _ in
            .list(values.map(\.rawValue))
        }
        syntax.words = words
        syntax.isList = true
        return syntax
    }
}

/// Reads words of closed sets.
private enum OptionWord {
    static func value<Word: RawRepresentable<String>>(_ text: String, of values: [Word]) throws(OptionError) -> Word {
        if let value = values.first(where: { $0.rawValue == text }) { return value }
        let words = values.map(\.rawValue)
        let hint = Suggestion.nearest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
        throw OptionError("'\(text)' is not one of \(words.joined(separator: ", "))\(hint)")
    }
}

// MARK: - Texts

extension OptionSyntax where Value == String {
    /// The name of a file.
    static var path: Self { text(example: "FILE") }

    /// Any text that is not empty.
    static func text(example: String = "TEXT") -> Self {
        OptionSyntax(example: example) { text throws(OptionError) in try OptionText.nonEmpty(text) }
    }
}

extension OptionSyntax where Value == String {
    /// A word that has a default.
    static func word(example: String) -> Self {
        OptionSyntax(example: example) { text throws(OptionError) in
            try OptionText.nonEmpty(text)
        } show: { value, _ in
            .text(value)
        }
    }
}

/// What every text must be.
enum OptionText {
    /// The text, if it is not empty.
    static func nonEmpty(_ text: String) throws(OptionError) -> String {
        guard !text.isEmpty else { throw OptionError("the value is empty") }
        guard !text.utf8.contains(0) else { throw OptionError("the value holds a zero byte") }
        return text
    }
}
