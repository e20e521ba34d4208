// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Support
import Testing

@testable import Collectors

@Suite("Credentials for the API server")
struct CredentialTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    private static func plugin(
        _ command: String = "/bin/sh", _ arguments: [String] = [], extra: [(String, ObjectValue)] = [],
        cluster: ObjectValue = .null
    ) throws(KubeConfigError) -> ExecPlugin {
        var fields = [
            ObjectField("apiVersion", .text("client.authentication.k8s.io/v1")), ObjectField("command", .text(command)),
            ObjectField("args", .list(arguments.map { .text($0) })),
        ]
        fields += extra.map { ObjectField($0.0, $0.1) }
        return try ExecPlugin(.map(fields), folder: "/k", user: "the user 'u'", cluster: cluster)
    }

    private static func answer(_ status: String, version: String = "v1", kind: String = "ExecCredential") -> String {
        #"{"kind":"\#(kind)","apiVersion":"client.authentication.k8s.io/\#(version)","status":{\#(status)}}"#
    }

    // MARK: - Answers

    @Test("a token, a certificate and their end are read")
    func good() throws {
        let plugin = try Self.plugin()
        let token = try plugin.credential(
            Array(Self.answer(#""token":"T","expirationTimestamp":"2026-11-30T10:00:00Z""#).utf8))
        #expect(token.token == Secret("T") && token.expiresAt == Timestamp(rfc3339: "2026-11-30T10:00:00Z"))
        let pair =
            #""clientCertificateData":"\#(KubeConfigTests.certificate.replacing("\n", with: "\\n"))","clientKeyData":"\#(KubeConfigTests.key.replacing("\n", with: "\\n"))""#
        let certificate = try plugin.credential(Array(Self.answer(pair).utf8)).certificate
        #expect(certificate?.key == Secret(KubeConfigTests.key))
    }

    @Test(
        "other answers are failures that show nothing of them",
        arguments: [
            ("", "it printed nothing"), ("hunter2", "is no JSON"), ("{}", "is no ExecCredential"),
            ("[]", "is no ExecCredential"),
            (answer("", kind: "Token"), "is no ExecCredential"),
            (answer(#""token":"hunter2""#, version: "v1beta1"), "another apiVersion"),
            (answer(""), "neither a token nor a certificate"),
            (answer(#""token":"hunter2 x""#), "characters that no token has"),
            (answer(#""clientKeyData":"hunter2""#), "a key without a certificate"),
            (answer(#""clientCertificateData":"hunter2""#), "a certificate without a key"),
            (answer(#""clientCertificateData":"hunter2","clientKeyData":"x""#), "is no PEM"),
            (answer(#""token":"T","expirationTimestamp":"tomorrow""#), "is no time"),
            (#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}"#, "has no status"),
        ])
    func bad(text: String, part: String) throws {
        let plugin = try Self.plugin()
        do throws(SourceFailure) {
            _ = try plugin.credential(Array(text.utf8))
            Issue.record("it was taken")
        } catch {
            #expect(error.message.contains(part), "\(error.message)")
            #expect(error.code == .auth && !error.message.contains("hunter2"))
        }
    }

    @Test("a plug-in is told about the cluster if it wants to be")
    func info() throws {
        let cluster = ObjectValue.map([
            ObjectField("server", .text("https://h")), ObjectField("insecure-skip-tls-verify", .bool(true)),
            ObjectField(
                "extensions",
                .list([
                    .map([
                        ObjectField("name", .text("client.authentication.k8s.io/exec")),
                        ObjectField("extension", .map([ObjectField("audience", .text("a\"b"))])),
                    ])
                ])),
        ])
        let plugin = try Self.plugin(extra: [("provideClusterInfo", .bool(true))], cluster: cluster)
        #expect(
            plugin.variables["KUBERNETES_EXEC_INFO"]
                == #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"cluster":{"server":"https://h","insecure-skip-tls-verify":true,"config":{"audience":"a\"b"}}}}"#
        )
    }

    // MARK: - Processes

    /// Polls until the plug-in has ended.
    private static func run(_ plugin: ExecPlugin, environment: [String: String] = ["PATH": "/usr/bin:/bin"]) throws
        -> ExecProcess.Outcome
    {
        let process = try ExecProcess(plugin, environment: environment, at: now)
        for _ in 0..<2_000 {
            if let outcome = process.poll(at: now) { return outcome }
            // Its output ends with it, a moment before it can be reaped.
            waitForInput(at: process.descriptors, milliseconds: 5)
        }
        process.end()
        Issue.record("it never ended")
        return .tooMuch
    }

    @Test("a real program gets variables and arguments, and no terminal")
    func process() throws {
        let script = "echo \"$A $1 $KUBERNETES_EXEC_INFO\"; cat; echo oops >&2"
        let variables = ObjectValue.list([.map([ObjectField("name", .text("A")), ObjectField("value", .text("a"))])])
        let plugin = try Self.plugin("sh", ["-c", script, "x", "b"], extra: [("env", variables)])
        guard case .exited(0, let output, let errors) = try Self.run(plugin) else {
            Issue.record("it failed")
            return
        }
        #expect(String(decoding: output, as: UTF8.self).hasPrefix("a b {\"kind\":\"ExecCredential\""))
        #expect(String(decoding: errors, as: UTF8.self) == "oops\n")
    }

    @Test("a program that hangs is ended when its time is over, with what it has started")
    func hangs() throws {
        let process = try ExecProcess(
            try Self.plugin("/bin/sh", ["-c", "sleep 100 & sleep 100"]), environment: ["PATH": "/usr/bin:/bin"],
            at: Self.now)
        #expect(process.poll(at: Self.now + ExecPlugin.timeLimit + .microseconds(-1)) == nil)
        guard case .tooLong? = process.poll(at: Self.now + ExecPlugin.timeLimit) else {
            Issue.record("it goes on")
            return
        }
    }

    @Test("a program that prints without end is ended")
    func garbage() throws {
        guard case .tooMuch = try Self.run(try Self.plugin("/bin/sh", ["-c", "cat /dev/zero"])) else {
            Issue.record("it was read to its end")
            return
        }
    }

    @Test("a program that is not there is named with its hint")
    func absent() throws {
        let hint = ObjectValue.text("install\u{1b}[2J me")
        let plugin = try Self.plugin("no-such-plugin-anywhere", extra: [("installHint", hint)])
        do throws(SourceFailure) {
            _ = try ExecProcess(plugin, environment: ["PATH": "/usr/bin:/bin"], at: Self.now)
            Issue.record("it runs")
        } catch {
            #expect(error.message.contains("there is no such program in PATH; install[2J me"))
        }
    }

    // MARK: - Renewal

    private static func identity(_ credential: KubernetesIdentity.Credential) -> KubernetesIdentity {
        var identity = KubernetesIdentity(endpoint: Endpoint(scheme: "https", host: "h", port: 1), namespace: "default")
        identity.credential = credential
        return identity
    }

    @Test("a token that is replaced is read again each minute, and at once when the server refuses us")
    func files() throws {
        let token = Locked("one")
        var credentials = KubernetesCredentials(
            Self.identity(.tokenFile("/t")), environment: [:],
            read: { _ throws(FileError) in Array(token.withLock { $0 }.utf8) }, at: Self.now)
        func headers(_ result: Result<HTTPAccess, SourceFailure>?) throws -> [HTTPAccess.Header]? {
            try result?.get().headers
        }
        #expect(try headers(credentials.advance(to: Self.now)) == [.bearer(Secret("one"))])
        token.withLock { $0 = "two" }
        #expect(credentials.advance(to: Self.now + .seconds(59)) == nil)
        #expect(try headers(credentials.advance(to: Self.now + .seconds(60))) == [.bearer(Secret("two"))])
        token.withLock { $0 = "three" }
        credentials.refuse(at: Self.now + .seconds(61))
        #expect(try headers(credentials.advance(to: Self.now + .seconds(61))) == [.bearer(Secret("three"))])
        token.withLock { $0 = "bad token" }
        credentials.refuse(at: Self.now + .seconds(70))
        guard case .failure(let failure)? = credentials.advance(to: Self.now + .seconds(70)) else {
            Issue.record("it was taken")
            return
        }
        #expect(failure.code == .auth && !failure.message.contains("bad token"))
        token.withLock { $0 = "four" }
        #expect(try headers(credentials.advance(to: Self.now + .seconds(85))) == [.bearer(Secret("four"))])
    }

    @Test("a plug-in that wants a terminal is not run")
    func terminal() throws {
        let plugin = try Self.plugin(extra: [("interactiveMode", .text("Always"))])
        var credentials = KubernetesCredentials(
            Self.identity(.plugin(plugin)), environment: [:], read: { _ throws(FileError) in nil }, at: Self.now)
        guard case .failure(let failure)? = credentials.advance(to: Self.now) else {
            Issue.record("it was run")
            return
        }
        #expect(failure.message.contains("wants a terminal"))
    }

    @Test("credentials of named sources come from their files, those of a kind before those of all")
    func named() throws {
        let options = AccessOptions(
            authorities: [try ScopedText("/ca"), try ScopedText("prometheus=/prom-ca")],
            tokens: [try ScopedText("prometheus=/token")])
        let files = [
            "/ca": "all" + KubeConfigTests.certificate, "/prom-ca": KubeConfigTests.certificate, "/token": "T\n",
        ]
        var collector = AccessCollector(options) { path throws(FileError) in files[path].map { Array($0.utf8) } }
        var found: [SourceKind: HTTPAccess] = [:]
        for case .authorize(.given(let kind), let access) in collector.start(at: Self.now) {
            found[kind] = try access.get()
        }
        #expect(found[.prometheus]?.authorities == .pem(Array(KubeConfigTests.certificate.utf8)))
        #expect(found[.prometheus]?.headers == [.bearer(Secret("T"))])
        #expect(found[.management]?.headers == [] && found[.management]?.authorities != found[.prometheus]?.authorities)
    }

    @Test("a file that is not there is a failure of its sources, with its name")
    func namedMissing() throws {
        var collector = AccessCollector(AccessOptions(tokens: [try ScopedText("/none")])) { _ throws(FileError) in nil }
        let failures = collector.start(at: Self.now).compactMap { action -> SourceFailure? in
            if case .authorize(_, .failure(let failure)) = action { failure } else { nil }
        }
        #expect(failures.count == ScopedText.words.count && failures.allSatisfy { $0.message.contains("/none") })
    }
}
