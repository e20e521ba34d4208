// SPDX-License-Identifier: Apache-2.0
import CTerminal
import Glibc

/// Keeps what libraries and the Swift runtime write to stderr out of the screen, and gives it back afterwards. A crash shows its end.
/// A stderr that is no terminal is left alone.
struct MessageCapture {
    /// The file in memory that stands in for stderr.
    let descriptor: Int32
    private let former: Int32

    init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        descriptor = meshtop_terminal_message_file()
        former = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard descriptor >= 0, former >= 0, dup2(descriptor, STDERR_FILENO) >= 0 else { return nil }
    }

    /// Puts stderr back and writes there what was kept, at most 16 KB of it.
    func end() {
        dup2(former, STDERR_FILENO)
        var buffer = [CChar](repeating: 0, count: 16_384)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        if count > 0 { meshtop_terminal_write(STDERR_FILENO, buffer, count) }
        Glibc.close(former)
        Glibc.close(descriptor)
    }
}
