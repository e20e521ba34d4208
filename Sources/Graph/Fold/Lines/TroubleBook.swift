// SPDX-License-Identifier: Apache-2.0
import Model

/// What keeps nodes from joining or working, as their lines say: each for as long as lines repeat it and nothing newer contradicts it.
struct TroubleBook {
    /// How long after its last line a trouble of joining has ended, by the lines of that node, and by our clock where endpoints are heard.
    static let patience = Duration.seconds(60)
    /// The same of what goes wrong in a node that has joined: its lines come every few seconds, and one alone is no trouble.
    static let patienceWithin = Duration.seconds(15)
    /// Maximum number of nodes of which troubles are kept.
    static let maximumNodes = 2_000

    private struct Entry {
        var text: String
        /// By the observer's clock.
        var at: Timestamp
        /// Whether a line has repeated it.
        var isRepeated: Bool
    }

    private var entries: [Address: [LineNote.Trouble: Entry]] = [:]
    /// The newest line of each node that has troubles.
    private var newest: [Address: Timestamp] = [:]

    /// What ends with joining a cluster.
    private static let untilJoined: [LineNote.Trouble] = [.joining, .forming, .sharding]

    /// What ends with the process.
    private static let ofRunning: [LineNote.Trouble] = [.forming, .sharding, .singleton, .oversized, .framing, .lease]

    var isEmpty: Bool { entries.isEmpty }

    /// The nodes that have troubles.
    var nodes: [Address] { entries.keys.sorted() }

    /// Records a line of a node.
    mutating func record(_ line: LifecycleEvent, of observer: Address, text: String?, trouble: LineNote.Trouble?) {
        if let known = newest[observer] { newest[observer] = max(known, line.at) }
        if let trouble, let text {
            guard entries[observer] != nil || entries.count < Self.maximumNodes else { return }
            let known = entries[observer]?[trouble]
            let isRepeated = known.map { (line.at - $0.at).magnitude <= Self.patience } ?? false
            entries[observer, default: [:]][trouble] = Entry(text: text, at: line.at, isRepeated: isRepeated)
            newest[observer] = max(newest[observer] ?? line.at, line.at)
            return
        }
        guard !entries.isEmpty else { return }
        switch line.kind {
        case .started: end(LineNote.Trouble.allCases, of: observer, at: line.at)
        // Why it never joined is why it ends.
        case .shutdown, .selfDowned, .leftCluster, .exiting: end(Self.ofRunning, of: observer, at: line.at)
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
    /// - Returns: Clauses without the node's name.
    func reasons(of node: Address, hasJoined: Bool, at now: Timestamp?) -> [String] {
        guard let known = entries[node] else { return [] }
        let present = max(newest[node] ?? .init(microseconds: 0), now ?? .init(microseconds: 0))
        let lasting = known.filter { trouble, entry in
            !(hasJoined && trouble.isOfJoining) && present - entry.at <= Self.patience(of: trouble)
                && (entry.isRepeated || !trouble.isOfRepeatedLines)
        }
        // Without a cluster there is no coordinator either.
        let isOutside = lasting.keys.contains(where: \.isOfJoining)
        return lasting.sorted { $0.key.rawValue < $1.key.rawValue }
            .filter { !(isOutside && $0.key == .sharding) }.map(\.value.text)
    }

    private static func patience(of trouble: LineNote.Trouble) -> Duration {
        switch trouble {
        case .joining, .forming, .lease: patience
        case .binding: .seconds(1 << 32)
        case .sharding, .singleton, .oversized, .framing: patienceWithin
        }
    }
}

extension LineNote.Trouble {
    /// Whether it ends when the node is in the cluster.
    fileprivate var isOfJoining: Bool { self == .joining || self == .forming }

    /// Whether a single line is no trouble yet.
    fileprivate var isOfRepeatedLines: Bool {
        switch self {
        case .sharding, .singleton, .oversized, .framing: true
        case .joining, .forming, .binding, .lease: false
        }
    }
}
