// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// A terminal of its own for a program under test: a pseudo-terminal with a reader that keeps all output.
final class PseudoTerminal: @unchecked Sendable {
    // The descriptors change only in `close()`, which the test calls once from its own thread.
    private(set) var master: Int32
    private let output = Mutex<[UInt8]>([])
    private let isReading = Atomic<Bool>(true)
    private var reader = pthread_t()
    let name: String

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        // The Glibc module has neither posix_openpt nor its companions; on Linux they are TIOCSPTLCK and TIOCGPTN.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (unlock, number): (Int32, UInt32) = (0, 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &unlock) == 0, ioctl(master, 0x8004_5430, &number) == 0
        else { throw TerminalTrouble("no pseudo-terminal: \(errno)") }
        name = "/dev/pts/\(number)"
        resize(columns: columns, rows: rows)
        start()
    }

    deinit { close() }

    private func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &reader, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<PseudoTerminal>.fromOpaque(context).takeRetainedValue().readAll()
                return nil
            }, context)
        pthread_detach(reader)
    }

    /// Keeps reading until the terminal is closed; while nobody has it open for writing, reads fail and are tried again.
    private func readAll() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while isReading.load(ordering: .acquiring) {
            var item = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, 50) > 0 else { continue }
            let count = read(master, &buffer, buffer.count)
            if count > 0 { output.withLock { $0 += buffer[..<count] } } else { usleep(5000) }
        }
    }

    /// Everything written so far, as text.
    var text: String { output.withLock { String(decoding: $0, as: UTF8.self) } }

    func forget() { output.withLock { $0.removeAll() } }

    func type(_ text: String) {
        var bytes = Array(text.utf8)
        _ = write(master, &bytes, bytes.count)
    }

    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// The modes of the terminal, as text that can be compared.
    var modes: String {
        var settings = termios()
        guard tcgetattr(master, &settings) == 0 else { return "none" }
        let flags = [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
        return flags.map { String($0, radix: 16) }.joined(separator: " ")
    }

    var isRaw: Bool {
        var settings = termios()
        return tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ICANON) == 0
    }

    /// What a shell does to the modes when a job of its stops.
    func makeCooked() {
        var settings = termios()
        tcgetattr(master, &settings)
        settings.c_lflag |= tcflag_t(ICANON | ECHO)
        tcsetattr(master, TCSANOW, &settings)
    }

    /// The end of the line: what an ssh connection that breaks looks like from inside.
    func close() {
        guard isReading.exchange(false, ordering: .acquiringAndReleasing) else { return }
        let former = master
        // The reader must not find another file behind the number.
        usleep(80_000)
        Glibc.close(former)
    }
}

struct TerminalTrouble: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

/// A program that runs in a terminal of its own as the leader of its session.
final class TerminalProgram {
    let terminal: PseudoTerminal
    private(set) var pid: pid_t = 0
    private var status: Int32?

    /// Starts a program in a terminal of its own; `input` and `output` are files for stdin and stdout in place of the terminal, `removed` names
    /// variables of this process's environment that the program does not get.
    init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], removing removed: [String] = [],
        input: String? = nil, output: String? = nil, columns: UInt16 = 80, rows: UInt16 = 24
    ) throws {
        terminal = try PseudoTerminal(columns: columns, rows: rows)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes its controlling terminal.
        posix_spawn_file_actions_addopen(&actions, 2, terminal.name, O_RDWR, 0)
        if let input {
            posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 2, 0)
        }
        if let output {
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 2, 1)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let setSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the Glibc module lacks too
        posix_spawnattr_setflags(
            &attributes, Int16(setSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let variables = Self.environment(environment, removing: removed)
        let problem = Self.withCStrings([path] + arguments) { argv in
            Self.withCStrings(variables) { envp in posix_spawn(&pid, path, &actions, &attributes, argv, envp) }
        }
        guard problem == 0 else { throw TerminalTrouble("\(path): \(problem)") }
    }

    deinit {
        guard status == nil, pid > 0 else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Waits for the end, ten seconds at most.
    ///
    /// - Returns: the exit status, minus the number of the signal that killed it; nil if it still runs.
    func waitForEnd() -> Int32? {
        eventually { self.reap() != nil }
        return status
    }

    private func reap() -> Int32? {
        if status != nil { return status }
        var result: Int32 = 0
        guard waitpid(pid, &result, WNOHANG) == pid else { return nil }
        status = result & 0x7F == 0 ? result >> 8 & 0xFF : -(result & 0x7F)
        return status
    }

    /// Whether the kernel has stopped it.
    var isStopped: Bool {
        var result: Int32 = 0
        return waitpid(pid, &result, WNOHANG | WUNTRACED) == pid && result & 0xFF == 0x7F
    }

    private static func environment(_ added: [String: String], removing removed: [String]) -> [String] {
        var result: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            let key = String(line.prefix { $0 != "=" })
            if added[key] == nil, !removed.contains(key) { result.append(line) }
            entry += 1
        }
        return result + added.map { "\($0)=\($1)" }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array with a last element has a base") }
            return body(base)
        }
    }
}

/// Looks every few milliseconds whether a condition holds.
///
/// - Returns: whether it did before the time was over.
@discardableResult
func eventually(within seconds: Double = 10, _ condition: () -> Bool) -> Bool {
    for _ in 0..<Int(seconds * 200) {
        if condition() { return true }
        usleep(5000)
    }
    return condition()
}
