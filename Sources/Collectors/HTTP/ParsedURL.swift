// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// A URL in its parts, as libcurl splits it: what is checked here is what is asked later.
struct ParsedURL {
    /// Why a text is no URL.
    enum Problem: Error, Equatable {
        case noHost
        case badPort
        /// The host, or anything else, in libcurl's words.
        case bad(String)
    }

    /// In lower case.
    let scheme: String
    /// `user:password` or `user`, still percent-encoded.
    let userInfo: String?
    /// A host name or address, IPv6 without brackets and with its zone.
    let host: String
    /// 1 to 65535.
    let port: Int?
    /// Empty, or `/` and text.
    let path: String
    /// Without the question mark.
    let query: String?
    /// Without the number sign.
    let fragment: String?

    /// - Parameter text: a URL with a scheme. An at sign in the password need not be encoded, and an IPv6 address needs no brackets unless a
    ///   port follows.
    /// - Throws: why it is none.
    init(_ text: String) throws(Problem) {
        if let (start, end) = Self.authority(of: text), start == end { throw .noHost }
        guard let url = curl_url() else { throw .bad("out of memory") }
        defer { curl_url_cleanup(url) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS)
        let result = curl_url_set(url, CURLUPART_URL, Self.strict(text), flags)
        switch result {
        case CURLUE_OK: break
        case CURLUE_NO_HOST: throw .noHost
        case CURLUE_BAD_PORT_NUMBER: throw .badPort
        default: throw .bad(String(cString: curl_url_strerror(result)))
        }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        let port = part(CURLUPART_PORT).flatMap { Int($0) }
        guard port != 0 else { throw .badPort }
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), !host.isEmpty else { throw .noHost }
        self.scheme = scheme.lowercased()
        self.port = port
        let plain = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.host = plain + (part(CURLUPART_ZONEID).map { "%\($0)" } ?? "")
        let user = part(CURLUPART_USER)
        userInfo = part(CURLUPART_PASSWORD).map { "\(user ?? ""):\($0)" } ?? user
        let path = part(CURLUPART_PATH) ?? ""
        self.path = path == "/" ? "" : path
        query = part(CURLUPART_QUERY)
        fragment = part(CURLUPART_FRAGMENT)
    }

    /// The text as libcurl takes it: it ends user information at the first at sign, and wants brackets around an IPv6 address.
    private static func strict(_ text: String) -> String {
        guard let (start, end) = authority(of: text) else { return text }
        let authority = text[start..<end]
        let mark = authority.lastIndex(of: "@")
        let userInfo = mark.map { authority[..<$0].split(separator: "@", omittingEmptySubsequences: false) }
        let place = mark.map { authority[authority.index(after: $0)...] } ?? authority
        let isBare = !place.hasPrefix("[") && place.utf8.count { $0 == UInt8(ascii: ":") } > 1
        return text[..<start] + (userInfo.map { $0.joined(separator: "%40") + "@" } ?? "")
            + (isBare ? "[\(place)]" : place) + text[end...]
    }

    /// Where the authority of a URL lies: behind `://`, up to the path, the query or the fragment.
    private static func authority(of text: String) -> (start: String.Index, end: String.Index)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        let start = text.index(colon, offsetBy: 3)
        return (start, text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex)
    }

    /// The host and port of a URL as they stand there, for messages: without user information.
    static func place(in text: String) -> Substring {
        guard let (start, end) = authority(of: text) else { return text[...] }
        let authority = text[start..<end]
        return authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    }

    /// Percent-encoded text, decoded; bytes that are no UTF-8 become replacement characters.
    static func decoded(_ text: Substring) -> String {
        var length: Int32 = 0
        guard let bytes = curl_easy_unescape(nil, String(text), Int32(clamping: text.utf8.count), &length) else {
            return String(text)
        }
        defer { curl_free(bytes) }
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
    }
}
