// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Kubeconfigs")
struct KubeConfigTests {
    static let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    static let key = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n"

    /// A whole file with one context, whose parts are given.
    static func file(
        cluster: String = "server: https://10.0.0.1:6443", user: String = "token: T", context: String = "",
        current: String = "a"
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: \(current)
        contexts: [{name: a, context: {cluster: c, user: u\(context.isEmpty ? "" : ", \(context)")}}]
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        """
    }

    static func find(
        _ files: [String: String], kubeconfig: String? = "/k/config", context: String? = nil,
        environment: [String: String] = [:]
    ) -> Result<KubernetesIdentity, KubeConfigError> {
        let options = KubernetesOptions(kubeconfig: kubeconfig, context: context, environment: environment)
        do throws(KubeConfigError) {
            return .success(
                try KubernetesIdentity.find(options) { path throws(FileError) in
                    if files[path] == "!" { throw FileError("cannot be opened (Permission denied)") }
                    return files[path].map { Array($0.utf8) }
                })
        } catch {
            return .failure(error)
        }
    }

    static func error(_ result: Result<KubernetesIdentity, KubeConfigError>) -> String? {
        if case .failure(let error) = result { error.message } else { nil }
    }

    private static func identity(_ text: String) throws -> KubernetesIdentity {
        try find(["/k/config": text]).get()
    }

    // MARK: - Good ones

    @Test("a context names server, namespace and token")
    func plain() throws {
        let identity = try Self.identity(Self.file(context: "namespace: shop"))
        #expect(identity.endpoint.url == "https://10.0.0.1:6443" && identity.namespace == "shop")
        #expect(identity.endpoint.access == .kubernetes && identity.context == "a")
        let access = try identity.access { _ throws(FileError) in nil }
        #expect(access.headers == [.bearer(Secret("T"))] && access.verifies && access.compresses)
    }

    @Test(
        "servers of every form",
        arguments: [
            ("server: https://10.0.0.1", "https://10.0.0.1:443"),
            ("server: 'https://k.example:6443/k8s/clusters/c-1/'", "https://k.example:6443/k8s/clusters/c-1"),
            ("server: 'https://[fd00::1]:6443'", "https://[fd00::1]:6443"),
            ("server: 'http://127.0.0.1:8001'", "http://127.0.0.1:8001"),
            ("server: 'localhost:8080'", "http://localhost:8080"),
        ])
    func servers(cluster: String, url: String) throws {
        #expect(try Self.identity(Self.file(cluster: cluster)).endpoint.url == url)
    }

    @Test("JSON is a kubeconfig too, and so is a file without kind")
    func json() throws {
        let text = """
            {"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":"u"}}],
            "clusters":[{"name":"c","cluster":{"server":"https://h:1"}}],"users":[{"name":"u","user":{"token":"12345"}}]}
            """
        let identity = try Self.identity(text)
        #expect(identity.namespace == "default")
        #expect(try identity.access { _ throws(FileError) in nil }.headers == [.bearer(Secret("12345"))], "all digits")
    }

    @Test("the first file that defines a name wins with its whole entry; missing files are skipped")
    func merge() throws {
        let one = """
            contexts: [{name: x, context: {cluster: c, user: u, namespace: first}}]
            users: [{name: u, user: {token: one}}]
            """
        let two = """
            current-context: x
            contexts: [{name: x, context: {cluster: nope, user: u}}]
            clusters: [{name: c, cluster: {server: https://two}}]
            users: [{name: u, user: {token: two}}]
            """
        let files = ["/1": one, "/2": two]
        let identity = try Self.find(files, kubeconfig: nil, environment: ["KUBECONFIG": "/none::/1:/2:/1"]).get()
        #expect(identity.namespace == "first" && identity.endpoint.host == "two")
        #expect(try identity.access { _ throws(FileError) in nil }.headers == [.bearer(Secret("one"))])
    }

    @Test("of two entries of one name in one file the last counts")
    func twice() throws {
        let text = Self.file() + "\n"
        let doubled = text.replacing("users: [", with: "users: [{name: u, user: {token: old}}, ")
        #expect(try Self.identity(doubled).access { _ throws(FileError) in nil }.headers == [.bearer(Secret("T"))])
    }

    @Test("~/.kube/config is where it is looked for")
    func home() throws {
        let found = Self.find(
            ["/home/me/.kube/config": Self.file()], kubeconfig: nil, environment: ["HOME": "/home/me"])
        #expect(try found.get().context == "a")
    }

    @Test("relative paths start at their file's folder")
    func relative() throws {
        let identity = try Self.identity(
            Self.file(cluster: "server: https://h, certificate-authority: pki/ca.crt", user: "tokenFile: token"))
        #expect(identity.authority == .file("/k/pki/ca.crt"))
        guard case .tokenFile(let path) = identity.credential else {
            Issue.record("no token file")
            return
        }
        #expect(path == "/k/token")
    }

    @Test("data wins over files, and the file of a token over the token")
    func precedence() throws {
        let data = Base64.text(of: Array(Self.certificate.utf8))
        let identity = try Self.identity(
            Self.file(
                cluster: "server: https://h, certificate-authority: x, certificate-authority-data: \(data)",
                user: "token: inline, tokenFile: /t"))
        #expect(identity.authority == .data(Array(Self.certificate.utf8)))
        let access = try identity.access { path throws(FileError) in path == "/t" ? Array(" from-file\n".utf8) : nil }
        #expect(access.headers == [.bearer(Secret("from-file"))])
    }

    @Test("certificates, names, proxies, compression and impersonation are taken over")
    func others() throws {
        let (chain, key) = (Base64.text(of: Array(Self.certificate.utf8)), Base64.text(of: Array(Self.key.utf8)))
        let identity = try Self.identity(
            Self.file(
                cluster:
                    "server: https://h, tls-server-name: kube.example, proxy-url: 'socks5://p:1', disable-compression: true",
                user:
                    "client-certificate-data: \(chain), client-key-data: \(key), as: jane, as-groups: [a, b], as-user-extra: {Reason X: [y]}"
            ))
        let access = try identity.access { _ throws(FileError) in nil }
        #expect(access.serverName == "kube.example" && access.proxy == Secret("socks5://p:1") && !access.compresses)
        #expect(
            access.certificate?.key == Secret(Self.key) && access.certificate?.chain == Array(Self.certificate.utf8))
        #expect(
            access.headers.map(\.name) == [
                "Impersonate-User", "Impersonate-Group", "Impersonate-Group", "Impersonate-Extra-reason%20x",
            ])
    }

    @Test("a user and a password are sent as such")
    func basic() throws {
        let access = try Self.identity(Self.file(user: "username: u, password: p")).access { _ throws(FileError) in nil
        }
        #expect(access.headers == [.basic(user: "u", password: Secret("p"))])
    }

    @Test("an unverified server is one that the file says so of")
    func unverified() throws {
        let identity = try Self.identity(Self.file(cluster: "server: https://h, insecure-skip-tls-verify: true"))
        #expect(try identity.access { _ throws(FileError) in nil }.verifies == false)
    }

    @Test("a pod has its service account, read anew each time")
    func inCluster() throws {
        let folder = KubernetesIdentity.accountFolder
        let files = ["\(folder)/token": "one", "\(folder)/namespace": "shop\n", "\(folder)/ca.crt": Self.certificate]
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443", "HOME": "/root"]
        let identity = try Self.find(files, kubeconfig: nil, environment: environment).get()
        #expect(
            identity.endpoint.url == "https://[fd00::1]:443" && identity.namespace == "shop" && identity.context == nil)
        for token in ["one", "two"] {
            let access = try identity.access { path throws(FileError) in
                Array((path.hasSuffix("token") ? token : Self.certificate).utf8)
            }
            #expect(access.headers == [.bearer(Secret(token))])
            #expect(access.authorities == .pem(Array(Self.certificate.utf8)))
        }
    }

    @Test("10,000 contexts are read")
    func many() throws {
        let contexts = (0..<10_000).map { "- {name: x\($0), context: {cluster: c, user: u}}\n" }.joined()
        let text =
            "current-context: x9999\ncontexts:\n\(contexts)clusters: [{name: c, cluster: {server: https://h}}]\nusers: [{name: u, user: {}}]\n"
        #expect(try Self.identity(text).context == "x9999")
    }

    // MARK: - Bad ones

    @Test(
        "what is wrong is said, with what to do",
        arguments: [
            ("", "there is no cluster to ask"), ("# nothing\n", "there is no cluster to ask"),
            ("[]", "is no mapping"), ("kind: Pod\n", "is of kind Pod, not Config"),
            ("a: [\n", "/k/config:2:1: not valid YAML"),
            ("a: \u{1}\n", "not valid YAML"), ("contexts: 3\n", "contexts is no list"),
            ("contexts: [{context: {}}]\n", "contexts[0] has no name"), ("a: &x 1\nb: *x\n", "anchors and aliases"),
            (file(current: "b"), "no context 'b'; it has a"),
            (file(current: "''"), "no current-context; choose one with --context: a"),
            (
                file().replacing("cluster: c, user", with: "cluster: d, user"),
                "the cluster 'd', which the kubeconfig does not have"
            ),
            (file().replacing("user: u}", with: "user: v}"), "the user 'v', which the kubeconfig does not have"),
            (file().replacing("cluster: c, ", with: ""), "names no cluster"), (file(cluster: ""), "has no server"),
            (file(cluster: "server: 'ftp://h'"), "is no URL"), (file(cluster: "server: 'https://'"), "is no URL"),
            (file(cluster: "server: 'https://h:99999'"), "is no URL"),
            (
                file(cluster: "server: https://h, certificate-authority-data: '%%%'"),
                "certificate-authority-data is no base64"
            ),
            (file(cluster: "server: https://h, certificate-authority-data: aGVsbG8="), "no certificate in PEM"),
            (
                file(cluster: "server: https://h, certificate-authority: x, insecure-skip-tls-verify: true"),
                "take one of them out"
            ),
            (file(user: "client-certificate: x"), "a client-certificate without a client-key"),
            (file(user: "client-key: x"), "a client-key without a client-certificate"),
            (file(user: "token: T, username: u"), "more than one way to authenticate"),
            (file(user: "token: 'a b'"), "characters that no token has"), (file(user: "as-groups: [a]"), "without as"),
            (file(user: "auth-provider: {name: gcp}"), "uses the auth-provider 'gcp'"),
            (file(user: "exec: {apiVersion: client.authentication.k8s.io/v1}"), "exec has no command"),
            (file(user: "exec: {command: x}"), "exec has no apiVersion"),
            (
                file(user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}"),
                "v1 and v1beta1 are understood"
            ),
            (
                file(
                    user: "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Sometimes}"),
                "interactiveMode Sometimes"
            ),
            (
                file(user: "token: T, exec: {command: x, apiVersion: client.authentication.k8s.io/v1}"),
                "more than one way"
            ),
        ])
    func bad(text: String, part: String) {
        let message = Self.error(Self.find(["/k/config": text]))
        #expect(message?.contains(part) == true, "\(message ?? "no error")")
    }

    @Test("a file that is named must be there and readable")
    func missing() {
        #expect(Self.error(Self.find([:])) == "--kubeconfig /k/config: there is no such file")
        #expect(Self.error(Self.find(["/k/config": "!"]))?.contains("Permission denied") == true)
        #expect(Self.error(Self.find(["/k/config": Self.file()], context: "zz"))?.contains("no context 'zz'") == true)
    }

    @Test("a file that cannot be read beside one that can does not stop us, and both that cannot do")
    func partly() throws {
        let environment = ["KUBECONFIG": "/bad:/good"]
        let found = Self.find(["/bad": "a: [", "/good": Self.file()], kubeconfig: nil, environment: environment)
        #expect(try found.get().context == "a")
        #expect(
            Self.error(Self.find(["/bad": "a: ["], kubeconfig: nil, environment: environment))?.contains("/bad") == true
        )
    }

    @Test("a pod without the files of its account is told so")
    func bareFolder() {
        let environment = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]
        #expect(
            Self.error(Self.find([:], kubeconfig: nil, environment: environment))?.contains(
                "automountServiceAccountToken") == true)
    }

    @Test(
        "no secret stands in any description",
        arguments: ["token: s3cr3t", "username: u, password: s3cr3t", "proxy-url: 'http://u:s3cr3t@p'"])
    func secrets(user: String) throws {
        let isProxy = user.hasPrefix("proxy")
        let text = isProxy ? Self.file(cluster: "server: https://h, \(user)") : Self.file(user: user)
        let identity = try Self.identity(text)
        let access = try identity.access { _ throws(FileError) in nil }
        #expect(!"\(identity)".contains("s3cr3t") && !"\(access)".contains("s3cr3t"))
    }
}
