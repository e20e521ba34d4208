// SPDX-License-Identifier: Apache-2.0
import Glibc
package import Model

/// A journal that is read from a file or from the standard input.
package final class JournalFile {
    /// The descriptor it is read from, to wait for input at.
    package let descriptor: Int32
    private let name: String
    private var parser = JournalParser()
    private var isAtEnd = false
    private var chunk = [UInt8](repeating: 0, count: 64 * 1024)

    /// Opens a journal.
    ///
    /// - Parameter path: the file; `-` is the standard input.
    /// - Throws: ``JournalError`` when it cannot be opened.
    package init(path: String) throws(JournalError) {
        name = path == "-" ? "the standard input" : SafeText.replacing(path, maximum: 200)
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = FileReader.reason(errno)
            throw JournalError(code: .unreadable, message: "\(name) cannot be opened (\(reason))")
        }
    }

    deinit { close(descriptor) }

    /// How many observations were read.
    package var count: Int { parser.count }

    /// Reads the next observation; waits for input when the file is a pipe.
    ///
    /// - Returns: nil at the end of a complete journal.
    /// - Throws: ``JournalError``, its message beginning with the file's name.
    package func next() throws(JournalError) -> Observation? {
        do throws(JournalError) {
            while true {
                if let observation = try parser.next() { return observation }
                guard !isAtEnd else {
                    try parser.finish()
                    return nil
                }
                try fill()
            }
        } catch {
            throw JournalError(code: error.code, message: "\(name) \(error.message)")
        }
    }

    /// Reads to the end.
    ///
    /// - Returns: the offset behind the last complete record; what is cut off behind it does not count.
    /// - Throws: ``JournalError`` when it is no journal, or damaged.
    package func endOfLastRecord() throws(JournalError) -> Int {
        do throws(JournalError) {
            while try next() != nil {}
        } catch {
            guard error.code == .truncated else { throw error }
        }
        return parser.offset
    }

    private func fill() throws(JournalError) {
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 {
            parser.feed(chunk[..<count])
        } else if count == 0 {
            isAtEnd = true
        } else if errno != EINTR {
            throw JournalError(code: .unreadable, message: "cannot be read (\(FileReader.reason(errno)))")
        }
    }
}
