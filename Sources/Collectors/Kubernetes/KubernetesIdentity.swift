// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which API server is asked, and who we are to it: what a context of a kubeconfig says, or the files that a pod is given.
struct KubernetesIdentity {
    /// Where a text of PEM comes from.
    enum Source: Hashable {
        case data([UInt8])
        case file(String)
    }

    /// How we authenticate, besides a certificate.
    enum Credential {
        case nothing
        case token(Secret)
        /// Read again and again, for it is replaced.
        case tokenFile(String)
        case basic(user: String, password: Secret)
        case plugin(ExecPlugin)
    }

    /// Where the files of a pod's service account lie.
    static let accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The server, with its path prefix.
    var endpoint: Endpoint
    /// The context; `nil` in a pod.
    var context: String?
    /// The namespace that is meant when none is named.
    var namespace: String
    var authority: Source?
    var verifies = true
    var serverName: String?
    var proxy: Secret?
    var compresses = true
    var certificate: (chain: Source, key: Source)?
    var credential = Credential.nothing
    /// Whom we act for.
    var impersonation: [HTTPAccess.Header] = []

    /// What requests are made with now, the plug-in's answer aside.
    ///
    /// - Parameter read: reads files, which may have been replaced since.
    /// - Returns: the access, without what a plug-in gives.
    /// - Throws: a failure that names the file.
    func access(read: @escaping FileReader.Function) throws(SourceFailure) -> HTTPAccess {
        let files = PEMFiles(read: read)
        var access = HTTPAccess()
        switch authority {
        case nil: break
        case .data(let bytes)?: access.authorities = .pem(bytes)
        case .file(let path)?: access.authorities = .pem(try files.certificates(path, option: "certificate-authority"))
        }
        access.verifies = verifies
        access.serverName = serverName
        access.proxy = proxy
        access.compresses = compresses
        if let certificate {
            access.certificate = HTTPAccess.Certificate(
                chain: try Self.chain(certificate.chain, files), key: try Self.key(certificate.key, files))
        }
        switch credential {
        case .nothing, .plugin: break
        case .token(let token): access.headers = [.bearer(token)]
        case .tokenFile(let path): access.headers = [.bearer(try files.token(path, option: "tokenFile"))]
        case .basic(let user, let password): access.headers = [.basic(user: user, password: password)]
        }
        access.headers += impersonation
        return access
    }

    private static func chain(_ source: Source, _ files: PEMFiles) throws(SourceFailure) -> [UInt8] {
        switch source {
        case .data(let bytes): bytes
        case .file(let path): try files.certificates(path, option: "client-certificate")
        }
    }

    private static func key(_ source: Source, _ files: PEMFiles) throws(SourceFailure) -> Secret {
        switch source {
        case .data(let bytes): Secret(String(decoding: bytes, as: UTF8.self))
        case .file(let path): try files.key(path, option: "client-key")
        }
    }
}

