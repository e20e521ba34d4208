// SPDX-License-Identifier: Apache-2.0
/// Where an HTTP server is. The user information stays apart from the text that is shown, recorded and used as a source's name.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    package var scheme: String
    /// A host name or address, IPv6 without brackets.
    package var host: String
    /// 1 to 65535.
    package var port: Int
    /// The path below which everything lies: empty, or `/` and text without a `/` at its end.
    package var path: String
    /// `user:password`, percent-encoded; a secret.
    var userInfo: String?
    /// The credentials and TLS settings that requests to it are made with; `nil`: the system's authorities and no credentials.
    package var access: AccessID?
    /// The port of a pod to which an API server forwards what is said; then `path` is that of the port-forward.
    package var forwardedPort: Int?

    /// - Parameters:
    ///   - scheme: `http` or `https`.
    ///   - host: a host name or address, IPv6 without brackets.
    ///   - port: 1 to 65535.
    ///   - path: empty, or `/` and text without a `/` at its end.
    ///   - userInfo: `user:password`, percent-encoded; sent as basic authentication, never shown.
    ///   - access: the credentials and TLS settings that requests to it are made with.
    package init(
        scheme: String = "http", host: String, port: Int, path: String = "", userInfo: String? = nil,
        access: AccessID? = nil
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.userInfo = userInfo
        self.access = access
    }

    /// Where an address as it was typed leads; without a port, to the scheme's own.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - access: the credentials and TLS settings that requests to it are made with.
    package init(_ address: ManagementAddress, access: AccessID? = nil) {
        self.init(
            scheme: address.scheme, host: address.host, port: address.port ?? (address.scheme == "https" ? 443 : 80),
            path: address.path, userInfo: address.userInfo, access: access)
    }

    /// The URL without user information: `http://10.0.0.7:8558`.
    package var url: String { url(host: host) }

    /// The same with another host, in the form that libcurl gets when a certificate must have another name than the host.
    func url(host: String) -> String {
        "\(scheme)://\(Self.bracketed(host)):\(port)\(path)\(forwardedPort.map { "?ports=\($0)" } ?? "")"
    }

    /// A host as it stands in a URL.
    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// The URL without user information.
    package var description: String { url }

    /// The user information, decoded and split at its first colon.
    var credentials: (user: String, password: String)? {
        guard let userInfo else { return nil }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (ParsedURL.decoded(parts[0]), parts.count > 1 ? ParsedURL.decoded(parts[1]) : "")
    }
}
