// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
internal import Model

/// A plug-in that runs: its pipes are read without waiting, on the network thread, and it is killed when its time is over.
final class ExecProcess {
    /// What became of it.
    enum Outcome {
        case exited(status: Int32, output: [UInt8], errors: [UInt8])
        case tooLong([UInt8])
        case tooMuch
    }

    /// Maximum number of bytes of its standard error that are kept, the last ones.
    private static let maximumErrors = 4_096

    private let process: pid_t
    private var output: Int32
    private var errors: Int32
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private let deadline: Timestamp

    /// Starts a plug-in.
    ///
    /// - Parameters:
    ///   - plugin: what is run.
    ///   - environment: what it inherits.
    ///   - now: the time.
    /// - Throws: a failure that says why it cannot be run.
    init(_ plugin: ExecPlugin, environment: [String: String], at now: Timestamp) throws(SourceFailure) {
        var (out, err) = ([Int32](repeating: -1, count: 2), [Int32](repeating: -1, count: 2))
        guard meshtop_pipe(&out) == 0 else { throw plugin.failure("no descriptor is left to run it with") }
        guard meshtop_pipe(&err) == 0 else {
            close(out[0])
            close(out[1])
            throw plugin.failure("no descriptor is left to run it with")
        }
        var started = pid_t()
        let code = Self.spawn(plugin, environment, output: out[1], errors: err[1], &started)
        close(out[1])
        close(err[1])
        guard code == 0 else {
            close(out[0])
            close(err[0])
            let hint = plugin.installHint.map { "; \($0)" } ?? ""
            throw plugin.failure(
                code == ENOENT
                    ? "there is no such program in PATH\(hint)" : "it cannot be run (\(FileReader.reason(code)))\(hint)"
            )
        }
        (process, output, errors, deadline) = (started, out[0], err[0], now + ExecPlugin.timeLimit)
    }

    deinit {
        if output >= 0 { close(output) }
        if errors >= 0 { close(errors) }
    }

    private static func spawn(
        _ plugin: ExecPlugin, _ environment: [String: String], output: Int32, errors: Int32, _ started: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it starts ends with it, and signals as a program expects them.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let variables = environment.merging(plugin.variables) { $1 }.sorted { $0.key < $1.key }
        return withPointers(([plugin.command] + plugin.arguments)) { arguments in
            withPointers(variables.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawnp(&started, plugin.command, &actions, &attributes, arguments, environment)
            }
        }
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    /// What may be slept on.
    var descriptors: [Int32] { [output, errors].filter { $0 >= 0 } }

    /// When it is to be looked at again at the latest.
    func nextWake(_ now: Timestamp) -> Timestamp {
        // What it leaves running may hold its pipes, so their end does not always say that it has ended.
        min(deadline, now + .milliseconds(50))
    }

    /// Takes what it has printed.
    ///
    /// - Parameter now: the time.
    /// - Returns: what became of it; `nil` while it runs.
    func poll(at now: Timestamp) -> Outcome? {
        Self.drain(&output, &outputBytes)
        Self.drain(&errors, &errorBytes)
        if errorBytes.count > Self.maximumErrors { errorBytes.removeFirst(errorBytes.count - Self.maximumErrors) }
        guard outputBytes.count <= ExecPlugin.maximumAnswer else {
            end()
            return .tooMuch
        }
        var status: Int32 = 0
        // Its own end counts, not that of what it left running with its pipes.
        if waitpid(process, &status, WNOHANG) == process {
            Self.drain(&output, &outputBytes)
            Self.drain(&errors, &errorBytes)
            kill(-process, SIGKILL)
            return .exited(status: status, output: outputBytes, errors: errorBytes)
        }
        guard deadline <= now else { return nil }
        end()
        return .tooLong(errorBytes)
    }

    /// Kills it and what it has started.
    func end() {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    private static func drain(_ descriptor: inout Int32, _ bytes: inout [UInt8]) {
        var room = [UInt8](repeating: 0, count: 16 << 10)
        while descriptor >= 0 {
            let count = read(descriptor, &room, room.count)
            if count > 0 {
                bytes += room[..<count]
                if bytes.count > ExecPlugin.maximumAnswer { return }
            } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
                return
            } else if count < 0, errno == EINTR {
                continue
            } else {
                close(descriptor)
                descriptor = -1
            }
        }
    }
}
