// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The namespaces whose proxies learn of an object.
enum Reach: Hashable, Sendable {
    case everywhere
    case only(Set<String>)

    /// Whether the proxies of a namespace learn of it.
    func covers(_ namespace: String) -> Bool {
        switch self {
        case .everywhere: true
        case .only(let namespaces): namespaces.contains(namespace)
        }
    }
}

/// What the proxies of a namespace import: the egress of its Sidecar (kubernetes.md §8.2).
struct ImportScope: Sendable {
    private struct Entry: Sendable {
        let namespace: String
        let name: String
        let excludes: Bool
    }

    private let entries: [Entry]

    /// `nil`: everything is imported.
    init?(_ sidecar: SidecarScope?, of namespace: String) {
        guard let sidecar else { return nil }
        let entries = sidecar.egress.joined().compactMap { host -> Entry? in
            let parts = host.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let excludes = parts[0].hasPrefix("~")
            var place = String(excludes ? parts[0].dropFirst() : parts[0])
            if excludes, place.isEmpty { place = "*" }
            if place == "." { place = namespace }
            return Entry(namespace: place, name: String(parts[1]), excludes: excludes)
        }
        guard !entries.isEmpty else { return nil }
        self.entries = entries
    }

    /// Whether a host is imported.
    ///
    /// - Parameters:
    ///   - host: as understood.
    ///   - raw: as written.
    ///   - namespace: that of the object that names it.
    /// - Returns: whether an entry takes it and none leaves it out.
    func imports(_ host: MeshHost, _ raw: String, of namespace: String) -> Bool {
        func fits(_ entry: Entry) -> Bool { Self.fits(entry, host, raw, namespace) }
        return entries.contains { !$0.excludes && fits($0) } && !entries.contains { $0.excludes && fits($0) }
    }

    private static func fits(_ entry: Entry, _ host: MeshHost, _ raw: String, _ namespace: String) -> Bool {
        guard entry.namespace == "*" || entry.namespace == (host.isComplete ? host.namespace : namespace) else {
            return false
        }
        if entry.name == "*" || entry.name == raw { return true }
        guard host.isComplete else { return entry.name == host.service || isWithin(host.service, wildcard: entry.name) }
        let full = host.text
        if entry.name == full || entry.name == host.service || entry.name == "\(host.service).\(host.namespace)" {
            return true
        }
        return isWithin(full, wildcard: entry.name) || isWithin(raw, wildcard: entry.name)
            || host.isWildcard && isWithin(entry.name, wildcard: full)
    }
}

/// A namespace whose proxies are served, with what they import.
struct Viewer: Sendable {
    let namespace: String
    let scope: ImportScope?
}
