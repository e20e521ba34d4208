// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The real clusters beside the project, when they are there: starts one, breaks it, asks for its truth.
struct ClusterKit {
    let kit: URL
    let directory: URL
    let base: String

    /// Why clusters cannot be started here, or `nil` if they can.
    static var reasonToSkip: String? {
        guard let location else { return "skipped: no cluster kit beside the checkout (or in MESHTOP_CLUSTER_KIT)" }
        guard FileManager.default.isExecutableFile(atPath: location.appending(path: "cluster").path) else {
            return "skipped: the cluster kit cannot be run"
        }
        return hasJava ? nil : "skipped: no Java runtime"
    }

    /// The kit's folder, if there is one.
    static var folder: URL? { location }

    private static var location: URL? {
        if let path = ProcessInfo.processInfo.environment["MESHTOP_CLUSTER_KIT"] { return URL(filePath: path) }
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let beside = checkout.appending(path: "../shared/cluster").standardizedFileURL
        return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
    }

    private static var hasJava: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/java") }
    }

    /// - Parameters:
    ///   - name: Distinguishes the run folder.
    ///   - base: The first three numbers of the nodes' loopback addresses, of its own for every cluster.
    /// - Throws: If there is no kit.
    init(name: String, base: String) throws {
        guard let location = Self.location else { throw Failure(text: "no cluster kit") }
        kit = location
        self.base = base
        let folder = "meshtop-e2e-\(name)-\(ProcessInfo.processInfo.processIdentifier)"
        directory = FileManager.default.temporaryDirectory.appending(path: folder)
    }

    struct Failure: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }

    func up(_ flavour: String, nodes: Int = 3) throws {
        try run(["up", flavour, "-n", "\(nodes)", "--base", base, "--no-bridge", "--timeout", "120s"])
        try wait("converged")
    }

    func stop() {
        do { try run(["stop", "--clean"]) } catch { print("stopping the cluster: \(error)") }
    }

    /// Waits until ground truth shows the conditions. A failure names what each process is doing and what it last logged, and how busy the machine
    /// is: it says whether the cluster, the kit or the time limit is to blame.
    func wait(_ conditions: String..., timeout: Int = 60) throws {
        do {
            try run(["wait", "--timeout", "\(timeout)s"] + conditions)
        } catch {
            throw Failure(text: "\(error)\n\(circumstances)")
        }
    }

    private var circumstances: String {
        var text = "load: \((try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "unknown")"
        text += (try? run(["status"])) ?? "the kit tells no status\n"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for file in files.sorted() where file.hasSuffix(".log") || file.hasSuffix(".out") {
            let lines = (try? String(contentsOf: directory.appending(path: file), encoding: .utf8)) ?? ""
            let tail = lines.split(separator: "\n").suffix(8).joined(separator: "\n  ")
            if !tail.isEmpty { text += "\(file) ends:\n  \(tail)\n" }
        }
        return text
    }

    /// The truth of one node; `nil` if it does not answer.
    func truth(_ node: String) -> TruthSample? {
        guard let text = try? run(["truth", node, "--json"]) else { return nil }
        let decoder = JSONDecoder()
        if let one = try? decoder.decode(TruthSample.self, from: Data(text.utf8)) { return one }
        return try? decoder.decode([TruthSample].self, from: Data(text.utf8)).first
    }

    /// Starts a command of the kit that takes its time; the run folder is among the arguments.
    func start(_ arguments: [String]) throws -> RunningCommand {
        try RunningCommand(kit.appending(path: "cluster").path, arguments)
    }

    /// Runs a command of the kit to its end.
    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let result = try Command.run(
            kit.appending(path: "cluster").path, arguments + ["--dir", directory.path])
        guard result.status == 0 else {
            throw Failure(text: "cluster \(arguments.joined(separator: " ")): \(result.status) \(result.errors)")
        }
        return result.output
    }
}
