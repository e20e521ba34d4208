// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is wrong with a kubeconfig, in a sentence that names the file and what to do.
struct KubeConfigError: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}

/// The kubeconfig files that apply, merged as kubectl merges them (kubernetes.md §3.1): the first file that defines a name wins.
struct KubeConfig {
    /// An entry with the folder that its relative paths start at.
    struct Entry {
        let content: ObjectValue
        let folder: String
        let file: String
    }

    /// Maximum number of bytes of a file.
    static let maximumSize = 4 << 20
    /// Maximum number of values in a file: some 10,000 contexts.
    static let maximumNodes = 200_000

    private(set) var clusters: [String: Entry] = [:]
    private(set) var users: [String: Entry] = [:]
    private(set) var contexts: [String: Entry] = [:]
    private(set) var currentContext: String?
    /// The files that were read.
    private(set) var files: [String] = []
    /// What is wrong with files beside those that were read.
    private(set) var problems: [String] = []

    /// Whether no file says anything.
    var isEmpty: Bool { contexts.isEmpty && clusters.isEmpty && users.isEmpty && currentContext == nil }

    /// - Parameters:
    ///   - explicit: the file that the user names, which must be there.
    ///   - environment: `KUBECONFIG` and `HOME`.
    ///   - read: reads a file.
    /// - Throws: what is wrong with the file that the user names, or with all files.
    init(
        explicit: String?, environment: [String: String], read: FileReader.Function
    ) throws(KubeConfigError) {
        let paths = Self.paths(explicit, environment)
        for path in paths {
            do throws(KubeConfigError) {
                guard let bytes = try Self.contents(path, read) else {
                    guard explicit == nil else { throw KubeConfigError("--kubeconfig \(path): there is no such file") }
                    continue
                }
                try add(bytes, path)
            } catch {
                guard explicit == nil, paths.count > 1 else { throw error }
                problems.append(error.message)
            }
        }
        if files.isEmpty, let problem = problems.first { throw KubeConfigError(problem) }
    }

    /// Where kubeconfigs are looked for.
    static func paths(_ explicit: String?, _ environment: [String: String]) -> [String] {
        if let explicit { return [explicit] }
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            var seen: Set<String> = []
            return list.split(separator: ":").map(String.init).filter { seen.insert($0).inserted }
        }
        return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
    }

    private static func contents(_ path: String, _ read: FileReader.Function) throws(KubeConfigError) -> [UInt8]? {
        do throws(FileError) { return try read(path) } catch {
            throw KubeConfigError("kubeconfig \(PEMFiles.shown(path)): the file \(error.message)")
        }
    }

    private mutating func add(_ bytes: [UInt8], _ path: String) throws(KubeConfigError) {
        let root = try Self.document(bytes, path)
        files.append(path)
        guard !root.isNull else { return }
        guard case .map = root else {
            throw KubeConfigError(
                "kubeconfig \(PEMFiles.shown(path)): it is no mapping with clusters, users and contexts")
        }
        if let kind = root["kind"].text, kind != "Config" {
            throw KubeConfigError(
                "kubeconfig \(PEMFiles.shown(path)): it is of kind \(SafeText.line(of: kind, maximum: 40)), not Config")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        func merge(_ list: String, _ inner: String, _ into: inout [String: Entry]) throws(KubeConfigError) {
            // Within one file the last entry of a name counts.
            for (name, content) in try Self.named(root[list], list, inner, path)
            where !(into[name]?.file != path && into[name] != nil) {
                into[name] = Entry(content: content, folder: folder.isEmpty ? "/" : folder, file: path)
            }
        }
        try merge("clusters", "cluster", &clusters)
        try merge("users", "user", &users)
        try merge("contexts", "context", &contexts)
        if currentContext == nil { currentContext = root["current-context"].scalar }
    }

    private static func document(_ bytes: [UInt8], _ path: String) throws(KubeConfigError) -> ObjectValue {
        let shown = PEMFiles.shown(path)
        guard bytes.count <= maximumSize else {
            throw KubeConfigError("kubeconfig \(shown): it is larger than \(maximumSize >> 20) MiB")
        }
        do throws(YAMLError) {
            let root = try YAMLReader.read(bytes, maximumSize: maximumSize, maximumNodes: maximumNodes)
            return root.map { ObjectValue($0) } ?? .null
        } catch {
            throw KubeConfigError("kubeconfig \(shown):\(error.line):\(error.column): \(error.message)")
        }
    }

    private static func named(
        _ list: ObjectValue, _ field: String, _ inner: String, _ path: String
    ) throws(KubeConfigError) -> [(name: String, content: ObjectValue)] {
        switch list {
        case .null: return []
        case .list: break
        default: throw KubeConfigError("kubeconfig \(PEMFiles.shown(path)): \(field) is no list")
        }
        var entries: [(String, ObjectValue)] = []
        for (place, item) in list.items.enumerated() {
            guard let name = item["name"].scalar else {
                throw KubeConfigError("kubeconfig \(PEMFiles.shown(path)): \(field)[\(place)] has no name")
            }
            entries.append((name, item[inner]))
        }
        return entries
    }
}
