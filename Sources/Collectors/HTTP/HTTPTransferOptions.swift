// SPDX-License-Identifier: Apache-2.0
internal import CCurl

/// The options of an easy handle that say where a request goes and who makes it. Handles are used again and again, so what was set for one
/// request is taken back for the next.
///
/// Confined to one thread, with the handle's transfer.
final class HTTPTransferOptions {
    private let easy: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var route: UnsafeMutablePointer<curl_slist>?
    /// What the header list was made of.
    private var accept = ""
    private var sent: [HTTPAccess.Header] = []
    /// What TLS and proxy are set to.
    private var applied: HTTPAccess?

    init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

    deinit {
        curl_slist_free_all(headers)
        curl_slist_free_all(route)
    }

    /// Sets everything for a request.
    func set(_ request: HTTPRequest, _ access: HTTPAccess) {
        let endpoint = request.endpoint
        let isSecure = endpoint.scheme == "https"
        setAddress(request, serverName: isSecure ? access.serverName : nil)
        let credentials = endpoint.credentials
        set(CURLOPT_USERNAME, credentials?.user)
        set(CURLOPT_PASSWORD, credentials?.password)
        // A token over plain HTTP would be everyone's.
        setHeaders(accept: request.accept, isSecure ? access.headers : [])
        set(CURLOPT_HTTP_VERSION, request.isSeparate ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS)
        // Requests to an API server share a connection, rather than to open one each at the start. Any other server may speak HTTP/1.1 only, and
        // then the first answer would hold up the others.
        set(CURLOPT_PIPEWAIT, endpoint.access == .kubernetes && !request.isSeparate ? 1 : 0)
        if applied != access { apply(access) }
    }

    /// libcurl checks a certificate against the host of the URL, so a name that it must have instead stands there, and the way to the real
    /// host is given apart.
    private func setAddress(_ request: HTTPRequest, serverName: String?) {
        let endpoint = request.endpoint
        set(CURLOPT_URL, serverName.map { endpoint.url(host: $0) + request.path } ?? request.url)
        let target = serverName.map { name in
            let host = Endpoint.bracketed(endpoint.host)
            return "\(Endpoint.bracketed(name)):\(endpoint.port):\(host):\(endpoint.port)"
        }
        guard target != nil || route != nil else { return }
        let list = target.flatMap { curl_slist_append(nil, $0) }
        _ = meshtop_curl_set_list(easy, CURLOPT_CONNECT_TO, list)
        curl_slist_free_all(route)
        route = list
    }

    private func setHeaders(accept: String, _ headers: [HTTPAccess.Header]) {
        guard accept != self.accept || headers != sent else { return }
        (self.accept, sent) = (accept, headers)
        var list = curl_slist_append(nil, "Accept: \(accept)")
        for header in headers { list = curl_slist_append(list, "\(header.name): \(header.value.text)") ?? list }
        _ = meshtop_curl_set_list(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(self.headers)
        self.headers = list
    }

    private func apply(_ access: HTTPAccess) {
        applied = access
        setAuthorities(access)
        let certificate = access.certificate
        setBlob(CURLOPT_SSLCERT_BLOB, certificate?.chain)
        setBlob(CURLOPT_SSLKEY_BLOB, certificate.map { Array($0.key.text.utf8) })
        set(CURLOPT_PROXY, access.proxy?.text)
        // A proxy that was given holds for every host; otherwise the environment says which hosts it leaves out.
        set(CURLOPT_NOPROXY, access.proxy == nil ? nil : "")
        set(CURLOPT_ACCEPT_ENCODING, access.compresses ? "gzip" : nil)
    }

    private func setAuthorities(_ access: HTTPAccess) {
        set(CURLOPT_SSL_VERIFYPEER, access.verifies ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, access.verifies ? 2 : 0)
        switch access.authorities {
        case .system:
            setBlob(CURLOPT_CAINFO_BLOB, nil)
            if let defaults = Self.systemAuthorities {
                set(CURLOPT_CAINFO, defaults.file)
                set(CURLOPT_CAPATH, defaults.folder)
            }
        case .file(let path):
            setBlob(CURLOPT_CAINFO_BLOB, nil)
            set(CURLOPT_CAINFO, path)
            set(CURLOPT_CAPATH, nil)
        case .pem(let bytes):
            // Without this the system's authorities would be trusted besides.
            set(CURLOPT_CAINFO, nil)
            set(CURLOPT_CAPATH, nil)
            setBlob(CURLOPT_CAINFO_BLOB, bytes)
        }
    }

    /// Where libcurl was built to look for the system's authorities.
    private static var systemAuthorities: (file: String?, folder: String?)? {
        guard let info = meshtop_curl_build() else { return nil }
        let text = { (pointer: UnsafePointer<CChar>?) in pointer.map { String(cString: $0) } }
        return (text(info.pointee.cainfo), text(info.pointee.capath))
    }

    // MARK: -

    private func set(_ option: CURLoption, _ value: String?) { _ = meshtop_curl_set_string(easy, option, value) }

    private func set(_ option: CURLoption, _ value: Int) { _ = meshtop_curl_set_long(easy, option, value) }

    private func setBlob(_ option: CURLoption, _ bytes: [UInt8]?) {
        (bytes ?? []).withUnsafeBytes { _ = meshtop_curl_set_blob(easy, option, $0.baseAddress, $0.count) }
    }
}
