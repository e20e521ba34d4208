// SPDX-License-Identifier: Apache-2.0
import CYAML
internal import Model

/// Reads YAML documents into values with their places.
///
/// Of a configuration only what it needs is accepted: no anchors and aliases (they make small files large), no tags, no second document.
/// Other people's files may have all of them. Size, depth and number of values, those that aliases repeat included, are bounded.
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
    private let limits: YAMLLimits
    /// What anchors name, with the number of values below.
    private var anchors: [String: (node: YAMLNode, count: Int)] = [:]

    private init?(_ limits: YAMLLimits) {
        self.limits = limits
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
        let limits = YAMLLimits(size: maximumSize, nodes: maximumNodes, depth: maximumDepth)
        return try documents(bytes, limits).first
    }

    /// Reads all documents of a file.
    ///
    /// - Parameters:
    ///   - bytes: the text, UTF-8.
    ///   - limits: what is accepted.
    /// - Returns: the documents that hold something.
    /// - Throws: ``YAMLError`` with line and column.
    package static func documents(_ bytes: [UInt8], _ limits: YAMLLimits) throws(YAMLError) -> [YAMLNode] {
        guard bytes.count <= limits.size else {
            throw YAMLError(line: 1, column: 1, message: "the file is larger than \(limits.size / 1024) KiB")
        }
        guard var reader = YAMLReader(limits) else {
            throw YAMLError(line: 1, column: 1, message: "there is no memory for reading it")
        }
        let result: Result<[YAMLNode], YAMLError> = bytes.withUnsafeBufferPointer { buffer in
            // The parser keeps this pointer, and is not used after this closure.
            yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) { return .success(try reader.documents()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// One event of libyaml, in our own words.
    private enum Token {
        case scalar(String, isPlain: Bool)
        case alias(String)
        case sequenceStart
        case mappingStart
        case end
        case documentStart
        case streamEnd
        case other
    }

    private struct Event {
        let token: Token
        let anchor: String?
        let line: Int
        let column: Int

        func error(_ message: String) -> YAMLError { YAMLError(line: line, column: column, message: message) }
    }

    private mutating func documents() throws(YAMLError) -> [YAMLNode] {
        var found: [YAMLNode] = []
        while true {
            let event = try next()
            switch event.token {
            case .streamEnd: return found
            case .documentStart:
                guard limits.isLenient || found.isEmpty else {
                    throw event.error("a second document begins here; one is read")
                }
                anchors = [:]
                let root = try node(from: try next(), depth: 0)
                // A document of nothing but comments.
                if case .scalar("", isPlain: true) = root.content, limits.isLenient { continue }
                found.append(root)
            default: continue
            }
        }
    }

    private mutating func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        if case .alias(let name) = event.token { return try repeated(name, event, depth) }
        nodes += 1
        guard nodes <= limits.nodes else { throw event.error("more than \(limits.nodes) values") }
        guard depth < limits.depth else { throw event.error("nested deeper than \(limits.depth) levels") }
        let before = nodes
        let content: YAMLNode.Content
        switch event.token {
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequenceStart: content = .sequence(try sequence(depth: depth + 1))
        case .mappingStart: content = .mapping(try mapping(depth: depth + 1))
        case .end, .documentStart, .streamEnd, .other, .alias: throw event.error("a value is missing here")
        }
        let node = YAMLNode(content: content, line: event.line, column: event.column)
        if let anchor = event.anchor { anchors[anchor] = (node, nodes - before + 1) }
        return node
    }

    /// What an anchor names once more. Its values count again, so that anchors of anchors do not make a small file endless.
    private mutating func repeated(_ name: String, _ event: Event, _ depth: Int) throws(YAMLError) -> YAMLNode {
        guard let (node, count) = anchors[name] else {
            throw event.error("*\(SafeText.replacing(name, maximum: 60)) is named before its anchor ends, or has none")
        }
        nodes += count
        guard nodes <= limits.nodes else {
            throw event.error("more than \(limits.nodes) values, those that aliases repeat included")
        }
        guard depth + node.depth < limits.depth else { throw event.error("nested deeper than \(limits.depth) levels") }
        return node
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
        var merged: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .end = event.token {
                // What a merge key brings stands behind what is there itself.
                for entry in merged where lines.updateValue(entry.line, forKey: entry.key) == nil {
                    entries.append(entry)
                }
                return entries
            }
            guard case .scalar(let key, _) = event.token else { throw event.error("a key must be plain text") }
            if let first = lines.updateValue(event.line, forKey: key) {
                throw event.error(
                    "the key '\(SafeText.replacing(key, maximum: 60))' is there twice, first in line \(first)")
            }
            let value = try node(from: try next(), depth: depth)
            if key == "<<", limits.isLenient {
                merged += value.merged
            } else {
                entries.append(YAMLEntry(key: key, line: event.line, column: event.column, value: value))
            }
        }
    }

    private mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw parserError() }
        defer { yaml_event_delete(&event) }
        let place = (line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        let (anchor, tag) = properties(of: event)
        let refusal = limits.isLenient ? nil : Self.refusal(anchor, tag)
        if let refusal { throw YAMLError(line: place.line, column: place.column, message: refusal) }
        var token = token(of: event)
        // What is said to be a text is one, whatever it looks like.
        if case .scalar(let text, _) = token, tag?.hasSuffix(":str") ?? false { token = .scalar(text, isPlain: false) }
        return Event(token: token, anchor: anchor, line: place.line, column: place.column)
    }

    private func token(of event: yaml_event_t) -> Token {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_ALIAS_EVENT: return .alias(event.data.alias.anchor.map { Self.text($0) } ?? "")
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart
        case YAML_MAPPING_START_EVENT: return .mappingStart
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        default: return .other
        }
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>) -> String {
        String(decodingCString: UnsafePointer(bytes), as: UTF8.self)
    }

    private func properties(of event: yaml_event_t) -> (anchor: String?, tag: String?) {
        let data = event.data
        let (anchor, tag): (UnsafeMutablePointer<yaml_char_t>?, UnsafeMutablePointer<yaml_char_t>?) =
            switch event.type {
            case YAML_ALIAS_EVENT: (data.alias.anchor, nil)
            case YAML_SCALAR_EVENT: (data.scalar.anchor, data.scalar.tag)
            case YAML_SEQUENCE_START_EVENT: (data.sequence_start.anchor, data.sequence_start.tag)
            case YAML_MAPPING_START_EVENT: (data.mapping_start.anchor, data.mapping_start.tag)
            default: (nil, nil)
            }
        return (anchor.map { Self.text($0) }, tag.map { Self.text($0) })
    }

    private static func refusal(_ anchor: String?, _ tag: String?) -> String? {
        if anchor != nil {
            return "anchors and aliases (& and *) are not accepted; write the value out, or put it in quotes"
        }
        return tag == nil ? nil : "tags (!) are not accepted; put the value in quotes if it begins with !"
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

/// What is accepted of YAML.
package struct YAMLLimits: Sendable {
    /// Maximum number of bytes of a file.
    package var size: Int
    /// Maximum number of values in a file, those that aliases repeat included.
    package var nodes: Int
    /// Maximum depth of nesting.
    package var depth: Int
    /// Whether several documents, anchors, aliases, merge keys and tags are accepted.
    package var isLenient = false

    /// Every bound as given.
    package init(size: Int, nodes: Int, depth: Int, isLenient: Bool = false) {
        self.size = size
        self.nodes = nodes
        self.depth = depth
        self.isLenient = isLenient
    }
}

extension YAMLNode {
    /// How many levels there are below.
    fileprivate var depth: Int {
        switch content {
        case .scalar: 0
        case .sequence(let nodes): 1 + (nodes.map(\.depth).max() ?? 0)
        case .mapping(let entries): 1 + (entries.map(\.value.depth).max() ?? 0)
        }
    }

    /// The entries that a merge key brings: of a mapping, or of several of which the first counts most.
    fileprivate var merged: [YAMLEntry] {
        switch content {
        case .scalar: []
        case .mapping(let entries): entries
        case .sequence(let nodes): nodes.flatMap(\.merged)
        }
    }
}
