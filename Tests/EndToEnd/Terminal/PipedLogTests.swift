// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// A log on stdin while keys come from the terminal.
@Suite struct PipedLogTests {
    /// A pipe with a name that somebody always has open for writing, so that the reader never sees its end.
    private struct Pipe {
        let path: String
        private let descriptor: Int32

        init() {
            path = NSTemporaryDirectory() + "meshtop-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).pipe"
            mkfifo(path, 0o600)
            descriptor = open(path, O_RDWR | O_CLOEXEC)
        }

        func write(_ text: String) {
            let bytes = Array(text.utf8)
            _ = Glibc.write(descriptor, bytes, bytes.count)
        }

        func remove() {
            close(descriptor)
            unlink(path)
        }
    }

    /// A simulated mesh and its first management endpoint.
    private struct Mesh {
        let command: RunningCommand
        let management: String

        init() throws {
            command = try RunningCommand(Command.meshtop, ["simulate", "--members", "3", "--seed", "1"])
            let started = command
            Deadline.poll(seconds: 10) { !started.lines.isEmpty }
            let text = Data((started.lines.first ?? "").utf8)
            let document = try JSONSerialization.jsonObject(with: text) as? [String: Any]
            management = (document?["management"] as? [String])?.first ?? ""
        }

        func end() {
            command.terminate()
            command.waitForExit()
        }
    }

    /// A line of the node's own log, written now.
    private func line(of node: String, pause: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss,SSS"
        return formatter.string(from: Date())
            + " WARN  akka.cluster.ClusterHeartbeat akka://Shop@\(node)/system/cluster/core/daemon/heartbeatSender - Cluster Node "
            + "[akka://Shop@\(node)] - Scheduled sending of heartbeat was delayed. Previous heartbeat was sent [\(pause)] ms ago, "
            + "expected interval is [1000] ms.\n"
    }

    private func program(_ arguments: [String], input: String?) throws -> TerminalProgram {
        try TerminalProgram(
            Command.meshtop, arguments, environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"],
            removing: ["NO_COLOR", "FORCE_COLOR", "MESHTOP_COLOR", "COLUMNS", "LINES"], input: input)
    }

    @Test("a log piped into the screen is read, and keys still come from the terminal")
    func piped() throws {
        let (mesh, pipe) = (try Mesh(), Pipe())
        defer {
            mesh.end()
            pipe.remove()
        }
        let screen = try program(["--management", mesh.management, "--events", "-"], input: pipe.path)
        let terminal = screen.terminal
        #expect(eventually { terminal.text.contains("all 3 members Up") })
        pipe.write(line(of: "127.1.1.2:25520", pause: 8796))
        terminal.type("5")
        #expect(eventually { terminal.text.contains("sent its heartbeats 8.796 s apart") })
        terminal.type("\r")
        #expect(eventually { terminal.text.contains("pattern F06") })
        terminal.type("q")
        #expect(screen.waitForEnd() == 0)
    }

    @Test("the end of the log ends nothing")
    func ended() throws {
        let mesh = try Mesh()
        defer { mesh.end() }
        let screen = try program(["--management", mesh.management, "--events", "-"], input: "/dev/null")
        #expect(eventually { screen.terminal.text.contains("all 3 members Up") })
        screen.terminal.type("q")
        #expect(screen.waitForEnd() == 0)
    }

    @Test("a log from the terminal itself is wrong usage, because keys come from there")
    func typed() throws {
        let screen = try program(["--management", "localhost:1", "--events", "-"], input: nil)
        #expect(screen.waitForEnd() == 64)
        #expect(eventually { screen.terminal.text.contains("pipe a log into it") })
    }
}
