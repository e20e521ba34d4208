// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Watches pods, workloads, events, nodes and leases of a Kubernetes cluster, and finds members in pods for the other collectors.
///
/// Only GET. Each collection is a ``WatchMachine``; who we are is kept by ``KubernetesCredentials``.
struct KubernetesCollector: Collector {
    /// Maximum number of lists that run at once.
    static let maximumLists = 6
    /// How long until a kubeconfig that is wrong is read again.
    static let identityPause = Duration.seconds(15)
    /// Where the settings of a mesh are, and its policies for all namespaces.
    static let meshNamespace = "istio-system"
    /// How many times as long as other answers a list may take.
    static let listTimeouts = 5

    /// What is asked.
    enum Errand: Hashable, Sendable {
        /// Which groups there are.
        case groups
        case collection(WatchedCollection)
    }

    /// How far it has come.
    private enum Phase {
        /// It is not known whom to ask. → `asking`
        case lost(until: Timestamp)
        /// Credentials are being made, or it is asked which groups there are. → `running`
        case asking(until: Timestamp?)
        /// Collections are watched. It stays so.
        case running
    }

    private let options: KubernetesOptions
    private let context: CollectorContext
    private let read: FileReader.Function
    private let reader = ObjectReader()
    private var phase = Phase.lost(until: Timestamp(microseconds: 0))
    private var identity: KubernetesIdentity?
    private var credentials: KubernetesCredentials?
    private var machines: [WatchedCollection: WatchMachine] = [:]
    private var finder: PodFinder?
    private var ledger: RequestLedger<Errand>
    private var groupFailures = Backoff()
    /// The source that stands for the server while nothing can be asked.
    private var troubled: SourceID?
    private var hasFailed = false
    private var outbox = Outbox()

    /// - Parameters:
    ///   - options: what is looked for.
    ///   - context: what every collector is given.
    ///   - read: reads files.
    init(_ options: KubernetesOptions, _ context: CollectorContext, read: @escaping FileReader.Function) {
        self.options = options
        self.context = context
        self.read = read
        ledger = RequestLedger(context.requests, maximum: Self.maximumLists)
    }

    // MARK: - Questions

    var nextWake: Timestamp? {
        let start: Timestamp? =
            switch phase {
            case .lost(let until): until
            case .asking(let until): until
            case .running: nil
            }
        return ([start, credentials?.nextWake(outbox.now)] + machines.values.map(\.nextWake)).compactMap { $0 }.min()
    }

    var descriptors: [Int32] { credentials?.descriptors ?? [] }

    var connectionsWanted: Int { 4 }

    func isSettled(at now: Timestamp) -> Bool {
        guard case .running = phase else { return hasFailed }
        return hasFailed || machines.values.allSatisfy(\.hasSettled)
    }

