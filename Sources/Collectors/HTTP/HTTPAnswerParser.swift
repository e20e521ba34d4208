// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads one answer of HTTP/1.1 from bytes, where libcurl cannot: within the messages of a port-forward.
struct HTTPAnswerParser {
    /// Maximum number of bytes of the status line with all headers.
    static let maximumHead = 64 << 10

    /// What bytes brought.
    enum Output: Equatable {
        case head(status: Int)
        case body([UInt8])
        /// The answer is whole; what follows is none of it.
        case end
    }

    /// Why it is no answer.
    struct Malformed: Error, Equatable {
        let text: String
    }

    private enum State: Equatable {
        /// → `body`, `chunkSize`, `untilClosed`, `ended` (it has no body)
        case head
        /// So many bytes are left. → `ended`
        case body(left: Int)
        /// → `chunk`, `trailers`
        case chunkSize
        /// → `chunkSize`
        case chunk(left: Int)
        /// → `ended`
        case trailers
        case untilClosed
        case ended
    }

    private var state = State.head
    private var buffer: [UInt8] = []
    private(set) var headers: [String: String] = [:]

    /// Whether an answer that ends with the connection is whole then.
    var endsWithConnection: Bool { state == .untilClosed || state == .ended }

    /// Takes bytes.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Output] {
        buffer += bytes
        var outputs: [Output] = []
        while let output = try step() { outputs += output }
        return outputs
    }

    /// - Returns: what one step brought, perhaps nothing; `nil` if bytes are missing.
    private mutating func step() throws(Malformed) -> [Output]? {
        switch state {
        case .head: return try readHead()
        case .body(let left): return take(left) { $0 == 0 ? .ended : .body(left: $0) }
        case .untilClosed: return take(.max) { _ in .untilClosed }
        case .chunkSize:
            guard let line = try line() else { return nil }
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 32 }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), (0...1 << 30).contains(size)
            else {
                throw Malformed(text: "a chunk without a size")
            }
            state = size == 0 ? .trailers : .chunk(left: size + 2)
            return []
        case .chunk(let left):
            // The line's end behind a chunk is no part of it.
            guard left > 2 else {
                guard buffer.count >= left else { return nil }
                buffer.removeFirst(left)
                state = .chunkSize
                return []
            }
            return take(left - 2) { .chunk(left: $0 + 2) }
        case .trailers:
            guard let line = try line() else { return nil }
            guard line.isEmpty else { return [] }
            state = .ended
            return [.end]
        case .ended: return nil
        }
    }

    private mutating func take(_ most: Int, _ next: (Int) -> State) -> [Output]? {
        guard !buffer.isEmpty, most > 0 else { return nil }
        let taken = Array(buffer.prefix(most))
        buffer.removeFirst(taken.count)
        state = next(most == .max ? .max : most - taken.count)
        return [.body(taken)] + (state == .ended ? [.end] : [])
    }

    private mutating func line() throws(Malformed) -> [UInt8]? {
        guard let end = buffer.firstIndex(of: 10) else {
            guard buffer.count <= Self.maximumHead else { throw Malformed(text: "a line without an end") }
            return nil
        }
        var line = Array(buffer[..<end])
        buffer.removeFirst(end + 1)
        if line.last == 13 { line.removeLast() }
        return line
    }

    private mutating func readHead() throws(Malformed) -> [Output]? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard buffer.count <= Self.maximumHead else { throw Malformed(text: "headers without an end") }
            return nil
        }
        let text = SafeText.lines(String(decoding: buffer[..<end.lowerBound], as: UTF8.self))
        buffer.removeFirst(end.upperBound)
        let parts = (text.first ?? "").split(separator: " ")
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]), (100...599).contains(status)
        else { throw Malformed(text: "no answer of HTTP") }
        headers = [:]
        for line in text.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        // What is said before the answer.
        if (100...199).contains(status), status != 101 { return [] }
        let length = headers["content-length"].flatMap { Int($0) }
        if headers["transfer-encoding"]?.lowercased().contains("chunked") ?? false {
            state = .chunkSize
        } else if status == 101 || status == 204 || status == 304 || length == 0 {
            state = .ended
        } else {
            state = length.map { .body(left: max(0, $0)) } ?? .untilClosed
        }
        return [.head(status: status)] + (state == .ended ? [.end] : [])
    }

    /// What came behind the answer, as the first bytes of another protocol.
    mutating func takeRest() -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }
}

extension SafeText {
    /// The lines of a head, without control characters.
    fileprivate static func lines(_ text: String) -> [String] {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).map {
            String($0.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.map(Character.init))
        }
    }
}
