// SPDX-License-Identifier: Apache-2.0
/// Messages of a WebSocket as a client writes and reads them (RFC 6455). Extensions are never asked for.
struct WebSocketFrames {
    /// What has come.
    enum Message: Equatable {
        case data([UInt8])
        case ping([UInt8])
        case closed
    }

    /// Why what comes is no WebSocket.
    struct Malformed: Error, Equatable {
        let text: String
    }

    /// Maximum number of bytes of a message, its fragments together.
    static let maximumMessage = 4 << 20

    private var buffer: [UInt8] = []
    /// The fragments of a message that is not whole yet.
    private var fragments: [UInt8]?

    /// A message in one frame.
    ///
    /// - Parameters:
    ///   - payload: the message.
    ///   - opcode: 2 for bytes, 10 for the answer to a ping.
    ///   - mask: covers the payload, as everything that a client sends must be covered.
    /// - Returns: the bytes to send.
    static func frame(_ payload: [UInt8], opcode: UInt8 = 2, mask: UInt32) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode]
        let count = payload.count
        if count < 126 {
            frame.append(0x80 | UInt8(count))
        } else if count <= 0xFFFF {
            frame += [0x80 | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            frame.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8((count >> shift) & 0xFF)) }
        }
        let key = [UInt8(mask >> 24), UInt8(mask >> 16 & 0xFF), UInt8(mask >> 8 & 0xFF), UInt8(mask & 0xFF)]
        frame += key
        for (place, byte) in payload.enumerated() { frame.append(byte ^ key[place & 3]) }
        return frame
    }

    /// Takes bytes.
    ///
    /// - Returns: the messages that are whole now.
    /// - Throws: ``Malformed`` if a frame breaks the rules, or a message is too large.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Message] {
        buffer += bytes
        var messages: [Message] = []
        while let (head, payload) = try nextFrame() {
            switch head & 0x0F {
            case 0, 1, 2:
                let whole = (fragments ?? []) + payload
                guard whole.count <= Self.maximumMessage else { throw Malformed(text: "a message is too large") }
                if head & 0x80 != 0 {
                    messages.append(.data(whole))
                    fragments = nil
                } else {
                    fragments = whole
                }
            case 8: messages.append(.closed)
            case 9: messages.append(.ping(payload))
            case 10: break
            default: throw Malformed(text: "a frame of kind \(head & 0x0F)")
            }
        }
        return messages
    }

    private mutating func nextFrame() throws(Malformed) -> (head: UInt8, payload: [UInt8])? {
        guard buffer.count >= 2 else { return nil }
        guard buffer[0] & 0x70 == 0, buffer[1] & 0x80 == 0 else {
            throw Malformed(text: "a frame that no server sends")
        }
        var (start, count) = (2, Int(buffer[1] & 0x7F))
        if count >= 126 {
            let width = count == 126 ? 2 : 8
            guard buffer.count >= 2 + width else { return nil }
            count = buffer[2..<(2 + width)].reduce(0) { $0 >= 1 << 40 ? $0 : $0 << 8 | Int($1) }
            start += width
        }
        guard count <= Self.maximumMessage else { throw Malformed(text: "a message is too large") }
        guard buffer.count >= start + count else { return nil }
        let frame = (buffer[0], Array(buffer[start..<(start + count)]))
        buffer.removeFirst(start + count)
        return frame
    }
}
