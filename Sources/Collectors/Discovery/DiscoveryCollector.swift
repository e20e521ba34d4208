// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Finds management endpoints in DNS and in files, again and again, and offers them to the collector that asks them. It is a source of its own
/// only while it fails.
struct DiscoveryCollector: Collector {
    /// How often names are asked for.
    static let namePeriod = Duration.seconds(30)
    /// How often files are looked at.
    static let filePeriod = Duration.seconds(5)
    /// How long until something that failed is tried again.
    static let retryPause = Duration.seconds(5)
    /// How often name servers are looked after while something is being asked.
    private static let pause = Duration.milliseconds(50)

    /// One target with what it was last seen to list.
    private struct Place {
        let target: DiscoveryTarget
        var seeds: [ManagementSeed] = []
        var nextAt: Timestamp
        var isAsked = false
        var hasAnswered = false
        var failure: SourceFailure?

        var id: SourceID { SourceID(.management, target.shown) }
    }

    private let read: FileReader.Function
    private let resolver: any NameResolving
    private var places: [Place]
    private var outbox = Outbox()

    init(
        _ targets: [DiscoveryTarget], _ context: CollectorContext, read: @escaping FileReader.Function,
        resolver: () -> any NameResolving
    ) {
        self.read = read
        self.resolver = resolver()
        places = targets.map { Place(target: $0, nextAt: Timestamp(microseconds: 0)) }
    }

    var nextWake: Timestamp? {
        let due = places.filter { !$0.isAsked }.map(\.nextAt).min()
        guard resolver.isBusy else { return due }
        let soon = outbox.now + Self.pause
        return due.map { min($0, soon) } ?? soon
    }

    var descriptors: [Int32] { resolver.descriptors }

    func isSettled(at now: Timestamp) -> Bool { places.allSatisfy(\.hasAnswered) }

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        for number in places.indices { places[number].nextAt = now }
        return advance(to: now, unread: 0)
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        outbox.now = now
        for number in places.indices where places[number].nextAt <= now && !places[number].isAsked { look(number) }
        for answer in resolver.answers() { receive(answer.hosts, number: answer.number) }
        return outbox.drain()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] { [] }

    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        for number in places.indices { places[number].nextAt = now }
        return advance(to: now, unread: 0)
    }

    // MARK: - Looking

    private mutating func look(_ number: Int) {
        switch places[number].target {
        case .file(let path):
            places[number].nextAt = outbox.now + Self.filePeriod
            do throws(SourceFailure) {
                list(try DiscoveryFile.seeds(path, read: read), number: number)
            } catch {
                fail(error, number: number)
            }
        case .services, .addresses:
            places[number].isAsked = true
            resolver.ask(places[number].target, number: number)
        }
    }

    private mutating func receive(_ answer: Result<[NamedHost], SourceFailure>, number: Int) {
        places[number].isAsked = false
        places[number].nextAt = outbox.now + Self.namePeriod
        switch answer {
        case .success(let hosts): list(hosts.map { seed($0, of: places[number].target) }, number: number)
        case .failure(let failure):
            places[number].nextAt = outbox.now + Self.retryPause
            fail(failure, number: number)
        }
    }

    private func seed(_ host: NamedHost, of target: DiscoveryTarget) -> ManagementSeed {
        let (ports, cluster): ([Int], String?) =
            switch target {
            case .services(_, let cluster): (host.port.map { [$0] } ?? ManagementSeed.defaultPorts, cluster)
            case .addresses(_, let port, let cluster): (port.map { [$0] } ?? ManagementSeed.defaultPorts, cluster)
            case .file: ([], nil)
            }
        return ManagementSeed(
            name: cluster,
            endpoints: ports.map { Endpoint(host: host.host, port: $0, access: .given(.management)) }, isFound: true)
    }

    private mutating func list(_ seeds: [ManagementSeed], number: Int) {
        places[number].hasAnswered = true
        if places[number].failure != nil {
            places[number].failure = nil
            outbox.emit(.sourceRemoved, from: places[number].id)
        }
        let known = places[number].seeds
        places[number].seeds = seeds
        // Another target may list the same endpoint.
        let others = Set(places.indices.filter { $0 != number }.flatMap { places[$0].seeds })
        for seed in known where !seeds.contains(seed) && !others.contains(seed) {
            outbox.append(.lost(.management(seed)))
        }
        for seed in seeds where !known.contains(seed) { outbox.append(.found(.management(seed))) }
    }

    /// What was listed stays: a name server that fails takes no member away.
    private mutating func fail(_ failure: SourceFailure, number: Int) {
        places[number].hasAnswered = true
        guard places[number].failure != failure else { return }
        if places[number].failure == nil {
            outbox.emit(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: places[number].id)
        }
        places[number].failure = failure
        outbox.emit(.failed(failure, retryAt: places[number].nextAt), from: places[number].id)
    }
}

/// Reads files of Prometheus' `file_sd`: a list of groups, each with targets and labels.
enum DiscoveryFile {
    /// Maximum number of targets in a file.
    static let maximumTargets = 5_000

    /// - Parameters:
    ///   - path: the file.
    ///   - read: reads it.
    /// - Returns: the endpoints; the label `cluster` names the cluster, `__scheme__` the scheme.
    /// - Throws: what is wrong with it, with the place.
    static func seeds(_ path: String, read: FileReader.Function) throws(SourceFailure) -> [ManagementSeed] {
        let shown = PEMFiles.shown(path)
        let root = try contents(path, shown, read)
        guard !root.isNull else { return [] }
        guard case .list(let groups) = root else {
            throw SourceFailure(.format, "\(shown): it is no list of groups with targets")
        }
        var seeds: [ManagementSeed] = []
        for (place, group) in groups.enumerated() {
            guard case .list(let targets) = group["targets"] else {
                throw SourceFailure(.format, "\(shown): [\(place)].targets is no list")
            }
            let labels = group["labels"]
            for (number, target) in targets.enumerated() {
                guard seeds.count < maximumTargets else {
                    throw SourceFailure(.tooLarge, "\(shown): it has more than \(maximumTargets) targets")
                }
                let place = "\(shown): [\(place)].targets[\(number)]"
                seeds.append(try seed(target, labels, place))
            }
        }
        return seeds
    }

    private static func contents(
        _ path: String, _ shown: String, _ read: FileReader.Function
    ) throws(SourceFailure) -> ObjectValue {
        let bytes: [UInt8]?
        do throws(FileError) { bytes = try read(path) } catch {
            throw SourceFailure(.other, "\(shown): the file \(error.message)")
        }
        guard let bytes else { throw SourceFailure(.other, "\(shown): there is no such file") }
        do throws(YAMLError) {
            return try YAMLReader.read(bytes, maximumSize: FileReader.maximumSize, maximumNodes: 100_000)
                .map { ObjectValue($0) } ?? .null
        } catch {
            throw SourceFailure(.format, "\(shown):\(error.line):\(error.column): \(error.message)")
        }
    }

    private static func seed(
        _ target: ObjectValue, _ labels: ObjectValue, _ place: String
    ) throws(SourceFailure) -> ManagementSeed {
        guard let text = target.scalar, !text.contains("=") else {
            throw SourceFailure(.format, "\(place) is no HOST[:PORT]")
        }
        let scheme = labels["__scheme__"].scalar ?? "http"
        do throws(OptionError) {
            var seed = ManagementSeed(try ManagementAddress(text.contains("://") ? text : "\(scheme)://\(text)"))
            seed.name = labels["cluster"].scalar
            seed.isFound = true
            return seed
        } catch {
            throw SourceFailure(.format, "\(place): \(error.message)")
        }
    }
}
