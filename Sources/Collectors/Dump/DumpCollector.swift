// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads files that stand for the API server of a cluster. They are read when it begins and when the user asks.
///
/// What is read takes the same way as the answers of a server: kept fields, reports, the journal.
struct DumpCollector: Collector {
    /// Maximum number of objects in one report.
    static let maximumReport = 500

    private let paths: [String]
    private let reader: DumpReader
    private var outbox = Outbox()
    private var hasRead = false
    /// The kinds of objects that were found.
    private var known: [String: Set<KubernetesResource>] = [:]

    /// - Parameters:
    ///   - paths: files and folders.
    ///   - namespace: where objects lie that name none.
    ///   - files: the file system.
    init(_ paths: [String], namespace: String, files: DumpFiles = .system) {
        self.paths = paths
        reader = DumpReader(files, namespace: namespace)
    }

    var nextWake: Timestamp? { nil }

    func isSettled(at now: Timestamp) -> Bool { hasRead }

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        for path in paths {
            outbox.emit(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.id(path))
        }
        readAll()
        return outbox.drain()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] { [] }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] { [] }

    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        readAll()
        return outbox.drain()
    }

    static func id(_ path: String) -> SourceID { SourceID(.kubernetes, path) }

    private mutating func readAll() {
        hasRead = true
        for path in paths { report(reader.read(path), of: path) }
    }

    private mutating func report(_ contents: DumpContents, of path: String) {
        let id = Self.id(path)
        for resource in KubernetesResource.allCases {
            let named = contents.objects[resource] ?? [:]
            let objects = named.keys.sorted().compactMap { named[$0] }
            guard !objects.isEmpty || known[path]?.contains(resource) ?? false else { continue }
            known[path, default: []].insert(resource)
            let first = Array(objects.prefix(Self.maximumReport))
            outbox.emit(.kubernetes(KubernetesReport(resource, .listed(first))), from: id)
            for start in stride(from: Self.maximumReport, to: objects.count, by: Self.maximumReport) {
                let part = Array(objects[start..<min(start + Self.maximumReport, objects.count)])
                outbox.emit(.kubernetes(KubernetesReport(resource, .changed(part))), from: id)
            }
        }
        if let failure = Self.failure(contents, path) {
            outbox.emit(.failed(failure, retryAt: outbox.now), from: id)
        }
    }

    private static func failure(_ contents: DumpContents, _ path: String) -> SourceFailure? {
        if let first = contents.failures.first {
            let more = contents.failures.count - 1
            return SourceFailure(.format, more > 0 ? "\(first); and \(more) more" : first)
        }
        guard contents.count == 0 else { return nil }
        let text =
            contents.files == 0
            ? "no file that ends in .yaml, .yml or .json"
            : "no object that is read in \(contents.files) file\(contents.files == 1 ? "" : "s")"
        return SourceFailure(.format, "\(path): \(text); what kubectl get -o yaml prints is expected")
    }
}

extension CollectorFactory {
    /// Reads files that stand for an API server.
    ///
    /// - Parameters:
    ///   - paths: files and folders.
    ///   - namespace: where objects lie that name none.
    /// - Returns: the factory.
    package static func dump(_ paths: [String], namespace: String) -> CollectorFactory {
        CollectorFactory { _ in DumpCollector(paths, namespace: namespace) }
    }
}
