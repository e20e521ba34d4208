// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A collection that is watched: a resource in a namespace, or in all of them.
struct WatchedCollection: Hashable, Sendable, Comparable {
    let resource: KubernetesResource
    /// The namespace; `nil`: all of them, or a resource that lies in none.
    let namespace: String?
    /// The version of the API that is asked.
    var version = "v1"

    /// The path below the server's own, without a query (kubernetes.md §1).
    var path: String {
        let group = resource.group.isEmpty ? "/api/v1" : "/apis/\(resource.group)/\(version)"
        let place = namespace.map { "/namespaces/\(URLText.encoded($0))" } ?? ""
        return "\(group)\(place)/\(resource.plural)"
    }

    /// By resource, then namespace.
    static func < (left: WatchedCollection, right: WatchedCollection) -> Bool {
        left.resource == right.resource
            ? (left.namespace ?? "") < (right.namespace ?? "") : left.resource < right.resource
    }
}

/// Lists a collection and then watches it, for as long as it runs: chunks, resumed watches, bookmarks, a version that is too old in both of its forms,
/// servers that want to be left alone, rights that are missing. Pure: it gets what became of its requests, and says what is to be done.
struct WatchMachine {
    /// Number of objects in the first chunk; later ones follow from their size.
    static let firstChunk = 100
    /// About how many bytes a chunk is to have.
    static let chunkBytes = 4 << 20
    /// How long a watch is asked to last, so that a path that has died is found.
    static let watchTime = 290
    /// How long nothing may come of a watch: it ends by itself before.
    static let silence = Duration.seconds(Int64(watchTime) + 30)
    /// A watch that ends sooner is not reopened at once.
    static let shortWatch = Duration.seconds(1)
    /// How long nothing is asked after a right was missing.
    static let deniedPause = Duration.seconds(60)
    /// How long nothing is asked of a resource that the server does not have.
    static let absentPause = Duration.seconds(600)
    /// Maximum number of objects that are kept of a collection.
    static let maximumObjects = 20_000

    /// What is to be done.
    enum Action: Equatable {
        /// Ask for a whole answer.
        case list(String)
        /// Open a stream of lines.
        case watch(String)
        /// Break off what runs.
        case cancel
        case report(KubernetesReport.Change)
        case fail(SourceFailure, retryAt: Timestamp)
        /// The server does not know who we are: credentials are to be read again.
        case refuse
    }

    /// Where it stands.
    enum State: Equatable {
        /// Nothing was asked yet. → `listing`
        case idle
        /// A chunk was asked for. → `listing` (the next), `watching`, `waiting`
        case listing(Chunk)
        /// A watch is open, or is being opened, from a version on. → `waiting`, `listing` (the version is too old), `watching` (it ended)
        case watching(version: String, heardAt: Timestamp)
        /// Nothing is asked until then. → `listing`, or `watching` where there is a version to go on from
        case waiting(until: Timestamp, version: String?)
    }

    /// A list that comes in pieces.
    struct Chunk: Equatable {
        var token: String?
        var limit = WatchMachine.firstChunk
        /// Names of what has come.
        var names: Set<ObjectName> = []
        var isFirst: Bool { token == nil }
    }

    let collection: WatchedCollection
    private let selector: String?
    private(set) var state = State.idle
    /// The names of what is there, as last reported; `nil` until there was a list.
    private var known: Set<ObjectName>?
    private var failures = 0
    /// When the watch was opened last.
    private var openedAt = Timestamp(microseconds: 0)
    private var lines: WatchLines
    private(set) var hasSettled = false

    /// - Parameters:
    ///   - collection: what is watched.
    ///   - selector: which objects of it.
    ///   - reader: reads objects.
    init(_ collection: WatchedCollection, selector: String?, reader: ObjectReader) {
        self.collection = collection
        self.selector = selector
        lines = WatchLines(reader: reader, resource: collection.resource)
    }

    // MARK: - Questions

    /// When `advance` is to be called at the latest.
    var nextWake: Timestamp? {
        switch state {
        case .idle, .listing: nil
        case .watching(_, let heardAt): heardAt + Self.silence
        case .waiting(let until, _): until
        }
    }

    /// The type that is asked for. Of ReplicaSets the metadata is enough.
    var accept: String {
        guard collection.resource == .replicaSets else { return "application/json" }
        let partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
        if case .watching = state { return partial.replacing("MetadataList", with: "Metadata") + ",application/json" }
        return partial + ",application/json"
    }

