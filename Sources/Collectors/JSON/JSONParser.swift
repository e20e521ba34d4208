// SPDX-License-Identifier: Apache-2.0
internal import CSimdjson
internal import Model

/// simdjson with its buffers: parses one document after the other. Confined to one thread.
final class JSONParser {
    /// Maximum size of a document whose buffers are kept: simdjson keeps about ten bytes for each byte that it ever parsed.
    private static let maximumKept = 1 << 20

    /// Maximum number of bytes of a document that is parsed at all.
    let maximumBytes: Int
    private var handle: OpaquePointer?

    /// - Parameter maximumBytes: Maximum number of bytes of a document.
    init(maximumBytes: Int = 16 << 20) { self.maximumBytes = maximumBytes }

    deinit { if let handle { meshtop_json_parser_destroy(handle) } }

    /// Parses a document and reads it in `body`. The reader cannot be copied, hence cannot outlive the parse.
    ///
    /// - Parameters:
    ///   - document: the bytes; their padding makes them parsable in place.
    ///   - body: reads the root value.
    /// - Returns: what `body` returned.
    /// - Throws: `JSONError` when the bytes are no JSON (also: no UTF-8, nested deeper than 1,024, longer than the maximum), or what `body` threw.
    func parse<Result>(
        _ document: PaddedBytes, _ body: (inout JSONReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        let bytes = document.bytes
        guard bytes.count <= maximumBytes else {
            throw JSONError(expected: "at most \(maximumBytes) bytes of JSON", found: "\(bytes.count) bytes")
        }
        guard let handle = handle ?? meshtop_json_parser_create(maximumBytes), let start = bytes.baseAddress else {
            throw JSONError(expected: "JSON", found: "no memory to parse it")
        }
        self.handle = handle
        defer { if bytes.count > Self.maximumKept { release() } }
        let parsed = meshtop_json_parse(handle, start.assumingMemoryBound(to: UInt8.self), bytes.count)
        guard parsed.error == 0, let tape = parsed.tape, let strings = parsed.strings else {
            throw Self.error(parsed.error, bytes)
        }
        var reader = JSONReader(tape: tape, strings: strings)
        return try body(&reader)
    }

    private func release() {
        if let handle { meshtop_json_parser_destroy(handle) }
        handle = nil
    }

    private static func error(_ code: Int32, _ bytes: UnsafeRawBufferPointer) -> JSONError {
        let reason = meshtop_json_error_text(code).map { String(cString: $0) } ?? "simdjson error \(code)"
        let start = SafeText.line(of: bytes, maximum: 60)
        let sample = start.isEmpty ? "nothing" : "\(bytes.count) bytes that start with \(start)"
        return JSONError(expected: "JSON", found: "\(sample) (\(reason))")
    }
}
