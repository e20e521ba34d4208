// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Runs programs and reads what they print.
enum Command {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program to its end.
    static func run(_ path: String, _ arguments: [String]) throws -> Result {
        let process = try RunningCommand(path, arguments)
        let status = process.waitForExit()
        return Result(status: status, output: process.outputText, errors: process.errorText)
    }

    /// The product under test: it lies beside the test bundle.
    static var meshtop: String {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "meshtop").path
    }
}

/// A program that runs while a test looks at its output, which goes to files: nothing has to be read for it to go on, and no thread is
/// needed. Foundation's own class for this crashed now and then when several tests used it at once.
final class RunningCommand: Sendable {
    private let output: URL
    private let errors: URL
    private let status = Mutex<Int32?>(nil)
    let pid: Int32

    init(_ path: String, _ arguments: [String]) throws {
        let folder = FileManager.default.temporaryDirectory
        let name = "meshtop-test-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
        output = folder.appending(path: "\(name).out")
        errors = folder.appending(path: "\(name).err")
        pid = try Self.spawn(path, arguments, output: output.path, errors: errors.path)
    }

    deinit {
        for file in [output, errors] { unlink(file.path) }
    }

    private static func spawn(
        _ path: String, _ arguments: [String], output: String, errors: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, path, &actions, nil, &words, environ)
        guard code == 0 else { throw ClusterKit.Failure(text: "\(path): \(String(cString: strerror(code)))") }
        return pid
    }

    var outputText: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    var errorText: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// The complete lines so far.
    var lines: [Substring] {
        let text = outputText
        let complete = text.hasSuffix("\n") ? text[...] : text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
        return complete.split(separator: "\n")
    }

    /// - Returns: The exit status; 128 + n after signal n.
    @discardableResult
    func waitForExit() -> Int32 {
        status.withLock { known in
            if let known { return known }
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
            let ended = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + (raw & 0x7F)
            known = ended
            return ended
        }
    }

    /// Sends a signal, unless the end of the process has been seen, after which its number may be another's.
    func terminate(_ signal: Int32 = SIGTERM) {
        status.withLock { known in
            if known == nil { kill(pid, signal) }
        }
    }
}

/// Waits for a condition, with an end.
enum Deadline {
    /// - Returns: Whether the condition came true in time.
    @discardableResult
    static func poll(seconds: Double, every: Double = 0.05, _ condition: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while !condition() {
            if Date() > end { return false }
            Thread.sleep(forTimeInterval: every)
        }
        return true
    }
}
