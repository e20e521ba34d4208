// SPDX-License-Identifier: Apache-2.0
import CYAML
internal import Model

/// Reads one YAML document into values with their places.
///
/// Only what configuration needs is accepted: no anchors and aliases (they make small files large), no tags, no second document.
/// Size, depth and number of values are bounded.
package struct YAMLReader: ~Copyable {
    /// Maximum number of bytes of a file.
    package static let maximumSize = 256 * 1024
    /// Maximum depth of nesting.
    package static let maximumDepth = 16
    /// Maximum number of values in a file.
    package static let maximumNodes = 10_000

    // On the heap: libyaml's string input keeps a pointer to the parser itself.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var nodes = 0
    private let limit: Int

    private init?(maximumNodes: Int) {
        limit = maximumNodes
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: the text, UTF-8.
    ///   - maximumSize: Maximum number of bytes.
    ///   - maximumNodes: Maximum number of values.
    /// - Returns: the document's value, nil when the text holds nothing but comments.
    /// - Throws: ``YAMLError`` with line and column.
    package static func read(
        _ bytes: [UInt8], maximumSize: Int = maximumSize, maximumNodes: Int = maximumNodes
    ) throws(YAMLError) -> YAMLNode? {
        guard bytes.count <= maximumSize else {
            throw YAMLError(line: 1, column: 1, message: "the file is larger than \(maximumSize / 1024) KiB")
        }
        guard var reader = YAMLReader(maximumNodes: maximumNodes) else {
            throw YAMLError(line: 1, column: 1, message: "there is no memory for reading it")
        }
        let result: Result<YAMLNode?, YAMLError> = bytes.withUnsafeBufferPointer { buffer in
            // The parser keeps this pointer, and is not used after this closure.
            yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) { return .success(try reader.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// One event of libyaml, in our own words.
    private enum Token {
        case scalar(String, isPlain: Bool)
        case sequenceStart
        case mappingStart
        case end
        case documentStart
        case streamEnd
        case other
    }

    private struct Event {
        let token: Token
        let line: Int
        let column: Int

        func error(_ message: String) -> YAMLError { YAMLError(line: line, column: column, message: message) }
    }

    private mutating func document() throws(YAMLError) -> YAMLNode? {
        var event = try next()
        while case .other = event.token { event = try next() }
        guard case .documentStart = event.token else { return nil }
        let root = try node(from: try next(), depth: 0)
        event = try next()
        while case .end = event.token { event = try next() }
        guard case .streamEnd = event.token else { throw event.error("a second document begins here; one is read") }
        return root
    }

    private mutating func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        nodes += 1
        guard nodes <= limit else { throw event.error("more than \(limit) values") }
        guard depth < Self.maximumDepth else { throw event.error("nested deeper than \(Self.maximumDepth) levels") }
        let content: YAMLNode.Content
        switch event.token {
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequenceStart: content = .sequence(try sequence(depth: depth + 1))
        case .mappingStart: content = .mapping(try mapping(depth: depth + 1))
        case .end, .documentStart, .streamEnd, .other: throw event.error("a value is missing here")
        }
        return YAMLNode(content: content, line: event.line, column: event.column)
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try next()
            if case .end = event.token { return items }
            items.append(try node(from: event, depth: depth))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .end = event.token { return entries }
            guard case .scalar(let key, _) = event.token else { throw event.error("a key must be plain text") }
            if let first = lines.updateValue(event.line, forKey: key) {
                throw event.error(
                    "the key '\(SafeText.replacing(key, maximum: 60))' is there twice, first in line \(first)")
            }
            let value = try node(from: try next(), depth: depth)
            entries.append(YAMLEntry(key: key, line: event.line, column: event.column, value: value))
        }
    }

    private mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw parserError() }
        defer { yaml_event_delete(&event) }
        let place = (line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        let refusal = refusal(of: event)
        if let refusal { throw YAMLError(line: place.line, column: place.column, message: refusal) }
        return Event(token: token(of: event), line: place.line, column: place.column)
    }

    private func token(of event: yaml_event_t) -> Token {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        default: return .other
        }
    }

    private func refusal(of event: yaml_event_t) -> String? {
        let data = event.data
        let (anchor, tag): (UnsafeMutablePointer<yaml_char_t>?, UnsafeMutablePointer<yaml_char_t>?) =
            switch event.type {
            case YAML_ALIAS_EVENT: (data.alias.anchor, nil)
            case YAML_SCALAR_EVENT: (data.scalar.anchor, data.scalar.tag)
            case YAML_SEQUENCE_START_EVENT: (data.sequence_start.anchor, data.sequence_start.tag)
            case YAML_MAPPING_START_EVENT: (data.mapping_start.anchor, data.mapping_start.tag)
            default: (nil, nil)
            }
        if anchor != nil {
            return "anchors and aliases (& and *) are not accepted; write the value out, or put it in quotes"
        }
        if tag != nil { return "tags (!) are not accepted; put the value in quotes if it begins with !" }
        return nil
    }

    private func parserError() -> YAMLError {
        let parser = parser.pointee
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        let context = parser.context.map { " \(String(cString: $0))" } ?? ""
        // A reader error (bad UTF-8) has no mark but an offset.
        let line = Int(parser.problem_mark.line) + 1
        let column = Int(parser.problem_mark.column) + 1
        let text = "not valid YAML: \(problem)\(context)"
        if parser.error == YAML_READER_ERROR {
            return YAMLError(
                line: Int(parser.mark.line) + 1, column: Int(parser.mark.column) + 1,
                message: "\(text) (byte \(parser.problem_offset))")
        }
        return YAMLError(line: line, column: column, message: text)
    }
}