    // MARK: - Inputs

    /// Begins, or tries again now.
    mutating func start(at now: Timestamp) -> [Action] {
        switch state {
        case .idle: list(Chunk())
        case .waiting(_, let version): resume(version, at: now)
        case .listing, .watching: []
        }
    }

    mutating func advance(to now: Timestamp) -> [Action] {
        guard let wake = nextWake, wake <= now else { return [] }
        switch state {
        case .waiting(_, let version): return resume(version, at: now)
        case .watching(let version, _):
            let failure = SourceFailure(.timeout, "\(shown): the watch has been silent for too long")
            return [.cancel] + backOff(failure, version: version, at: now)
        case .idle, .listing: return []
        }
    }

    /// An answer has come: of a list, or of a watch that was not opened.
    mutating func answered(_ response: HTTPResponse, at now: Timestamp) -> [Action] {
        guard response.status == 200 else { return refused(response, at: now) }
        switch state {
        case .listing(let chunk): return receive(response, chunk, at: now)
        case .watching(let version, _):
            // A stream that ended before its first byte.
            return resume(version, at: now)
        case .idle, .waiting: return []
        }
    }

    /// The watch is open.
    mutating func opened(at now: Timestamp) -> [Action] {
        guard case .watching(let version, _) = state else { return [] }
        state = .watching(version: version, heardAt: now)
        return []
    }

    /// A piece of the watch has come.
    mutating func receive(_ bytes: [UInt8], at now: Timestamp) -> [Action] {
        guard case .watching(var version, _) = state else { return [] }
        var actions: [Action] = []
        do throws(SourceFailure) {
            for event in try lines.receive(bytes) {
                switch event {
                case .changed(let object, let newer):
                    version = newer ?? version
                    actions += change(object)
                case .removed(let name, let newer):
                    version = newer ?? version
                    if known?.remove(name) != nil { actions.append(.report(.removed([name]))) }
                case .bookmark(let newer):
                    version = newer ?? version
                    actions.append(.report(.unchanged))
                case .failed(let status):
                    state = .watching(version: version, heardAt: now)
                    return actions + [.cancel] + end(status, version: version, at: now)
                }
            }
        } catch {
            state = .watching(version: version, heardAt: now)
            let failure = SourceFailure(error.code, "\(shown): \(error.message)")
            return actions + [.cancel] + backOff(failure, version: nil, at: now)
        }
        failures = 0
        state = .watching(version: version, heardAt: now)
        return actions
    }

    /// A request got no answer, or the watch has ended.
    mutating func failed(_ failure: SourceFailure, at now: Timestamp) -> [Action] {
        switch state {
        case .watching(let version, _) where failure.code == .closed && now - openedAt >= Self.shortWatch:
            // The ordinary end of a watch.
            return reopen(version, at: now)
        case .watching(let version, _): return backOff(failure, version: version, at: now)
        case .listing: return backOff(failure, version: nil, at: now)
        case .idle, .waiting: return []
        }
    }

    // MARK: - Lists

    private mutating func list(_ chunk: Chunk) -> [Action] {
        state = .listing(chunk)
        var path = "\(collection.path)?limit=\(chunk.limit)"
        if let selector { path += "&labelSelector=\(URLText.encoded(selector))" }
        if let fields = collection.resource.fieldSelector { path += "&fieldSelector=\(URLText.encoded(fields))" }
        if let token = chunk.token { path += "&continue=\(URLText.encoded(token))" }
        return [.list(path)]
    }

    private mutating func receive(_ response: HTTPResponse, _ chunk: Chunk, at now: Timestamp) -> [Action] {
        let page: ObjectPage
        do throws(JSONError) {
            page = try lines.reader.page(response.body, collection.resource)
        } catch {
            return backOff(SourceFailure(.format, "\(shown): \(error.message)"), version: nil, at: now)
        }
        var chunk = chunk
        chunk.names.formUnion(page.objects.compactMap(\.objectName))
        var actions: [Action] = []
        // The first page of the first list is the whole for a moment; what follows is added to it.
        if known == nil, chunk.isFirst {
            actions.append(.report(.listed(page.objects)))
        } else if !page.objects.isEmpty {
            actions.append(.report(.changed(page.objects)))
        }
        if let token = page.next, chunk.names.count < Self.maximumObjects {
            chunk.limit = Self.limit(bytes: response.body.count, objects: page.objects.count)
            chunk.token = token
            return actions + list(chunk)
        }
        let gone = (known ?? []).subtracting(chunk.names).sorted()
        if !gone.isEmpty { actions.append(.report(.removed(gone))) }
        known = chunk.names
        hasSettled = true
        failures = 0
        return actions + reopen(page.version, at: now)
    }

