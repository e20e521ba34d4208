// SPDX-License-Identifier: Apache-2.0
import Glibc
package import Model

/// A journal that is read from a file or from the standard input.
package final class JournalFile {
    /// The descriptor it is read from, to wait for input at.
    package let descriptor: Int32
    /// The file, for messages.
    package let name: String
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

    private init(descriptor: Int32, name: String) { (self.descriptor, self.name) = (descriptor, name) }

    deinit { close(descriptor) }

    /// How many observations were read.
    package var count: Int { parser.count }

    /// What could not be read on the way.
    package var holes: [JournalHole] { parser.holes }

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

// MARK: - Reading twice

extension JournalFile {
    /// From when to when a journal goes.
    package struct Span: Hashable, Sendable {
        /// The time of the first observation, and the latest of all.
        package var from: Timestamp
        package var until: Timestamp
        /// What could not be read.
        package var holes: [JournalHole]
        /// Why it ends before the end of the file.
        package var failure: JournalError?

        /// Every property as given.
        package init(from: Timestamp, until: Timestamp, holes: [JournalHole], failure: JournalError?) {
            (self.from, self.until, self.holes, self.failure) = (from, until, holes, failure)
        }
    }

    /// Opens a journal that is read more than once; one that comes through a pipe is kept in a file without a name.
    ///
    /// - Parameter path: the file; `-` is the standard input.
    /// - Returns: the journal, at its beginning.
    /// - Throws: ``JournalError`` when it cannot be opened or kept.
    package static func rereadable(path: String) throws(JournalError) -> JournalFile {
        let file = try JournalFile(path: path)
        guard lseek(file.descriptor, 0, SEEK_CUR) < 0 else { return file }
        return try file.kept()
    }

    /// Goes back to the beginning.
    package func rewind() {
        lseek(descriptor, 0, SEEK_SET)
        (parser, isAtEnd) = (JournalParser(), false)
    }

    /// Reads the times of everything, and goes back to the beginning.
    ///
    /// - Returns: from when to when it goes.
    /// - Throws: ``JournalError`` when it is no journal, or holds nothing.
    package func span() throws(JournalError) -> Span {
        parser = JournalParser(.times)
        defer { rewind() }
        var times: (from: Timestamp, until: Timestamp)?
        var failure: JournalError?
        do throws(JournalError) {
            while let observation = try next() {
                let known = times ?? (observation.at, observation.at)
                times = (known.from, max(known.until, observation.at))
            }
        } catch {
            guard times != nil else { throw error }
            failure = error
        }
        guard let times else {
            throw JournalError(code: .notAJournal, message: "\(name) holds no observation")
        }
        return Span(from: times.from, until: times.until, holes: holes, failure: failure)
    }

    /// A journal that was read already, in a file without a name.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - name: for messages.
    /// - Returns: the journal, at its beginning.
    /// - Throws: ``JournalError`` when there is no room.
    package static func holding(_ bytes: [UInt8], name: String) throws(JournalError) -> JournalFile {
        let copy = try temporary(name)
        try append(bytes[...], to: copy, name)
        lseek(copy, 0, SEEK_SET)
        return JournalFile(descriptor: copy, name: name)
    }

    private func kept() throws(JournalError) -> JournalFile {
        let copy = try Self.temporary(name)
        // A pipe may stop for good, and whoever waits for it must be able to end that: signals take their ordinary course meanwhile.
        var (deadly, before) = (sigset_t(), sigset_t())
        sigemptyset(&deadly)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&deadly, number) }
        pthread_sigmask(SIG_UNBLOCK, &deadly, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            try Self.append(chunk[..<count], to: copy, name)
        }
        lseek(copy, 0, SEEK_SET)
        return JournalFile(descriptor: copy, name: name)
    }

    private static func temporary(_ name: String) throws(JournalError) -> Int32 {
        var template = Array("\(folder)/meshtop-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw cannotKeep(name) }
        unlink(template)
        return descriptor
    }

    /// Writes everything; closes the file if it cannot.
    private static func append(_ bytes: ArraySlice<UInt8>, to copy: Int32, _ name: String) throws(JournalError) {
        var rest = bytes
        while !rest.isEmpty {
            let step = rest.withUnsafeBytes { Glibc.write(copy, $0.baseAddress, $0.count) }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else {
                let error = cannotKeep(name)
                close(copy)
                throw error
            }
            rest = rest.dropFirst(step)
        }
    }

    private static func cannotKeep(_ name: String) -> JournalError {
        JournalError(code: .unreadable, message: "\(name) cannot be kept in \(folder) (\(FileReader.reason(errno)))")
    }

    private static var folder: String {
        getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }
}

extension JournalFile {
    /// Whether a path names something that could be a journal.
    ///
    /// - Parameter path: as typed.
    /// - Returns: true for anything that can be opened and is no folder.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
}
