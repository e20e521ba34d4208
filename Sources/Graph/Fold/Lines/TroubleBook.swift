// SPDX-License-Identifier: Apache-2.0
import Model

/// What keeps nodes from joining or working, as their lines say: each for as long as lines repeat it and nothing newer contradicts it.
struct TroubleBook {
    /// How long after its last line a trouble has ended, by the lines of that node, and by our clock where endpoints are heard.
    static let patience = Duration.seconds(60)
    /// Maximum number of nodes of which troubles are kept.
    static let maximumNodes = 2_000

    private struct Entry {
        var text: String
        /// By the observer's clock.
        var at: Timestamp
    }

    private var entries: [Address: [LineNote.Trouble: Entry]] = [:]
    /// The newest line of each node that has troubles.
    private var newest: [Address: Timestamp] = [:]

    /// What ends with joining a cluster.
    private static let untilJoined: [LineNote.Trouble] = [.joining, .forming, .sharding]

    var isEmpty: Bool { entries.isEmpty }

    /// The nodes that have troubles.
    var nodes: [Address] { entries.keys.sorted() }

    /// Records a line of a node.
    mutating func record(_ line: LifecycleEvent, of observer: Address, text: String?, trouble: LineNote.Trouble?) {
        if let known = newest[observer] { newest[observer] = max(known, line.at) }
        if let trouble, let text {
            guard entries[observer] != nil || entries.count < Self.maximumNodes else { return }
            entries[observer, default: [:]][trouble] = Entry(text: text, at: line.at)
            newest[observer] = max(newest[observer] ?? line.at, line.at)
            return
        }
        guard !entries.isEmpty else { return }
        switch line.kind {
        case .started, .shutdown, .selfDowned, .leftCluster, .exiting: end(LineNote.Trouble.allCases, of: observer, at: line.at)
        case .welcomed, .leads(true): end(Self.untilJoined, of: observer, at: line.at)
        case .memberStatus(.joining), .memberStatus(.up), .memberStatus(.weaklyUp):
            end(Self.untilJoined, of: observer, at: line.at)
            if let peer = line.peer { end([.joining, .forming], of: peer, at: line.at) }
        default: break
        }
    }

    private mutating func end(_ troubles: [LineNote.Trouble], of node: Address, at: Timestamp) {
        guard let known = entries[node] else { return }
        let left = known.filter { !troubles.contains($0.key) || $0.value.at > at }
        entries[node] = left.isEmpty ? nil : left
        if left.isEmpty { newest[node] = nil }
    }

    /// The troubles that a node has now.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - hasJoined: Whether it is known to be in the cluster, whatever its lines said before.
    ///   - now: The time where endpoints are heard; `nil` where lines are all there is, so that the newest one is the present.
    func reasons(of node: Address, hasJoined: Bool, at now: Timestamp?) -> [String] {
        guard let known = entries[node] else { return [] }
        let present = max(newest[node] ?? .init(microseconds: 0), now ?? .init(microseconds: 0))
        return known.sorted { $0.key.rawValue < $1.key.rawValue }
            .filter { trouble, entry in
                !(hasJoined && (trouble == .joining || trouble == .forming)) && present - entry.at <= Self.patience
            }
            .map(\.value.text)
    }
}
