// SPDX-License-Identifier: Apache-2.0
/// Walks over the text of a query.
struct QueryScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { bytes[position...].allSatisfy { $0 == 32 || $0 == 10 || $0 == 9 } }

    private mutating func skipBlanks() {
        while position < bytes.count, [32, 10, 9, 13].contains(bytes[position]) { position += 1 }
    }

    mutating func takes(_ text: String) -> Bool {
        skipBlanks()
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    mutating func takes(word: String) -> Bool {
        let start = position
        if self.word() == word { return true }
        position = start
        return false
    }

    mutating func expect(_ text: String) throws(SeriesQuery.Failure) {
        if !takes(text) { throw failure(text) }
    }

    /// A name or a number; empty if something else comes.
    mutating func word() -> String {
        skipBlanks()
        let start = position
        while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 58
    }

    mutating func string() throws(SeriesQuery.Failure) -> String {
        skipBlanks()
        guard position < bytes.count, [34, 39, 96].contains(bytes[position]) else { throw failure("a string") }
        let quote = bytes[position]
        var result: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == 92, quote != 96, position + 1 < bytes.count {
                position += 1
                result.append(bytes[position] == 110 ? 10 : bytes[position])
            } else {
                result.append(bytes[position])
            }
            position += 1
        }
        guard position < bytes.count else { throw failure("the end of a string") }
        position += 1
        return String(decoding: result, as: UTF8.self)
    }

    func failure(_ expected: String) -> SeriesQuery.Failure {
        SeriesQuery.Failure(
            message: "1:\(position + 1): parse error: the simulated mesh expects \(expected) here; "
                + "it knows sum, max, count and group by labels, rate, selectors and > 0")
    }
}
