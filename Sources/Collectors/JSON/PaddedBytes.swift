// SPDX-License-Identifier: Apache-2.0
internal import CSimdjson
internal import Glibc

/// Growing bytes with the room behind them that simdjson may read (never interprets): a body is received once, where it is parsed.
///
/// Confined to the thread that made it.
package final class PaddedBytes {
    /// How many bytes beyond the contents are readable.
    static let padding = meshtop_json_padding()

    /// How many bytes there are.
    package private(set) var count = 0
    /// For how many bytes there is room.
    private(set) var capacity: Int
    private var base: UnsafeMutableRawPointer

    /// - Parameter capacity: bytes of content for which room is made at once.
    init(capacity: Int = 0) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity + Self.padding, alignment: 64)
        memset(base + capacity, 0, Self.padding)
    }

    /// - Parameter bytes: the contents.
    package convenience init(_ bytes: some Collection<UInt8>) {
        self.init(capacity: bytes.count)
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(start: base, count: bytes.count).copyBytes(from: bytes)
        count = bytes.count
    }

    deinit { base.deallocate() }

    /// The contents, without the padding; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `wanted` bytes in all, so that a body of known length is allocated once.
    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        let grown = UnsafeMutableRawPointer.allocate(byteCount: wanted + Self.padding, alignment: 64)
        memcpy(grown, base, count)
        memset(grown + wanted, 0, Self.padding)
        base.deallocate()
        base = grown
        capacity = wanted
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        if count + bytes.count > capacity { reserve(max(count + bytes.count, 2 * capacity, 512)) }
        memcpy(base + count, start, bytes.count)
        count += bytes.count
    }

    /// Forgets the contents and keeps the room.
    func removeAll() { count = 0 }
}
