// SPDX-License-Identifier: Apache-2.0
internal import CZlib
internal import Glibc
internal import Model

/// What became of an attempt to read.
enum LogRead {
    /// As many bytes were read; there may be more.
    case bytes(Int)
    /// Nothing new for now.
    case nothing
    /// Nothing more will ever come.
    case ended
    /// The bytes from here on are another file's, or the same one's from its beginning.
    case restarted
    case failed(SourceFailure)
}

/// Where the bytes of a log come from. Never blocks longer than a disk does.
protocol LogInput: AnyObject {
    /// What may be slept on for more; -1 when that says nothing, as for files.
    var descriptor: Int32 { get }

    /// When it was last written, as of the last read; `nil` where nothing says it.
    var lastWritten: Timestamp? { get }

    /// Reads what is there.
    ///
    /// - Parameter room: where it goes.
    /// - Returns: what became of it.
    func read(into room: UnsafeMutableRawBufferPointer) -> LogRead
}

extension LogInput {
    var lastWritten: Timestamp? { nil }
}

extension stat {
    /// When the file was last written.
    fileprivate var written: Timestamp {
        Timestamp(microseconds: Int64(st_mtim.tv_sec) * 1_000_000 + Int64(st_mtim.tv_nsec) / 1000)
    }
}

/// A file that grows: survives that it is renamed and another one takes its name, and that it is cut.
final class FileInput: LogInput {
    let descriptor: Int32 = -1
    private let path: String
    private var file: Int32 = -1
    private var offset: Int64 = 0
    private var identity: (device: UInt64, node: UInt64)?
    private(set) var lastWritten: Timestamp?

    init(path: String) { self.path = path }

    deinit { if file >= 0 { close(file) } }

    func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
        if file < 0 {
            let isFirst = identity == nil
            if let failure = openFile() { return .failed(failure) }
            if !isFirst { return .restarted }
        }
        let count = Glibc.read(file, room.baseAddress, room.count)
        if count > 0 {
            offset += Int64(count)
            noteTime()
            return .bytes(count)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        if count < 0 {
            let failure = Self.failure("read", path)
            close(file)
            file = -1
            return .failed(failure)
        }
        return atEnd()
    }

    private func noteTime() {
        var status = stat()
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG { lastWritten = status.written }
    }

    private func openFile() -> SourceFailure? {
        // Without waiting for the writer of a pipe that has a name.
        file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return Self.failure("open", path) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(file)
            file = -1
            return SourceFailure(.other, "\(SafeText.line(of: path, maximum: 200)) is a directory, not a log")
        }
        identity = (UInt64(status.st_dev), UInt64(status.st_ino))
        offset = 0
        return nil
    }

    /// The end may be that of a file that has been replaced or cut meanwhile.
    private func atEnd() -> LogRead {
        var status = stat()
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) < offset {
            lseek(file, 0, SEEK_SET)
            offset = 0
            return .restarted
        }
        guard stat(path, &status) == 0, let identity else { return .nothing }
        guard identity != (UInt64(status.st_dev), UInt64(status.st_ino)) else { return .nothing }
        close(file)
        file = -1
        return openFile() == nil ? .restarted : .nothing
    }

    static func failure(_ action: String, _ path: String) -> SourceFailure {
        let reason = String(cString: strerror(errno))
        let code: SourceFailure.Code = errno == EACCES ? .auth : .other
        let text = "\(action) \(SafeText.line(of: path, maximum: 200)): \(reason); it is tried again every second"
        return SourceFailure(code, text)
    }
}

/// A file that gzip has packed: read once to its end.
final class GzipInput: LogInput {
    let descriptor: Int32 = -1
    private let path: String
    private var file: gzFile?
    private var hasEnded = false

    init(path: String) { self.path = path }

    deinit { if let file { gzclose(file) } }

    func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
        guard !hasEnded else { return .ended }
        if file == nil { file = gzopen(path, "rbe") }
        guard let file else { return .failed(FileInput.failure("open", path)) }
        let count = gzread(file, room.baseAddress, UInt32(room.count))
        if count > 0 { return .bytes(Int(count)) }
        hasEnded = true
        var code: Int32 = 0
        let detail = gzerror(file, &code).map { String(cString: $0) } ?? ""
        guard code == Z_OK || code == Z_STREAM_END else {
            let text = SafeText.line(of: detail, maximum: 200)
            return .failed(SourceFailure(.format, "read \(SafeText.line(of: path, maximum: 200)): \(text)"))
        }
        return .ended
    }
}

/// Standard input. It is asked whether it has something before it is read: to make it non-blocking would do the same to whatever else
/// has it open.
final class StandardInput: LogInput {
    let descriptor: Int32
    private var hasEnded = false

    /// - Parameter descriptor: 0, in tests a pipe.
    init(descriptor: Int32 = 0) { self.descriptor = descriptor }

    func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
        guard !hasEnded else { return .ended }
        var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&question, 1, 0) > 0 else { return .nothing }
        let count = Glibc.read(descriptor, room.baseAddress, room.count)
        if count > 0 { return .bytes(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        hasEnded = true
        return count == 0 ? .ended : .failed(FileInput.failure("read", "standard input"))
    }
}