extension KubernetesIdentity {
    /// Finds out who we are: the context that is named, the current one, or the pod that we run in.
    ///
    /// - Parameters:
    ///   - options: what the user says.
    ///   - read: reads files.
    /// - Returns: the identity.
    /// - Throws: what is wrong, and what to do.
    static func find(_ options: KubernetesOptions, read: FileReader.Function) throws(KubeConfigError) -> Self {
        let config = try KubeConfig(explicit: options.kubeconfig, environment: options.environment, read: read)
        if let name = options.context ?? config.currentContext { return try context(name, config, options) }
        if config.isEmpty, options.kubeconfig == nil, let identity = try inCluster(options.environment, read) {
            return identity
        }
        let names = config.contexts.keys.sorted()
        if names.isEmpty {
            let looked = KubeConfig.paths(options.kubeconfig, options.environment).map(PEMFiles.shown)
            throw KubeConfigError(
                "there is no cluster to ask: \(looked.isEmpty ? "HOME is not set" : looked.joined(separator: ", ")) names none, and this is no pod; "
                    + "name a file with --kubeconfig")
        }
        throw KubeConfigError(
            "the kubeconfig has no current-context; choose one with --context: \(list(names))")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).map { SafeText.line(of: $0, maximum: 60) }.joined(separator: ", ")
        return names.count > 8 ? "\(shown), and \(names.count - 8) more" : shown
    }

    private static func context(
        _ name: String, _ config: KubeConfig, _ options: KubernetesOptions
    ) throws(KubeConfigError) -> Self {
        let shown = SafeText.line(of: name, maximum: 80)
        guard let context = config.contexts[name]?.content else {
            let names = config.contexts.keys.sorted()
            throw KubeConfigError(
                "the kubeconfig has no context '\(shown)'; it has \(names.isEmpty ? "none" : list(names))")
        }
        guard let clusterName = context["cluster"].scalar else {
            throw KubeConfigError("the context '\(shown)' names no cluster")
        }
        guard let cluster = config.clusters[clusterName] else {
            throw KubeConfigError(
                "the context '\(shown)' names the cluster '\(SafeText.line(of: clusterName, maximum: 80))', which the kubeconfig does not have"
            )
        }
        var identity = KubernetesIdentity(
            endpoint: try server(cluster, clusterName), context: name,
            namespace: context["namespace"].scalar ?? "default")
        try identity.take(cluster, clusterName)
        guard let userName = context["user"].scalar else { return identity }
        guard let user = config.users[userName] else {
            throw KubeConfigError(
                "the context '\(shown)' names the user '\(SafeText.line(of: userName, maximum: 80))', which the kubeconfig does not have"
            )
        }
        try identity.take(user: user, userName, clusterContent: cluster.content)
        return identity
    }

    private static func server(_ cluster: KubeConfig.Entry, _ name: String) throws(KubeConfigError) -> Endpoint {
        let shown = "the cluster '\(SafeText.line(of: name, maximum: 80))'"
        guard let text = cluster.content["server"].scalar else { throw KubeConfigError("\(shown) has no server") }
        do throws(OptionError) {
            let address = try ManagementAddress(text.contains("://") ? text : "http://\(text)")
            guard address.scheme == "https" || address.scheme == "http" else { throw OptionError("") }
            return Endpoint(address, access: .kubernetes)
        } catch {
            throw KubeConfigError("\(shown): its server is no URL such as https://10.0.0.1:6443")
        }
    }

    private mutating func take(_ cluster: KubeConfig.Entry, _ name: String) throws(KubeConfigError) {
        let (content, shown) = (cluster.content, "the cluster '\(SafeText.line(of: name, maximum: 80))'")
        authority = try Self.source(
            content, "certificate-authority", cluster.folder, shown, check: PEM.hasCertificate, noun: "certificate")
        verifies = !content["insecure-skip-tls-verify"].isTrue
        if !verifies, authority != nil {
            throw KubeConfigError(
                "\(shown) has both a certificate-authority and insecure-skip-tls-verify: true; take one of them out")
        }
        serverName = content["tls-server-name"].scalar
        proxy = content["proxy-url"].scalar.map { Secret($0) }
        compresses = !content["disable-compression"].isTrue
    }

    private mutating func take(
        user: KubeConfig.Entry, _ name: String, clusterContent: ObjectValue
    ) throws(KubeConfigError) {
        let (content, shown) = (user.content, "the user '\(SafeText.line(of: name, maximum: 80))'")
        let chain = try Self.source(
            content, "client-certificate", user.folder, shown, check: PEM.hasCertificate, noun: "certificate")
        let key = try Self.source(content, "client-key", user.folder, shown, check: PEM.hasKey, noun: "private key")
        switch (chain, key) {
        case (nil, nil): break
        case (let chain?, let key?): certificate = (chain, key)
        case (_?, nil): throw KubeConfigError("\(shown) has a client-certificate without a client-key")
        case (nil, _?): throw KubeConfigError("\(shown) has a client-key without a client-certificate")
        }
        credential = try Self.credential(content, user.folder, shown, clusterContent, certificate != nil)
        impersonation = try Self.impersonation(content, shown)
    }

    private static func credential(
        _ content: ObjectValue, _ folder: String, _ shown: String, _ cluster: ObjectValue, _ hasCertificate: Bool
    ) throws(KubeConfigError) -> Credential {
        let token = content["token"].scalar
        let file = content["tokenFile"].scalar
        let user = content["username"].scalar
        let plugin = content["exec"]
        if user != nil, token != nil || file != nil {
            throw KubeConfigError("\(shown) has more than one way to authenticate: a token, and a user with a password")
        }
        if !plugin.isNull {
            if token != nil || file != nil || user != nil {
                throw KubeConfigError("\(shown) has more than one way to authenticate: exec, and a token or a password")
            }
            return .plugin(try ExecPlugin(plugin, folder: folder, user: shown, cluster: cluster))
        }
        if let file { return .tokenFile(path(file, in: folder)) }
        if let token {
            guard let clean = PEMFiles.token(Array(token.utf8)) else {
                throw KubeConfigError("\(shown) has a token with characters that no token has")
            }
            return .token(clean)
        }
        if let user { return .basic(user: user, password: Secret(content["password"].scalar ?? "")) }
        if let provider = content["auth-provider"]["name"].scalar, !hasCertificate {
            if provider == "oidc", let token = content["auth-provider"]["config"]["id-token"].scalar,
                let clean = PEMFiles.token(Array(token.utf8))
            {
                return .token(clean)
            }
            throw KubeConfigError(
                "\(shown) uses the auth-provider '\(SafeText.line(of: provider, maximum: 40))', which Kubernetes has removed; use an exec plug-in"
            )
        }
        return .nothing
    }

    private static func impersonation(
        _ content: ObjectValue, _ shown: String
    ) throws(KubeConfigError) -> [HTTPAccess.Header] {
        let groups = content["as-groups"].items.compactMap(\.scalar)
        let (uid, extra) = (content["as-uid"].scalar, content["as-user-extra"].fields)
        guard let name = content["as"].scalar else {
            guard groups.isEmpty, uid == nil, extra.isEmpty else {
                throw KubeConfigError("\(shown) has as-groups, as-uid or as-user-extra without as")
            }
            return []
        }
        var headers = [HTTPAccess.Header(name: "Impersonate-User", value: Secret(name))]
        if let uid { headers.append(HTTPAccess.Header(name: "Impersonate-Uid", value: Secret(uid))) }
        headers += groups.map { HTTPAccess.Header(name: "Impersonate-Group", value: Secret($0)) }
        for field in extra {
            let name = "Impersonate-Extra-" + URLText.encoded(field.name.lowercased(), keeping: "-_.")
            headers += field.value.items.compactMap(\.scalar).map { HTTPAccess.Header(name: name, value: Secret($0)) }
        }
        guard headers.allSatisfy({ $0.value.isHeaderValue }) else {
            throw KubeConfigError("\(shown) has names in as, as-groups or as-user-extra that no header can hold")
        }
        return headers
    }

    /// A text of PEM, as base64 in the file or in a file of its own; the former wins.
    private static func source(
        _ content: ObjectValue, _ field: String, _ folder: String, _ owner: String, check: ([UInt8]) -> Bool,
        noun: String
    ) throws(KubeConfigError) -> Source? {
        if let data = content["\(field)-data"].scalar {
            guard let bytes = Base64.bytes(of: data) else {
                throw KubeConfigError("\(owner): \(field)-data is no base64")
            }
            guard check(bytes) else { throw KubeConfigError("\(owner): no \(noun) in PEM stands in \(field)-data") }
            return .data(bytes)
        }
        return content[field].scalar.map { .file(path($0, in: folder)) }
    }

    static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }

    /// What a pod is given; `nil` where this is none.
    private static func inCluster(
        _ environment: [String: String], _ read: FileReader.Function
    ) throws(KubeConfigError) -> Self? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"].flatMap(Int.init), (1...65_535).contains(port)
        else { return nil }
        let folder = accountFolder
        func contents(_ name: String) throws(KubeConfigError) -> [UInt8]? {
            do throws(FileError) { return try read("\(folder)/\(name)") } catch {
                throw KubeConfigError("\(folder)/\(name): the file \(error.message)")
            }
        }
        guard try contents("token") != nil else {
            throw KubeConfigError(
                "this is a pod without the files of a service account in \(folder): is automountServiceAccountToken off?"
            )
        }
        let namespace = try contents("namespace").map {
            SafeText.line(of: String(decoding: $0, as: UTF8.self), maximum: 63)
        }
        return KubernetesIdentity(
            endpoint: Endpoint(scheme: "https", host: host, port: port, access: .kubernetes), context: nil,
            namespace: namespace ?? "default", authority: .file("\(folder)/ca.crt"),
            credential: .tokenFile("\(folder)/token"))
    }
}

extension Secret {
    /// Whether it can stand in a header.
    fileprivate var isHeaderValue: Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}

/// Texts within URLs.
enum URLText {
    /// A text with everything but letters, digits and a few others percent-encoded (RFC 3986, section 2).
    static func encoded(_ text: String, keeping kept: String = "-._~") -> String {
        let others = Set(kept.utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || others.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
