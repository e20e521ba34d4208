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
        let voting = sources.all.filter { $0.isVoting && $0.cluster == cluster }
        return voting.first { $0.origin.isConfigured } ?? voting.first
    }

    /// A source has named its member. One that was found for the same member is not needed beside one that the user named.
    mutating func setMember(_ member: Address, of key: SourceKey) {
        if streams[key].map({ $0.member != member }) ?? false { removeStream(of: key) }
        sources[key]?.member = member
        guard let source = sources[key], source.origin.isConfigured else { return }
        let doubles = sources.order.filter { other in
            guard other != key, let found = sources[other] else { return false }
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
            guard let source = sources[key], !source.origin.isConfigured else { return false }
            return source.unlistedSince.map { now - $0 >= Self.unlistedTime } ?? false
        }
        for key in dropped { remove(key) }
    }
}
