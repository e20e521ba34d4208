// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads files of certificates, keys and tokens, and says what is wrong with them without showing what is in them.
struct PEMFiles {
    /// Maximum number of bytes of a token: a JWT with many groups has some 20 KB, and servers refuse longer headers.
    static let maximumToken = 64 << 10

    /// Reads a file.
    let read: FileReader.Function

    /// The certificates of a file.
    func certificates(_ path: String, option: String) throws(SourceFailure) -> [UInt8] {
        let bytes = try contents(path, option)
        guard PEM.hasCertificate(bytes) else {
            throw SourceFailure(.tls, "\(option) \(Self.shown(path)): no certificate in PEM stands in it")
        }
        return bytes
    }

    /// The private key of a file.
    func key(_ path: String, option: String) throws(SourceFailure) -> Secret {
        let bytes = try contents(path, option)
        guard PEM.hasKey(bytes) else {
            throw SourceFailure(.tls, "\(option) \(Self.shown(path)): no private key in PEM stands in it")
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    /// The token of a file.
    func token(_ path: String, option: String) throws(SourceFailure) -> Secret {
        let bytes = try contents(path, option, code: .auth)
        guard let token = Self.token(bytes) else {
            throw SourceFailure(
                .auth, "\(option) \(Self.shown(path)): it holds no token (one line of visible characters)")
        }
        return token
    }

    /// The token in the contents of a file, without the white space around it; `nil` if it could not be sent.
    static func token(_ bytes: some Collection<UInt8>) -> Secret? {
        let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
        var rest = bytes.drop(while: isSpace)[...]
        while let last = rest.indices.max(), isSpace(rest[last]) { rest = rest[..<last] }
        guard !rest.isEmpty, rest.count <= maximumToken, rest.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return Secret(String(decoding: rest, as: UTF8.self))
    }

    private func contents(_ path: String, _ option: String, code: SourceFailure.Code = .tls) throws(SourceFailure)
        -> [UInt8]
    {
        do throws(FileError) {
            if let bytes = try read(path) { return bytes }
        } catch {
            throw SourceFailure(code, "\(option) \(Self.shown(path)): the file \(error.message)")
        }
        throw SourceFailure(code, "\(option) \(Self.shown(path)): there is no such file")
    }

    static func shown(_ path: String) -> String { SafeText.line(of: path, maximum: 200) }
}

/// What stands in a text of PEM blocks (RFC 7468).
enum PEM {
    /// Whether a certificate stands in it, from its beginning to its end.
    static func hasCertificate(_ bytes: [UInt8]) -> Bool {
        has(bytes, ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"])
    }

    /// Whether a private key stands in it.
    static func hasKey(_ bytes: [UInt8]) -> Bool {
        has(bytes, ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
    }

    private static func has(_ bytes: [UInt8], _ labels: [String]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return labels.contains { text.contains("-----BEGIN \($0)-----") && text.contains("-----END \($0)-----") }
    }
}

/// Base64 (RFC 4648, section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of bytes, padded.
    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[Int(word >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; white space in it does not count. `nil` if it is none.
    static func bytes(of text: String) -> [UInt8]? {
        var (bytes, word, count, padding) = ([UInt8](), UInt32(0), 0, 0)
        for byte in text.utf8 where byte != 32 && !(9...13).contains(byte) {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = digits.firstIndex(of: byte) else { return nil }
            word = word << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                bytes += [
                    UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8), UInt8(word & 255),
                ]
                word = 0
            }
        }
        switch count % 4 {
        case 0: return padding == 0 ? bytes : nil
        case 2 where padding == 2 && word & 15 == 0: return bytes + [UInt8(word >> 4)]
        case 3 where padding == 1 && word & 3 == 0:
            return bytes + [UInt8(truncatingIfNeeded: word >> 10), UInt8(truncatingIfNeeded: word >> 2)]
        default: return nil
        }
    }
}
