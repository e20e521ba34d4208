// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A real API server with a real cluster of the kit as its pods, in a network namespace without a route out.
final class KubernetesServer {
    /// What is started.
    enum Version: String, CaseIterable {
        case old = "1.20.2"
        case new = "1.36.3"

        /// Both run with the kit's own etcd.
        var etcd: String { "etcd-3.6.16" }
    }

    /// Why none can be started here; `nil` if they can.
    static var reasonToSkip: String? {
        if let reason = ClusterKit.reasonToSkip { return reason }
        guard let kit, FileManager.default.fileExists(atPath: kit.appending(path: "up.sh").path) else {
            return "skipped: no API servers beside the cluster kit"
        }
        guard getuid() == 0 else { return "skipped: network namespaces need root" }
        for tool in ["zstd", "nsenter", "unshare", "openssl", "python3", "curl"] where !isThere(tool) {
            return "skipped: \(tool) is not installed"
        }
        return nil
    }

    private static var kit: URL? { ClusterKit.folder?.appending(path: "kube") }

    private static func isThere(_ tool: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }

    let folder: URL
    private let address: String
    private let kit: URL
    private var helpers: [RunningCommand] = []

    /// - Parameters:
    ///   - version: which API server.
    ///   - address: where it listens in its namespace.
    /// - Throws: what could not be started.
    init(_ version: Version, address: String = "127.0.60.1") throws {
        guard let kit = Self.kit, let cluster = ClusterKit.folder else { throw ClusterKit.Failure(text: "no kit") }
        self.kit = kit
        self.address = address
        let name = "meshtop-kube-\(version.rawValue)-\(ProcessInfo.processInfo.processIdentifier)"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let etcd = "zstd -qd \(kit.path)/\(version.etcd).zst -o etcd && chmod +x etcd; export ETCD=$PWD/etcd"
        try shell(
            """
            zstd -qd \(kit.path)/kube-apiserver-\(version.rawValue).zst -o kube-apiserver && chmod +x kube-apiserver
            \(kit.path)/pki.sh pki \(address) 127.0.60.21
            \(etcd)
            PKI=$PWD/pki \(inside) \(kit.path)/up.sh $PWD/kube-apiserver state \(address)
            \(inside) \(cluster.path)/cluster up akka26-artery -n 3 --netns --dir $PWD/run --timeout 120s
            \(inside) \(cluster.path)/cluster wait converged --dir $PWD/run --timeout 60s
            mkdir -p logs
            """)
        try start(
            "\(kit.path)/fakekubelet.py --cert pki/kubelet.crt --key pki/kubelet.key --client-ca pki/ca.crt --listen 127.0.60.21:10250 --logs logs"
        )
        try start("\(kit.path)/kitpods.py https://\(address):6443 run --ca pki/ca.crt --logs logs --oom n3")
        try writeKubeconfig()
    }

    private var inside: String { "\(kit.path)/netns.sh \(folder.path)/ns" }

    private func writeKubeconfig() throws {
        let text = """
            current-context: kit
            contexts:
            - {name: kit, context: {cluster: k, user: admin, namespace: kit}}
            - {name: certificate, context: {cluster: k, user: certificate, namespace: kit}}
            - {name: plugin, context: {cluster: k, user: plugin, namespace: kit}}
            - {name: nobody, context: {cluster: k, user: nobody, namespace: kit}}
            - {name: stranger, context: {cluster: k, user: stranger, namespace: kit}}
            clusters: [{name: k, cluster: {server: "https://\(address):6443", certificate-authority: pki/ca.crt}}]
            users:
            - {name: admin, user: {token: admin-token}}
            - {name: certificate, user: {client-certificate: pki/admin.crt, client-key: pki/admin.key}}
            - {name: nobody, user: {token: nobody-token}}
            - {name: stranger, user: {token: wrong}}
            - name: plugin
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./plugin.sh
                  interactiveMode: Never
            """
        try text.write(to: folder.appending(path: "kubeconfig"), atomically: true, encoding: .utf8)
        let plugin = """
            #!/bin/sh
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"admin-token"}}'
            """
        let file = folder.appending(path: "plugin.sh")
        try plugin.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    @discardableResult
    func shell(_ script: String) throws -> String {
        let result = try Command.run("/bin/bash", ["-ec", "cd \(folder.path)\n\(script)"])
        guard result.status == 0 else {
            throw ClusterKit.Failure(
                text: "\(script): \(result.status) \(result.output.suffix(500)) \(result.errors.suffix(500))")
        }
        return result.output
    }

    private func start(_ command: String) throws {
        helpers.append(try RunningCommand("/bin/bash", ["-c", "cd \(folder.path); exec \(inside) \(command)"]))
    }

    /// Runs meshtop beside the pods.
    func meshtop(_ arguments: [String]) throws -> Command.Result {
        try Command.run(
            "/bin/bash",
            [
                "-c",
                "cd \(folder.path); exec \(inside) \(Command.meshtop) \(arguments.joined(separator: " ")) --kubernetes --kubeconfig kubeconfig",
            ])
    }

    /// A command of the kit for its nodes.
    func cluster(_ arguments: String) throws {
        guard let cluster = ClusterKit.folder else { return }
        try shell("\(inside) \(cluster.path)/cluster \(arguments) --dir $PWD/run")
    }

    func stop() {
        for helper in helpers {
            // The test process has SIGTERM blocked, and what it starts inherits that.
            helper.terminate(SIGKILL)
            helper.waitForExit()
        }
        do {
            try cluster("stop --clean")
            // Only what was started here, by its id; the holder of the namespace last.
            try shell(
                "for f in state/apiserver.pid state/etcd.pid; do kill $(cat $f) || true; done; sleep 1; kill $(cat ns/holder.pid) || true"
            )
        } catch {
            print("stopping the API server: \(error)")
        }
        try? FileManager.default.removeItem(at: folder)
    }
}
