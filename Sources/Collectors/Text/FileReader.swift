// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads small files whole.
package enum FileReader {
    /// Reads the whole file at a path: `nil` when there is none. Passed in where tests need neither files nor a file system.
    package typealias Function = @Sendable (_ path: String) throws(FileError) -> [UInt8]?

    /// Maximum number of bytes of a file, unless a caller says otherwise.
    package static let maximumSize = 1 << 20

    /// Reads a file of at most ``maximumSize`` bytes.
    ///
    /// - Parameter path: where it is.
    /// - Returns: its bytes, nil when there is no such file.
    /// - Throws: ``FileError`` when it exists but cannot be read or is too large.
    package static func read(_ path: String) throws(FileError) -> [UInt8]? {
        try read(path, maximum: maximumSize)
    }

    /// Reads a file up to a maximum size.
    ///
    /// - Parameters:
    ///   - path: where it is; `-` is the standard input.
    ///   - maximum: Maximum number of bytes.
    /// - Returns: its bytes, nil when there is no such file.
    /// - Throws: ``FileError`` when it exists but cannot be read or is too large.
    package static func read(_ path: String, maximum: Int) throws(FileError) -> [UInt8]? {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            // A folder that is not there, or is a file, has no configuration either.
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError("cannot be opened (\(reason(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw FileError("cannot be read (\(reason(errno)))")
            }
            bytes += buffer[..<count]
            guard bytes.count <= maximum else { throw FileError("is larger than \(maximum / 1024) KiB") }
        }
    }

    /// Reads the first bytes of a file.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - count: how many at most.
    /// - Returns: fewer if the file has fewer.
    /// - Throws: ``FileError`` when it cannot be read.
    package static func head(_ path: String, count: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("cannot be opened (\(reason(errno)))") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = Glibc.read(descriptor, &bytes, count)
        guard length >= 0 else { throw FileError("cannot be read (\(reason(errno)))") }
        return Array(bytes[..<length])
    }

    /// What the system says of an error number.
    ///
    /// - Parameter code: the error number.
    /// - Returns: such as `Permission denied`.
    package static func reason(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

/// Why a file that exists cannot be read.
package struct FileError: Error, Hashable, Sendable {
    /// What is wrong, as the system words it; a clause without a full stop and without the file's name.
    package let message: String

    /// - Parameter message: what is wrong, a clause without a full stop.
    package init(_ message: String) { self.message = message }
}