    /// How many objects make a chunk of about the wanted size.
    static func limit(bytes: Int, objects: Int) -> Int {
        guard objects > 0 else { return firstChunk }
        return min(max(50, chunkBytes / max(1, bytes / objects)), 1_000)
    }

    private mutating func change(_ object: ObjectValue) -> [Action] {
        guard let name = object.objectName else { return [] }
        guard known?.contains(name) == true || (known?.count ?? 0) < Self.maximumObjects else { return [] }
        known?.insert(name)
        return [.report(.changed([object]))]
    }

    // MARK: - Watches

    private mutating func reopen(_ version: String, at now: Timestamp) -> [Action] {
        state = .watching(version: version, heardAt: now)
        openedAt = now
        lines.restart()
        var path = "\(collection.path)?watch=1&allowWatchBookmarks=true&timeoutSeconds=\(Self.watchTime)"
        path += "&resourceVersion=\(URLText.encoded(version))"
        if let selector { path += "&labelSelector=\(URLText.encoded(selector))" }
        if let fields = collection.resource.fieldSelector { path += "&fieldSelector=\(URLText.encoded(fields))" }
        return [.watch(path)]
    }

    private mutating func resume(_ version: String?, at now: Timestamp) -> [Action] {
        version.map { reopen($0, at: now) } ?? list(Chunk())
    }

    /// The server ends a watch with a status (kubernetes.md §2.2).
    private mutating func end(_ status: APIStatus, version: String, at now: Timestamp) -> [Action] {
        if status.code == 410 { return list(Chunk()) }
        let failure = SourceFailure(.http, "\(shown): the watch ended with \(status.text)")
        return backOff(failure, version: version, wanted: status.retryAfter, at: now)
    }

    // MARK: - Failures

    private mutating func refused(_ response: HTTPResponse, at now: Timestamp) -> [Action] {
        let status = APIStatus(response)
        let version: String? = if case .watching(let version, _) = state { version } else { nil }
        switch response.status {
        case 410: return list(Chunk())
        case 401:
            let text = "\(shown): HTTP 401: the server does not know us; the credentials are read again"
            return [.refuse] + backOff(SourceFailure(.auth, text), version: version, at: now)
        case 403: return deny(status, at: now)
        case 404 where collection.resource.isOptional: return wait(until: now + Self.absentPause)
        case 422 where version != nil: return backOff(failure(status), version: nil, at: now)
        default: return backOff(failure(status), version: version, wanted: status.retryAfter, at: now)
        }
    }

    private func failure(_ status: APIStatus) -> SourceFailure {
        SourceFailure(.http, "\(shown): \(status.text)")
    }

    /// A right is missing. That is a state, not an accident: it is asked for again in a minute.
    private mutating func deny(_ status: APIStatus, at now: Timestamp) -> [Action] {
        let right = MissingRight(status.message) ?? MissingRight(collection)
        // The rule comes first: it is what is to be done.
        let text = "\(right.advice). Without it these stay unknown: \(collection.resource.purpose) (\(shown))"
        return [.fail(SourceFailure(.auth, text), retryAt: now + Self.deniedPause)]
            + wait(until: now + Self.deniedPause)
    }

    private mutating func wait(until: Timestamp) -> [Action] {
        hasSettled = true
        state = .waiting(until: until, version: nil)
        return []
    }

    /// Client-go's rule: 0.8 s, doubled up to 30 s; what the server asks for counts more.
    private mutating func backOff(
        _ failure: SourceFailure, version: String?, wanted: Duration? = nil, at now: Timestamp
    ) -> [Action] {
        hasSettled = true
        let delay = min(Duration.milliseconds(800) * (1 << min(failures, 6)), .seconds(30))
        failures += 1
        let until = now + max(delay, wanted ?? .zero)
        state = .waiting(until: until, version: version)
        return [.fail(failure, retryAt: until)]
    }

    private var shown: String { "GET \(collection.path)" }
}
