// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The first stage of a line: takes the text that a program wrote out of what others wrapped around it: JSON, JSON in a text of JSON, quotes
/// of CSV and logfmt. What the wrapping says of the line becomes its header.
struct LineUnwrapper {
    /// Maximum number of wrappings within each other.
    static let maximumDepth = 4

    /// What is inside.
    struct Content {
        /// The text, and behind it, if there is one, the stack trace.
        var text: [UInt8]
        /// What the wrappings say, the innermost first.
        var header: LogHeader
    }

    /// What became of a line.
    enum Outcome {
        /// It is not wrapped.
        case plain
        case content(Content)
        /// It is JSON that no word of the catalogue stands in.
        case nothing
        /// It begins like JSON, and is none.
        case broken
    }

    private let json = JSONLogDecoder()
    private let search: LiteralSearch

    /// - Parameter search: finds the words that are looked for.
    init(search: LiteralSearch) { self.search = search }

    /// Unwraps a line that has a word of the catalogue.
    func unwrap(_ line: UnsafeRawBufferPointer) -> Outcome { unwrap(line, depth: 0) }

    private func unwrap(_ line: UnsafeRawBufferPointer, depth: Int) -> Outcome {
        let prefix = LinePrefix(line)
        guard depth < Self.maximumDepth, let start = Self.start(of: line, from: prefix.end) else { return .plain }
        guard let record = decode(line, from: start) else {
            return start == prefix.end && depth == 0 ? .broken : .plain
        }
        var outer = record.header
        outer.fill(from: LogHeader(text: line, end: start))
        guard var found = content(of: record, outer, depth: depth) else {
            return start == prefix.end && line.last == 125 ? .nothing : .plain
        }
        found.header.fill(from: outer)
        return .content(found)
    }

    /// The text of a record that has a word of the catalogue.
    private func content(of record: JSONLogRecord, _ outer: LogHeader, depth: Int) -> Content? {
        for text in record.texts where text.withUnsafeBytes({ search.first(in: $0) }) != nil {
            var content = Content(text: text, header: LogHeader())
            if case .content(let inner) = text.withUnsafeBytes({ unwrap($0, depth: depth + 1) }) { content = inner }
            if !record.stack.isEmpty { content.text += [10] + record.stack }
            return content
        }
        guard record.stack.withUnsafeBytes({ search.first(in: $0) }) != nil else { return nil }
        return Content(text: (record.texts.first ?? []) + [10] + record.stack, header: LogHeader())
    }

    private func decode(_ line: UnsafeRawBufferPointer, from start: Int) -> JSONLogRecord? {
        let rest = UnsafeRawBufferPointer(rebasing: line[start...])
        if let record = json.decode(rest) { return record }
        guard let close = rest.lastIndex(of: 125) else { return nil }
        let object = UnsafeRawBufferPointer(rebasing: rest[...close])
        if object.count < rest.count, let record = json.decode(object) { return record }
        return Self.unquoted(object).withUnsafeBytes { $0.count < object.count ? json.decode($0) : nil }
    }

    /// Where an object of JSON begins: `{"`, also with the quotes of the text that it stands in.
    private static func start(of line: UnsafeRawBufferPointer, from end: Int) -> Int? {
        var place = end
        while place < line.count {
            guard let brace = line[place...].firstIndex(of: 123) else { return nil }
            var next = brace + 1
            while next < line.count, line[next] == 32 || line[next] == 9 { next += 1 }
            if next < line.count, line[next] == 92 { next += 1 }
            if next < line.count, line[next] == 34 { return brace }
            place = brace + 1
        }
        return nil
    }

    /// Without the quoting of the text that it stands in: `\"` of most formats, `""` of CSV.
    private static func unquoted(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let isCSV = text.count > 2 && text[1] == 34 && text[2] == 34
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var place = 0
        while place < text.count {
            let byte = text[place]
            let isQuoting = isCSV ? byte == 34 : byte == 92
            if isQuoting, place + 1 < text.count, text[place + 1] == 34 || text[place + 1] == byte { place += 1 }
            result.append(text[place])
            place += 1
        }
        return result
    }
}

/// The quotes around a message in a line of CSV or logfmt, `msg="…"`.
enum QuotedMessage {
    /// Where the message ends, if it stands in quotes that are opened in front of it.
    ///
    /// - Parameters:
    ///   - bytes: a line.
    ///   - start: where the message begins.
    /// - Returns: the place of the closing quote; `nil` without quotes.
    static func end(_ bytes: UnsafeRawBufferPointer, start: Int) -> Int? {
        guard let open = bytes[..<start].lastIndex(of: 34) else { return nil }
        guard open == 0 || [61, 44, 58, 59, 9, 32, 40, 91].contains(bytes[open - 1]) else { return nil }
        var place = start
        while place < bytes.count {
            if bytes[place] == 34 {
                let isDoubled = place + 1 < bytes.count && bytes[place + 1] == 34
                if !isDoubled, bytes[place - 1] != 92 { return place }
                if isDoubled { place += 1 }
            }
            place += 1
        }
        return nil
    }
}
