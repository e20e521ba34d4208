// SPDX-License-Identifier: Apache-2.0
/// Keeps passwords out of whatever is shown, logged or recorded.
package enum Secrets {
    /// The text with the user information of every URL in it replaced by `***`.
    ///
    /// - Parameter text: a URL, or any text that may hold URLs.
    /// - Returns: the same with `scheme://user:password@host` as `scheme://***@host`.
    package static func masked(_ text: String) -> String {
        let separator: [UInt8] = Array("://".utf8)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index...].starts(with: separator) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            result += separator
            index += separator.count
            let end = bytes[index...].firstIndex(where: endsAuthority) ?? bytes.count
            let authority = bytes[index..<end]
            if let at = authority.lastIndex(of: UInt8(ascii: "@")), !isSystemName(authority[..<at], after: result) {
                result += Array("***".utf8)
                index = at
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// In `akka://Shop@10.0.0.7:25520` a system's name stands before the `@`, never with a colon in it.
    private static func isSystemName(_ text: ArraySlice<UInt8>, after head: [UInt8]) -> Bool {
        let scheme = head.dropLast(3).reversed().prefix { (97...122).contains($0) || $0 == UInt8(ascii: ".") }
        let word = String(decoding: scheme.reversed(), as: UTF8.self)
        return (word.hasPrefix("akka") || word.hasPrefix("pekko")) && !text.contains(UInt8(ascii: ":"))
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
            || byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",")
    }
}
