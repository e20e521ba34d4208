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

    /// Names of values that are secrets wherever they stand.
    private static let names: Set<String> = [
        "token", "access_token", "id_token", "refresh_token", "api_key", "apikey", "api-key", "password", "passwd",
        "pwd",
        "secret", "client_secret", "signature", "sig", "credential", "authorization", "x-api-key", "cookie",
    ]
    /// Words after which a credential follows.
    private static let schemes: Set<String> = ["bearer", "basic"]

    /// The text without values that their names, or the words before them, mark as secrets: `?token=...`, `password=...`, `Bearer ...`.
    ///
    /// - Parameter text: any text.
    /// - Returns: the same with `***` in place of each value; most texts come back as they are.
    package static func withoutNamedValues(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "=")) || bytes.contains(UInt8(ascii: " ")) else { return text }
        var result: [UInt8] = []
        var word: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            result.append(byte)
            index += 1
            if isNamePart(byte) {
                word.append(byte)
                continue
            }
            let name = String(decoding: word, as: UTF8.self).lowercased()
            word = []
            let isValue = byte == UInt8(ascii: "=") && names.contains(name)
            let isCredential = byte == UInt8(ascii: " ") && schemes.contains(name)
            guard isValue || isCredential else { continue }
            let end = bytes[index...].firstIndex(where: endsValue) ?? bytes.count
            // "basic settings" is English; a credential is longer than a word, or has what words have not.
            if isCredential, !looksSecret(bytes[index..<end]) { continue }
            if end > index { result += Array("***".utf8) }
            index = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "&\"',;)>]}".utf8.contains(byte)
    }

    private static func looksSecret(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 8 && !bytes.allSatisfy { (97...122).contains($0) }
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
