// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A program that a kubeconfig names to get credentials from (kubernetes.md §3.3): what it is run with, and what its answer means.
struct ExecPlugin: Hashable {
    /// How long it may take; some ask a cloud, which takes seconds.
    static let timeLimit = Duration.seconds(30)
    /// Maximum number of bytes of its answer.
    static let maximumAnswer = 1 << 20
    private static let group = "client.authentication.k8s.io/"

    /// What a plug-in gives.
    struct Credential: Hashable {
        var token: Secret?
        var certificate: HTTPAccess.Certificate?
        /// Until when; `nil`: until it is refused.
        var expiresAt: Timestamp?
    }

    let command: String
    let arguments: [String]
    /// Added to our own environment.
    let variables: [String: String]
    let apiVersion: String
    /// What to do where the program is not there; foreign text.
    let installHint: String?
    /// Whether it insists on a terminal.
    let needsTerminal: Bool

    /// - Parameters:
    ///   - object: what the kubeconfig says.
    ///   - folder: where its relative path starts.
    ///   - user: the user it is of, for messages.
    ///   - cluster: the cluster, which some plug-ins want to know.
    /// - Throws: what is wrong with it.
    init(_ object: ObjectValue, folder: String, user: String, cluster: ObjectValue) throws(KubeConfigError) {
        guard let command = object["command"].scalar else { throw KubeConfigError("\(user): exec has no command") }
        guard let version = object["apiVersion"].scalar else {
            throw KubeConfigError("\(user): exec has no apiVersion")
        }
        guard version == Self.group + "v1" || version == Self.group + "v1beta1" else {
            throw KubeConfigError(
                "\(user): exec has the apiVersion \(SafeText.line(of: version, maximum: 60)); \(Self.group)v1 and v1beta1 are understood"
            )
        }
        // A name without a slash is looked for in PATH.
        self.command = command.contains("/") ? KubernetesIdentity.path(command, in: folder) : command
        apiVersion = version
        arguments = object["args"].items.compactMap { $0.scalar ?? ($0 == .text("") ? "" : nil) }
        installHint = object["installHint"].scalar.map { SafeText.line(of: $0, maximum: 300) }
        needsTerminal = object["interactiveMode"].scalar == "Always"
        if let mode = object["interactiveMode"].scalar, !["Never", "IfAvailable", "Always"].contains(mode) {
            throw KubeConfigError(
                "\(user): exec has the interactiveMode \(SafeText.line(of: mode, maximum: 40)); it is Never, IfAvailable or Always"
            )
        }
        var variables: [String: String] = [:]
        for entry in object["env"].items {
            if let name = entry["name"].scalar { variables[name] = entry["value"].scalar ?? "" }
        }
        let info = object["provideClusterInfo"].isTrue ? Self.clusterInfo(cluster) : nil
        variables["KUBERNETES_EXEC_INFO"] = Self.info(version, cluster: info)
        self.variables = variables
    }

    /// The text of `KUBERNETES_EXEC_INFO`.
    private static func info(_ version: String, cluster: String?) -> String {
        let inner = cluster.map { ",\"cluster\":\($0)" } ?? ""
        return "{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(version)\",\"spec\":{\"interactive\":false\(inner)}}"
    }

    private static func clusterInfo(_ cluster: ObjectValue) -> String {
        var fields: [String] = []
        for name in ["server", "tls-server-name", "certificate-authority-data", "proxy-url"] {
            if let text = cluster[name].scalar { fields.append("\"\(name)\":\(quoted(text))") }
        }
        for name in ["insecure-skip-tls-verify", "disable-compression"] where cluster[name].isTrue {
            fields.append("\"\(name)\":true")
        }
        let extensions = cluster["extensions"].items.first { $0["name"].scalar == "client.authentication.k8s.io/exec" }
        if let config = extensions?["extension"] { fields.append("\"config\":\(json(config))") }
        return "{\(fields.joined(separator: ","))}"
    }

    private static func json(_ value: ObjectValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let on): on ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .text(let text): quoted(text)
        case .list(let items): "[\(items.map(json).joined(separator: ","))]"
        case .map(let fields):
            "{\(fields.map { "\(quoted($0.name)):\(json($0.value))" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20:
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    // MARK: - Answers

    /// Reads what the plug-in printed. Nothing of it stands in an error.
    ///
    /// - Parameter bytes: its standard output.
    /// - Returns: the credential.
    /// - Throws: what is wrong with it.
    func credential(_ bytes: [UInt8]) throws(SourceFailure) -> Credential {
        let answer = try parse(bytes)
        guard answer["kind"].text == "ExecCredential" else { throw failure("its answer is no ExecCredential") }
        guard answer["apiVersion"].text == apiVersion else {
            throw failure("its answer is of another apiVersion than \(apiVersion)")
        }
        let status = answer["status"]
        guard !status.isNull else { throw failure("its answer has no status") }
        var credential = Credential()
        if let text = status["token"].text {
            guard let token = PEMFiles.token(Array(text.utf8)) else {
                throw failure("its token has characters that no token has")
            }
            credential.token = token
        }
        switch (status["clientCertificateData"].text, status["clientKeyData"].text) {
        case (nil, nil): break
        case (let chain?, let key?):
            guard PEM.hasCertificate(Array(chain.utf8)), PEM.hasKey(Array(key.utf8)) else {
                throw failure("its certificate or key is no PEM")
            }
            credential.certificate = HTTPAccess.Certificate(chain: Array(chain.utf8), key: Secret(key))
        case (_?, nil): throw failure("it gives a certificate without a key")
        case (nil, _?): throw failure("it gives a key without a certificate")
        }
        guard credential.token != nil || credential.certificate != nil else {
            throw failure("it gives neither a token nor a certificate")
        }
        if let text = status["expirationTimestamp"].text {
            guard let time = Timestamp(rfc3339: text) else { throw failure("its expirationTimestamp is no time") }
            credential.expiresAt = time
        }
        return credential
    }

    private func parse(_ bytes: [UInt8]) throws(SourceFailure) -> ObjectValue {
        guard !bytes.isEmpty else { throw failure("it printed nothing") }
        do throws(JSONError) {
            return try JSONParser(maximumBytes: Self.maximumAnswer).parse(PaddedBytes(bytes)) {
                (reader: inout JSONReader) throws(JSONError) in try ObjectValue(credential: &reader)
            }
        } catch {
            throw failure("its answer is no JSON")
        }
    }

    /// A failure that names the program.
    func failure(_ text: String) -> SourceFailure {
        SourceFailure(.auth, "exec plug-in \(SafeText.line(of: command, maximum: 120)): \(text)")
    }
}

extension ObjectValue {
    /// Reads a credential, whose texts are longer than those of other objects and hold line feeds.
    fileprivate init(credential reader: inout JSONReader) throws(JSONError) {
        if reader.isObject {
            var fields: [ObjectField] = []
            try reader.object { (value: inout JSONReader, name) throws(JSONError) in
                fields.append(
                    ObjectField(String(decoding: name, as: UTF8.self), try ObjectValue(credential: &value)))
            }
            self = .map(fields)
        } else if reader.isString {
            self = .text(String(decoding: try reader.string(maximum: ExecPlugin.maximumAnswer), as: UTF8.self))
        } else {
            self = .null
        }
    }
}
