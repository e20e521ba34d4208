// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The files that a path of a dump stands for: the file itself, or those of a folder and the folders in it.
struct DumpFiles: Sendable {
    /// Maximum number of files of one path.
    static let maximumFiles = 20_000
    /// Maximum number of bytes of all files of one path.
    static let maximumBytes = 512 << 20
    /// Maximum depth of folders.
    static let maximumDepth = 24
    /// The ends of names that are read in folders.
    private static let suffixes = [".yaml", ".yml", ".json"]

    /// What lies in a folder.
    struct Entry: Hashable, Sendable {
        let name: String
        let isFolder: Bool
    }

    /// Lists a folder; `nil` for a path that is none.
    typealias List = @Sendable (_ path: String) throws(FileError) -> [Entry]?

    let list: List
    let read: FileReader.Function

    /// Those of the file system.
    static let system = DumpFiles(list: { path throws(FileError) in try entries(path) }) { path throws(FileError) in
        try FileReader.read(path, maximum: DumpReader.maximumFile)
    }

    init(list: @escaping List, read: @escaping FileReader.Function) {
        self.list = list
        self.read = read
    }

    /// The paths of the files, sorted.
    ///
    /// - Throws: when the path leads nowhere, or to too much.
    func paths(of path: String) throws(FileError) -> [String] {
        guard try list(path) != nil else { return [path] }
        var (found, folders) = ([String](), [(path, 0)])
        while let (folder, depth) = folders.popLast() {
            guard depth < Self.maximumDepth else {
                throw FileError("has more than \(Self.maximumDepth) levels of folders")
            }
            for entry in try list(folder) ?? [] where !entry.name.hasPrefix(".") {
                let inner = folder.hasSuffix("/") ? folder + entry.name : "\(folder)/\(entry.name)"
                if entry.isFolder {
                    folders.append((inner, depth + 1))
                } else if Self.suffixes.contains(where: { entry.name.lowercased().hasSuffix($0) }) {
                    found.append(inner)
                }
            }
            guard found.count <= Self.maximumFiles else { throw FileError("has more than \(Self.maximumFiles) files") }
        }
        return found.sorted()
    }

    /// Folders behind links are left out, for they may lead back.
    private static func entries(_ path: String) throws(FileError) -> [Entry]? {
        guard let folder = opendir(path) else {
            if errno == ENOTDIR || path == "-" { return nil }
            throw FileError("cannot be opened (\(FileReader.reason(errno)))")
        }
        defer { closedir(folder) }
        var found: [Entry] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if status.st_mode & S_IFMT == S_IFLNK {
                guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            }
            found.append(Entry(name: name, isFolder: isFolder))
        }
        return found
    }
}
