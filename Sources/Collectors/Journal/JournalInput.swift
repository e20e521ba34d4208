// SPDX-License-Identifier: Apache-2.0
/// The bytes of a file that have come in and were not read yet, with their place in it.
struct JournalInput {
    private var buffer: [UInt8] = []
    private var position = 0
    /// Bytes of the file before the buffer.
    private var base = 0

    /// Where in the file the next byte stands.
    var offset: Int { base + position }
    /// Where the next byte to come in will stand.
    var end: Int { base + buffer.count }
    var count: Int { buffer.count - position }
    var isEmpty: Bool { count == 0 }
    var rest: ArraySlice<UInt8> { buffer[position...] }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if position > 0 {
            buffer.removeFirst(position)
            base += position
            position = 0
        }
        buffer.append(contentsOf: bytes)
    }

    mutating func skip(_ count: Int) { position = min(buffer.count, position + count) }

    /// How far the nearest of two bytes is.
    func distance(toFirstOf one: UInt8, or other: UInt8) -> Int? {
        rest.firstIndex { $0 == one || $0 == other }.map { $0 - position }
    }
}