    // MARK: - Inputs

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        identify()
        return finish()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        outbox.now = now
        if case .lost(let until) = phase, until <= now { identify() }
        renew()
        if case .asking(let until?) = phase, until <= now { askGroups() }
        for collection in machines.keys.sorted() {
            perform(machines[collection]?.advance(to: now) ?? [], of: collection)
        }
        return finish()
    }

    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        for collection in machines.keys.sorted() {
            perform(machines[collection]?.start(at: now) ?? [], of: collection)
        }
        return finish()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        guard let errand = ledger.errand(of: event.id) else { return [] }
        switch event {
        case .answered(let id, _), .failed(let id, _): ledger.end(id)
        case .opened, .chunk: break
        }
        switch errand {
        case .groups: handleGroups(event)
        case .collection(let collection): perform(take(event, collection), of: collection)
        }
        return finish()
    }

    private mutating func take(_ event: HTTPEvent, _ collection: WatchedCollection) -> [WatchMachine.Action] {
        let now = outbox.now
        let actions: [WatchMachine.Action]? =
            switch event {
            case .answered(_, let response): machines[collection]?.answered(response, at: now)
            case .opened: machines[collection]?.opened(at: now)
            case .chunk(_, let bytes): machines[collection]?.receive(bytes, at: now)
            case .failed(_, let failure): machines[collection]?.failed(failure, at: now)
            }
        return actions ?? []
    }

    // MARK: - Identity

    private mutating func identify() {
        do throws(KubeConfigError) {
            let found = try KubernetesIdentity.find(options, read: read)
            identity = found
            finder = PodFinder(options, server: found.endpoint)
            credentials = KubernetesCredentials(
                found, environment: options.environment, read: read, at: outbox.now)
            phase = .asking(until: nil)
            renew()
        } catch {
            let retry = outbox.now + Self.identityPause
            phase = .lost(until: retry)
            report(SourceFailure(.other, error.message), "kubeconfig", retryAt: retry)
        }
    }

    /// Does what is due to credentials.
    private mutating func renew() {
        guard let access = credentials?.advance(to: outbox.now) else { return }
        outbox.append(.authorize(.kubernetes, access))
        switch access {
        case .success:
            settleTrouble()
            if case .asking = phase { askGroups() }
            for collection in machines.keys.sorted() {
                perform(machines[collection]?.start(at: outbox.now) ?? [], of: collection)
            }
        case .failure(let failure):
            report(failure, identity?.endpoint.url ?? "", retryAt: credentials?.nextWake(outbox.now) ?? outbox.now)
        }
    }

    /// Shows why nothing can be asked, as a source of its own.
    private mutating func report(_ failure: SourceFailure, _ target: String, retryAt: Timestamp) {
        let id = SourceID(.kubernetes, target)
        if troubled != id {
            settleTrouble()
            troubled = id
            outbox.emit(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: id)
        }
        hasFailed = true
        outbox.emit(.failed(failure, retryAt: retryAt), from: id)
    }

    private mutating func settleTrouble() {
        hasFailed = false
        guard let id = troubled else { return }
        troubled = nil
        outbox.emit(.sourceRemoved, from: id)
    }

    // MARK: - Groups

    /// Asks which groups there are: a group that is not there would be refused to those without all rights, as one that they may not see.
    private mutating func askGroups() {
        guard credentials?.isGood == true else { return }
        phase = .asking(until: nil)
        ledger.add(.groups)
    }

    private mutating func handleGroups(_ event: HTTPEvent) {
        switch event {
        case .answered(_, let response) where response.status == 200:
            settleTrouble()
            begin(groups: groups(response.body))
        case .answered(_, let response):
            let status = APIStatus(response)
            if response.status == 401 { credentials?.refuse(at: outbox.now) }
            // Those who may not ask which groups there are may still be allowed to list pods.
            if response.status == 403 { return begin(groups: [:]) }
            let code: SourceFailure.Code = response.status == 401 ? .auth : .http
            retryGroups(SourceFailure(code, "GET \(identity?.endpoint.url ?? "")/apis: \(status.text)"))
        case .failed(_, let failure): retryGroups(failure)
        case .opened, .chunk: break
        }
    }

    private mutating func retryGroups(_ failure: SourceFailure) {
        groupFailures.fail(at: outbox.now)
        let due = groupFailures.dueAt(interval: context.interval, isLikelyToReturn: true) ?? outbox.now
        let until = max(due, outbox.now + .milliseconds(500))
        phase = .asking(until: until)
        report(failure, identity?.endpoint.url ?? "", retryAt: until)
    }

    /// The groups with the version of each that the server prefers.
    private func groups(_ body: PaddedBytes) -> [String: String] {
        let list = try? JSONParser(maximumBytes: 8 << 20).parse(body) {
            (reader: inout JSONReader) throws(JSONError) in
            try ObjectValue(&reader, ["groups": ["name": .all, "preferredVersion": .fields(["version"])]])
        }
        return (list?["groups"].items ?? []).reduce(into: [:]) { groups, group in
            if let name = group["name"].text { groups[name] = group["preferredVersion"]["version"].text ?? "v1" }
        }
    }

    private mutating func begin(groups: [String: String]) {
        phase = .running
        for collection in collections(groups: groups) {
            // Only pods are selected; what belongs to them has other labels.
            let selector = collection.resource == .pods ? options.selector : nil
            var machine = WatchMachine(collection, selector: selector, reader: reader)
            let actions = machine.start(at: outbox.now)
            machines[collection] = machine
            outbox.emit(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: id(of: collection))
            perform(actions, of: collection)
        }
    }

    private func collections(groups: [String: String]) -> [WatchedCollection] {
        let namespaces = Set(options.namespaces.isEmpty ? [identity?.namespace ?? "default"] : options.namespaces)
        let places: [String?] = options.allNamespaces ? [nil] : namespaces.sorted()
        var collections: [WatchedCollection] = []
        let hasIstio =
            options.watchesIstio && (groups["networking.istio.io"] != nil || groups["security.istio.io"] != nil)
        for resource in KubernetesResource.allCases {
            if resource == .events, !options.watchesEvents { continue }
            if resource.isOptional, groups[resource.group] == nil { continue }
            // Accounts are read of files only: pods name those that matter.
            if resource == .serviceAccounts || resource.isForIstio && !hasIstio { continue }
            if resource == .configMaps, !options.allNamespaces {
                collections.append(WatchedCollection(resource: resource, namespace: Self.meshNamespace))
            } else if resource.isNamespaced {
                // Custom resources are asked for in the version that the server prefers; all versions have the same fields.
                let version = resource.isIstio ? groups[resource.group] ?? "v1" : "v1"
                let wanted = resource.isMeshWide ? places + [Self.meshNamespace] : places
                collections += Set(options.allNamespaces ? [nil] : wanted).map {
                    WatchedCollection(resource: resource, namespace: $0, version: version)
                }
            } else {
                collections.append(WatchedCollection(resource: resource, namespace: nil))
            }
        }
        return collections
    }

    // MARK: - Collections

    private func id(of collection: WatchedCollection) -> SourceID {
        SourceID(.kubernetes, (identity?.endpoint.url ?? "") + collection.path)
    }

    private mutating func perform(_ actions: [WatchMachine.Action], of collection: WatchedCollection) {
        let id = id(of: collection)
        for action in actions {
            switch action {
            case .list(let path): start(path, collection, isStream: false)
            case .watch(let path): start(path, collection, isStream: true)
            case .cancel: cancel(collection)
            case .report(let change):
                outbox.emit(
                    .kubernetes(KubernetesReport(collection.resource, change)), from: id, isNews: change != .unchanged)
                guard collection.resource == .pods else { continue }
                for found in finder?.record(change) ?? [] { outbox.append(found) }
            case .fail(let failure, let retryAt): outbox.emit(.failed(failure, retryAt: retryAt), from: id)
            case .refuse: credentials?.refuse(at: outbox.now)
            }
        }
    }

    private mutating func cancel(_ collection: WatchedCollection) {
        if let request = ledger.cancel(.collection(collection)) { outbox.append(.cancel(request)) }
    }

    private mutating func start(_ path: String, _ collection: WatchedCollection, isStream: Bool) {
        guard let endpoint = identity?.endpoint else { return }
        cancel(collection)
        paths[collection] = path
        if isStream {
            let id = ledger.beginAtOnce(.collection(collection))
            let request = HTTPRequest(
                endpoint, path: path, accept: machines[collection]?.accept ?? "application/json",
                mode: .lines(timeout: context.timeout * Self.listTimeouts))
            outbox.append(.start(id, request))
        } else {
            ledger.add(.collection(collection))
        }
    }

    /// What is asked of each collection next.
    private var paths: [WatchedCollection: String] = [:]

    private mutating func finish() -> [CollectorAction] {
        while let (id, errand) = ledger.next() {
            guard let endpoint = identity?.endpoint else {
                ledger.end(id)
                continue
            }
            outbox.append(.start(id, request(errand, endpoint)))
        }
        return outbox.drain()
    }

    private func request(_ errand: Errand, _ endpoint: Endpoint) -> HTTPRequest {
        switch errand {
        case .groups:
            return HTTPRequest(
                endpoint, path: "/apis", accept: "application/json",
                mode: .whole(timeout: context.timeout, maximum: 8 << 20))
        case .collection(let collection):
            return HTTPRequest(
                endpoint, path: paths[collection] ?? collection.path,
                accept: machines[collection]?.accept ?? "application/json",
                mode: .whole(timeout: context.timeout * Self.listTimeouts, maximum: ObjectReader.maximumBody))
        }
    }
}

extension KubernetesResource {
    /// Whether objects of the mesh's own namespace are for all others too.
    fileprivate var isMeshWide: Bool {
        switch self {
        case .peerAuthentications, .authorizationPolicies, .sidecars: true
        default: false
        }
    }
}
