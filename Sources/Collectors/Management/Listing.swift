internal import Graph

/// Whom the voting views list, and whom they call unreachable, per cluster: who is to be asked, who is worth asking first.
struct Listing: Sendable {
    private(set) var listed: [String: Set<Address>] = [:]
    private(set) var unreachable: Set<Address> = []
    /// The lists that make up `listed`. Equal lists are one object, so a thousand views cost a few lists.
    private var lists: [String: [ObjectIdentifier: MemberList]] = [:]

    /// Gathers the voting views anew.
    ///
    /// - Parameter sources: all sources.
    /// - Returns: the clusters whose listed members may have changed.
    mutating func update(_ sources: some Sequence<ManagementSource>) -> [String] {
        var found: [String: [ObjectIdentifier: MemberList]] = [:]
        unreachable = []
        for source in sources where source.isVoting {
            guard let view = source.view, let cluster = source.cluster else { continue }
            found[cluster, default: [:]][ObjectIdentifier(view.members)] = view.members
            for record in view.unreachable { unreachable.insert(record.subject) }
        }
        let changed = Set(found.keys).union(lists.keys).filter { found[$0]?.keys != lists[$0]?.keys }
        lists = found
        for cluster in changed { gather(cluster) }
        return changed.sorted()
    }

    /// Whether a voting view of the cluster lists the member; `nil` when the cluster has no voting view, so that nobody can say.
    func lists(_ member: Address, in cluster: String) -> Bool? { listed[cluster]?.contains(member) }

    private mutating func gather(_ cluster: String) {
        guard let lists = lists[cluster] else {
            listed[cluster] = nil
            return
        }
        listed[cluster] = lists.values.reduce(into: []) { $0.formUnion($1.members.lazy.map(\.node.address)) }
    }
}
