// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("The program")
struct ProgramTests {
    @Test(
        "exits with what the contract says",
        arguments: [
            (["--help"], 0), (["help", "check"], 0), (["--version"], 0), (["keys"], 0), (["config"], 0),
            (["config", "template"], 0),
            (["demo", "--list"], 0), (["demo", "--count", "1", "-o", "jsonl"], 0),
            (["demo", "--for", "300ms", "-o", "jsonl"], 0),
            (["--bogus"], 64), (["bogus"], 64), (["watch", "--interval", "soon"], 64), (["replay"], 64),
            (["demo", "bogus"], 64),
            (["demo", "--members", "2"], 64), (["wait", "up"], 64), (["--graph-type", "apps"], 64),
            (["config", "bogus"], 64), (["--config", "/nonexistent.yaml"], 64),
            (["check", "--bogus"], 3), (["check", "--management", "127.0.0.1:1"], 3),
            (["snapshot", "--management", "127.0.0.1:1"], 1),
            (["watch", "--count", "1", "--management", "127.0.0.1:1"], 1),
            (["doctor", "--management", "127.0.0.1:1"], 1), (["explain", "x", "--management", "127.0.0.1:1"], 1),
            (["wait", "up=1", "--timeout", "200ms", "--management", "127.0.0.1:1"], 1),
            (["replay", "/nonexistent.mtr", "-o", "jsonl"], 1), (["replay", "/dev/null", "-o", "jsonl"], 1),
            (["diff", "/nonexistent", "/nonexistent"], 2),
            (["watch", "--count", "1", "--record", "/nonexistent/x.mtr"], 1),
        ] as [([String], Int32)])
    func exits(arguments: [String], code: Int32) throws {
        let result = try Run(arguments).finished()
        #expect(result.code == code, "\(arguments): \(result.errors)")
        // Data go to stdout, messages to stderr.
        if code == 64 { #expect(result.output.isEmpty && result.errors.hasPrefix("meshtop: ")) }
        if arguments[0] == "check" { #expect(result.output.hasPrefix("MESHTOP UNKNOWN - ")) }
    }

    @Test("a demo's lines are as the schema says, and a replay of its recording prints the same")
    func demo() throws {
        let journal = NSTemporaryDirectory() + "meshtop-demo-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: journal) }
        let live = try Run(["demo", "--count", "3", "--interval", "200ms", "-o", "jsonl", "--record", journal])
            .finished()
        #expect(live.code == 0)
        let lines = live.output.split(separator: "\n")
        let schema = try JSONSchema.meshtop()
        for line in lines { #expect(schema.violations(ofText: line.utf8) == []) }
        let documents = try lines.map { try JSONValue(parsing: $0.utf8) }
        #expect(documents.count { $0["kind"]?.text == "snapshot" } == 3)
        #expect(documents.last?["kind"]?.text == "end")
        #expect(documents.last?["reason"]?.text == "count")
        let replay = try Run(["replay", journal, "-o", "jsonl"]).finished()
        #expect(replay.code == 0)
        #expect(replay.output == live.output)
    }

    @Test("a recording that is cut off prints what there is, then says so and exits 1")
    func truncated() throws {
        let journal = NSTemporaryDirectory() + "meshtop-cut-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: journal) }
        _ = try Run(["demo", "--count", "2", "--interval", "100ms", "-o", "jsonl", "--record", journal]).finished()
        let bytes = try Data(contentsOf: URL(filePath: journal))
        try bytes.dropLast(7).write(to: URL(filePath: journal))
        let replay = try Run(["replay", journal, "-o", "jsonl"]).finished()
        #expect(replay.code == 1)
        #expect(replay.errors.contains("is cut off: "))
        let last = try #require(replay.output.split(separator: "\n").last)
        #expect(try JSONValue(parsing: last.utf8)["kind"]?.text == "end")
    }

    @Test("a simulated mesh can be asked by every command, and ends with 0 by TERM")
    func simulate() throws {
        let mesh = try Run(["simulate"])
        defer { mesh.terminate(SIGKILL) }
        let announcement = try JSONValue(parsing: try #require(mesh.firstLine()).utf8)
        guard case .array(let addresses) = announcement["management"], let address = addresses.first?.text else {
            Issue.record("no addresses in \(announcement)")
            return
        }
        #expect(announcement["prometheus"]?.text?.hasPrefix("http://127.1.0.1:") == true)
        let snapshot = try Run(["snapshot", "--management", address]).finished()
        #expect(snapshot.code == 0)
        #expect(try JSONSchema.meshtop().violations(ofText: snapshot.output.utf8) == [])
        let check = try Run(["check", "--management", address]).finished()
        #expect(check.code == 0)
        #expect(check.output.hasPrefix("MESHTOP OK - ") && check.output.contains(" | members=3 up=3 unreachable=0 "))
        #expect(
            try Run(["wait", "up=3,health=healthy", "--timeout", "20", "--management", address]).finished().code == 0)
        let explained = try Run(["explain", "127.1.1.2:25520", "--management", address]).finished()
        #expect(explained.code == 0 && explained.output.contains("lists it as Up"))
        #expect(try Run(["doctor", "--management", address]).finished().code == 0)
        mesh.terminate(SIGTERM)
        #expect(mesh.finished().code == 0)
    }

    @Test("exits with what the contract says of a mesh that answers in part, and of files that are alike or not")
    func partExits() throws {
        let mesh = try Run(["simulate", "--members", "3"])
        defer { mesh.terminate(SIGKILL) }
        let announcement = try JSONValue(parsing: try #require(mesh.firstLine()).utf8)
        let address = try #require(announcement["management"]?.items.first?.text)
        let folder = NSTemporaryDirectory() + "meshtop-exits-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (one, two) = ("\(folder)/one.json", "\(folder)/two.json")
        let healthy = ["--management", address]
        // Nothing listens at the second address.
        let partly = healthy + ["--management", "127.0.0.1:1"]
        try Run(["snapshot"] + healthy).finished().output.write(toFile: one, atomically: true, encoding: .utf8)
        try Run(["demo", "--members", "4", "--count", "1", "-o", "jsonl"]).finished().output
            .write(toFile: two, atomically: true, encoding: .utf8)
        let cases: [([String], Int32)] = [
            (["snapshot"] + healthy, 0), (["snapshot"] + partly, 2),
            (["watch", "--count", "1"] + healthy, 0), (["watch", "--count", "1"] + partly, 2),
            (["check"] + healthy, 0), (["check"] + partly, 0), (["doctor"] + healthy, 0), (["doctor"] + partly, 1),
            (["explain", "127.1.1.2:25520"] + healthy, 0), (["explain", "nothing"] + healthy, 1),
            (["wait", "up=3"] + healthy, 0), (["wait", "up=4", "--timeout", "300ms"] + healthy, 1),
            (["diff", one, one], 0), (["diff", one, two], 1), (["diff", one, folder], 2), (["diff", one], 64),
        ]
        for (arguments, code) in cases {
            let result = try Run(arguments).finished()
            #expect(result.code == code, "\(arguments): \(result.output.prefix(300))\(result.errors)")
        }
    }

    @Test("wait sees the quarantine that check counts")
    func waitForQuarantine() throws {
        let mesh = try Run(["simulate", "quarantine-stuck"])
        defer { mesh.terminate(SIGKILL) }
        let announcement = try JSONValue(parsing: try #require(mesh.firstLine()).utf8)
        let address = try #require(announcement["management"]?.items.first?.text)
        let wait = try Run(["wait", "quarantined>=1,phi_max>=0", "--timeout", "60", "--management", address]).finished()
        #expect(wait.code == 0, "\(wait.output)\(wait.errors)")
        #expect(wait.output.hasPrefix("held after ") && !wait.output.contains("quarantined=0"))
        let check = try Run(["check", "--management", address]).finished()
        #expect(!check.output.contains(" quarantined=0 "), "\(check.output)")
        let never = try Run(["wait", "quarantined=0", "--timeout", "1", "--management", address]).finished()
        #expect(never.code == 1 && never.output.contains("quarantined=0 (it is "), "\(never.output)")
        mesh.terminate(SIGTERM)
        #expect(mesh.finished().code == 0)
    }

    @Test("a signal ends watch with an end line and 128 + n", arguments: [SIGTERM, SIGINT])
    func signals(number: Int32) throws {
        let watch = try Run(["watch", "--management", "127.0.0.1:1", "--interval", "100ms"])
        _ = try #require(watch.firstLine())
        watch.terminate(number)
        let result = watch.finished()
        #expect(result.code == 128 + number)
        let last = try #require(result.output.split(separator: "\n").last)
        #expect(try JSONValue(parsing: last.utf8)["reason"]?.text == "signal")
        #expect(try JSONValue(parsing: last.utf8)["exit"] == .number(Double(128 + number)))
    }

    @Test("a reader that goes away ends watch with 0, quietly")
    func closedPipe() throws {
        let watch = try Run(["watch", "--management", "127.0.0.1:1", "--interval", "100ms"])
        watch.closeOutput()
        let result = watch.finished()
        #expect(result.code == 0)
        #expect(result.errors.isEmpty)
    }

    @Test("a closed stdout is an error, and no recording gets its lines")
    func closedOutput() throws {
        let journal = NSTemporaryDirectory() + "meshtop-closed-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: journal) }
        let shell = try Run(shell: "exec \"$0\" demo --count 1 -o jsonl --record \(journal) >&-").finished()
        #expect(shell.code == 1)
        #expect(shell.errors.contains("the output cannot be written"))
        #expect(try Run(["replay", journal, "-o", "jsonl"]).finished().output.hasPrefix("{\"schema\""))
    }

    @Test("a password in an address appears nowhere")
    func secrets() throws {
        let journal = NSTemporaryDirectory() + "meshtop-secret-\(UUID().uuidString).mtr"
        defer { try? FileManager.default.removeItem(atPath: journal) }
        let source = ["--management", "http://me:hunter2@127.0.0.1:1"]
        for arguments in [
            ["snapshot", "--record", journal], ["check"], ["config"], ["config", "-o", "json"], ["doctor"],
        ] {
            let result = try Run(arguments + source).finished()
            #expect(!result.output.contains("hunter2") && !result.errors.contains("hunter2"), "\(arguments)")
        }
        let recorded = try Data(contentsOf: URL(filePath: journal))
        #expect(!String(decoding: recorded, as: UTF8.self).contains("hunter2"))
    }
}

/// The product as a process.
private final class Run {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private var head = Data()

    private static var product: URL {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "meshtop")
    }

    init(_ arguments: [String], of program: URL? = nil) throws {
        process.executableURL = program ?? Self.product
        process.arguments = arguments
        // An environment and a folder without any configuration.
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"]
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Runs a line of shell, in which `$0` is the product.
    convenience init(shell line: String) throws {
        try self.init(["-c", line, Run.product.path], of: URL(filePath: "/bin/sh"))
    }

    /// Waits for the first complete line.
    func firstLine() -> String? {
        while !head.contains(UInt8(ascii: "\n")) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            head += data
        }
        return String(decoding: head.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    func terminate(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    func closeOutput() { try? output.fileHandleForReading.close() }

    /// Reads to the end and waits.
    func finished() -> (code: Int32, output: String, errors: String) {
        let rest = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        let messages = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : 1_000 + process.terminationStatus
        return (code, String(decoding: head + rest, as: UTF8.self), String(decoding: messages, as: UTF8.self))
    }
}
