// SPDX-License-Identifier: Apache-2.0
internal import Model

extension ManagementCollector {
    /// Adds a source for each listed member that has none: on the port, the scheme and the path that answered.
    mutating func discover(_ cluster: String) {
        guard options.discovers, let listed = listing.listed[cluster], let model = model(of: cluster) else { return }
        let covered = Set(sources.all.compactMap { $0.cluster == cluster ? $0.member : nil })
        for member in listed.subtracting(covered).sorted() {
            guard let host = member.host else { continue }
            var endpoint = model.endpoint
            endpoint.host = host
            endpoint.port = options.managementPort ?? endpoint.port
            let origin = SourceOrigin(cluster: model.origin.cluster, isConfigured: false, member: member)
            add(endpoint, origin, seed: nil)
        }
    }

    /// The source whose endpoint others are guessed from: one that the user named, if it votes.
    private func model(of cluster: String) -> ManagementSource? {
        // A path through an API server leads to one pod and tells nothing of others.
        let voting = sources.all.filter { $0.isVoting && $0.cluster == cluster && $0.endpoint.access != .kubernetes }
        return voting.first { $0.origin.isConfigured } ?? voting.first
    }

    /// A source has named its member. One that was found for the same member is not needed beside one that the user named.
    mutating func setMember(_ member: Address, of key: SourceKey) {
        if streams[key].map({ $0.member != member }) ?? false { removeStream(of: key) }
        sources[key]?.member = member
        guard let source = sources[key], source.origin.isConfigured || source.seed != nil else { return }
        let doubles = sources.order.filter { other in
            guard other != key, let found = sources[other], found.seed == nil else { return false }
            return !found.origin.isConfigured && found.member == member && found.cluster == source.cluster
        }
        for double in doubles { remove(double) }
    }

    /// Of the endpoints of one seed the first that answers is it. A later one waits for the verdict on those before it.
    mutating func dropRivals(of key: SourceKey) {
        guard let seed = sources[key]?.seed else { return }
        let rivals = sources.order.filter { sources[$0]?.seed == seed }
        guard rivals.count > 1 else { return }
        for rival in rivals {
            guard let source = sources[rival], source.settled.contains(.members) else { return }
            guard source.isAnswering else { continue }
            for other in rivals where other != rival { remove(other) }
            return
        }
    }

    /// Notes which sources' members no voting view lists. A cluster without any voting view says nothing about its members: then all stay.
    mutating func noteListed() {
        for key in sources.order {
            guard let source = sources[key], let member = source.member, let cluster = source.cluster else { continue }
            if listing.lists(member, in: cluster) ?? true {
                if source.unlistedSince != nil { sources[key]?.unlistedSince = nil }
            } else if source.unlistedSince == nil {
                sources[key]?.unlistedSince = outbox.now
            }
        }
    }

    /// Drops the sources that were found and whose members no view has listed for long.
    mutating func dropUnlisted() {
        let dropped = sources.order.filter { key in
            guard let source = sources[key], !source.origin.isConfigured, source.seed == nil else { return false }
            return source.unlistedSince.map { now - $0 >= Self.unlistedTime } ?? false
        }
        for key in dropped { remove(key) }
    }

    // MARK: - Pods

    /// Tries the next endpoint of a seed that was found in a pod.
    ///
    /// - Parameters:
    ///   - number: the seed.
    ///   - failure: why the endpoint before cannot be reached.
    mutating func tryNextEndpoint(of number: Int, after failure: SourceFailure?) {
        guard let (endpoint, pod) = seeds.nextEndpoint(of: number) else { return }
        let isProxied = endpoint.access == .kubernetes
        let isForwarded = endpoint.forwardedPort != nil
        var way = isForwarded ? "by port-forward" : isProxied ? "through the API server" : "directly"
        if let failure { way += "; directly: \(failure.code.rawValue)" }
        // One that was found in a list of members gives way to the one that knows its pod.
        let id = SourceID(.management, endpoint.url)
        if let known = sources.order.first(where: { sources[$0]?.id == id && sources[$0]?.origin.isConfigured == false }
        ) {
            remove(known)
        }
        add(
            endpoint,
            SourceOrigin(
                cluster: seeds.name(of: number), isConfigured: false, member: nil,
                pod: PodPlace(pod: pod, way: way)), seed: number)
    }

    /// A source has failed that never answered: where its address cannot be reached, another way may lead there.
    mutating func tryOtherWay(of key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key], source.state.answer == nil, source.origin.pod != nil, let seed = source.seed
        else { return }
        switch failure.code {
        // Who refuses can be reached.
        case .timeout, .dns, .other, .reset, .closed: tryNextEndpoint(of: seed, after: failure)
        case .refused, .tls, .http, .auth, .format, .tooLarge: break
        }
    }
}

/// The seeds that were given or found, by number, and how many of their endpoints have been tried.
struct SeedTable {
    private var seeds: [Int: (seed: ManagementSeed, tried: Int)] = [:]
    private var numbers: [ManagementSeed: Int] = [:]
    private var count = 0

    /// - Returns: the number of a new seed; `nil` for one that was found before.
    mutating func add(_ seed: ManagementSeed) -> Int? {
        guard !seed.isFound || numbers[seed] == nil else { return nil }
        defer { count += 1 }
        seeds[count] = (seed, 0)
        if seed.isFound { numbers[seed] = count }
        return count
    }

    /// - Returns: the number of the seed; `nil` if it is not there.
    mutating func remove(_ seed: ManagementSeed) -> Int? {
        guard let number = numbers.removeValue(forKey: seed) else { return nil }
        seeds[number] = nil
        return number
    }

    /// The cluster's name, if the user gave it.
    func name(of number: Int) -> String? { seeds[number]?.seed.name }

    /// The endpoint that is tried next, of a seed that was found in a pod.
    mutating func nextEndpoint(of number: Int) -> (endpoint: Endpoint, pod: ObjectName)? {
        guard let (seed, tried) = seeds[number], let pod = seed.pod, tried < seed.endpoints.count else { return nil }
        seeds[number] = (seed, tried + 1)
        return (seed.endpoints[tried], pod)
    }
}
