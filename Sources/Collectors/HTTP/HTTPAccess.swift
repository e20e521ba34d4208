// SPDX-License-Identifier: Apache-2.0
package import Model

/// Names a set of credentials and TLS settings within one run. Endpoints carry the name; the settings themselves, which hold secrets, are known
/// to the HTTP client alone.
package enum AccessID: Hashable, Sendable {
    /// What the user gave for the sources of a kind.
    case given(SourceKind)
    /// The API server of a Kubernetes cluster.
    case kubernetes
}

/// How a server is reached and who we are to it: authorities, client certificate, headers that authenticate, proxy.
struct HTTPAccess: Hashable, Sendable {
    /// Whose signature makes a server's certificate good.
    enum Authorities: Hashable, Sendable {
        /// Those that the system trusts.
        case system
        /// Those in a file (PEM), and no others.
        case file(String)
        /// These (PEM), and no others.
        case pem([UInt8])
    }

    /// Who we are, as TLS says it.
    struct Certificate: Hashable, Sendable {
        /// The certificate, and those that lead to its authority (PEM).
        let chain: [UInt8]
        /// Its private key (PEM).
        let key: Secret
    }

    /// A header that authenticates. It is sent over TLS only.
    struct Header: Hashable, Sendable {
        let name: String
        let value: Secret
    }

    /// Whose signature makes the server's certificate good.
    var authorities = Authorities.system
    /// Whether the server's certificate is checked at all.
    var verifies = true
    /// Who we are; `nil` if TLS does not say it.
    var certificate: Certificate?
    /// The name that the server's certificate must have, in place of the URL's host.
    var serverName: String?
    /// The URL of a proxy, which may hold its user and password; `nil`: what the environment says.
    var proxy: Secret?
    /// Sent with each request, over TLS only.
    var headers: [Header] = []
    /// Whether answers may be compressed.
    var compresses = true
}
