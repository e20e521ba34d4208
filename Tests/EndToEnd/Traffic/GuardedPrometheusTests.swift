// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("A real Prometheus that is guarded, or not where it is looked for", .serialized)
struct GuardedPrometheusTests {
    /// Made by `htpasswd -B` of the password `sesam`.
    private static let users =
        "basic_auth_users: {ops: '$2b$05$abcdefghijklmnopqrstuu.MJaskQfP57bFOIr18r8RTENjHt/rd6'}\n"

    @Test(
        "by a password: with the right one it tells, with a wrong one or none it says what is missing, and no secret is printed"
    )
    func password() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let prometheus = try PrometheusServer(history: Self.history(restart: nil), web: Self.users)
        let place = prometheus.url.replacing("http://", with: "")
        let right = try look("http://ops:sesam@\(place)")
        #expect(right.status == 0 && right.line.graph?.edges.count == 1)
        for url in ["http://ops:falsch@\(place)", prometheus.url] {
            let wrong = try look(url)
            #expect(wrong.status == 1 && wrong.line.graph == nil)
            let error = wrong.line.sources.first?.error
            #expect(error?.code == "auth" && error?.message.contains("USER:PASSWORD@") == true, "\(wrong.text)")
            #expect(!wrong.text.contains("falsch") && !wrong.text.contains("sesam"))
        }
        let doctor = try Command.run(Command.meshtop, ["doctor", "--prometheus", "http://ops:falsch@\(place)"])
        #expect(doctor.status == 1 && doctor.output.contains("(auth)") && !doctor.output.contains("falsch"))
    }

    @Test("by a certificate of an authority of its own: trusted if that is named, otherwise the reason is")
    func certificate() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        guard let files = try Certificate() else { return print("skipped: no openssl here") }
        let web = Self.users + "tls_server_config: {cert_file: '\(files.certificate)', key_file: '\(files.key)'}\n"
        let prometheus = try PrometheusServer(history: Self.history(restart: nil), web: web)
        let url = prometheus.url.replacing("https://", with: "https://ops:sesam@")
        #expect(try look(url, ["--ca-file", files.certificate]).line.graph?.edges.count == 1)
        let strange = try look(url)
        #expect(strange.status == 1 && strange.line.sources.first?.error?.code == "tls", "\(strange.text)")
        let none = try look(url, ["--ca-file", files.certificate + ".none"])
        #expect(none.status == 1 && none.line.sources.first?.error?.code == "tls", "\(none.text)")
        let plain = try look(prometheus.url.replacing("https://", with: "http://"))
        #expect(plain.status == 1 && plain.line.graph == nil)
    }

    @Test("on a wrong port: nobody, something else, or a server of pages; each is told apart")
    func wrongPort() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let nobody = try look("http://127.0.0.1:1")
        #expect(nobody.line.sources.first?.error?.code == "refused")
        let prometheus = try PrometheusServer(history: Self.history(restart: nil))
        let page = try look("\(prometheus.url)/graph/no/such/path")
        #expect(page.line.sources.first?.error?.code == "http", "\(page.text)")
        let exporter = try MetricsExporter("up 1\n")
        let other = try look("http://127.0.0.1:\(exporter.port)")
        #expect(other.line.sources.first?.error?.code == "format", "\(other.text)")
        #expect(other.line.sources.first?.error?.message.contains("is another service on this port") == true)
        let mesh = try SimulatedProcess(["healthy"])
        let management = try look(mesh.management[0])
        #expect(management.line.sources.first?.error?.code == "http", "\(management.text)")
        // The same address is a management endpoint all the same.
        let both = try look(mesh.management[0], ["--management", mesh.management[0]])
        #expect(both.status == 2)
    }

    @Test("counters that begin again, because their proxies were restarted, are no burst and no gap")
    func reset() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let prometheus = try PrometheusServer(history: Self.history(restart: 30))
        for second in [400, 450, 455, 465, 500] {
            let moment = Date(timeIntervalSince1970: Double(IstioHistory.start + second)).formatted(.iso8601)
            let graph = try #require(try look(prometheus.url, ["--at", moment]).line.graph)
            let rate = try #require(graph.edges.first?.exact["http"], "\(second)")
            #expect(abs(rate - 2) < 0.01, "\(second): \(rate)")
            #expect(graph.edges.count == 1 && graph.edges[0].rates["http5xx"] == nil)
        }
    }

    // MARK: -

    private func look(
        _ url: String, _ flags: [String] = []
    ) throws -> (status: Int32, line: GraphLine, text: String) {
        let at = Date(timeIntervalSince1970: Double(IstioHistory.start + 600)).formatted(.iso8601)
        let moment = flags.contains("--at") ? [] : ["--at", at]
        let result = try Command.run(Command.meshtop, ["snapshot", "--prometheus", url] + moment + flags)
        let line = try JSONDecoder().decode(GraphLine.self, from: Data(result.output.utf8))
        return (result.status, line, result.output + result.errors)
    }

    private static func history(restart: Int?) -> String {
        var history = IstioHistory()
        history.restart = restart
        history.add(2, [:])
        return history.text
    }
}

/// A certificate for 127.0.0.1 that signs itself.
private final class Certificate {
    let certificate: String
    let key: String
    private let folder: URL

    /// Fails where there is no openssl.
    init?() throws {
        let program = "/usr/bin/openssl"
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        folder = FileManager.default.temporaryDirectory.appending(path: "meshtop-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        key = folder.appending(path: "key.pem").path
        let result = try Command.run(
            program,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=meshtop test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                certificate,
            ])
        guard result.status == 0 else { throw ClusterKit.Failure(text: "openssl: \(result.errors)") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
