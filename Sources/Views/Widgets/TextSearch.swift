// SPDX-License-Identifier: Apache-2.0
/// Finding bytes in many texts: the library's search is too slow for ten thousand lines at each key.
enum TextSearch {
    /// ASCII letters in lower case; other bytes as they are.
    static func folded(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// - Parameters:
    ///   - needle: Folded, not empty.
    ///   - text: In any case.
    /// - Returns: Whether it occurs.
    static func contains(_ needle: [UInt8], in text: String) -> Bool {
        var text = text
        return text.withUTF8 { hay in
            needle.withUnsafeBufferPointer { needle in contains(needle, in: hay) }
        }
    }

    private static func contains(_ needle: UnsafeBufferPointer<UInt8>, in hay: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = needle.first, hay.count >= needle.count else { return false }
        for start in 0...(hay.count - needle.count) where folded(hay[start]) == first {
            var length = 1
            while length < needle.count, folded(hay[start + length]) == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }
}
