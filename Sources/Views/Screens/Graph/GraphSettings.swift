// SPDX-License-Identifier: Apache-2.0
import Model

/// What the reader chose to see of the service graph; only keys change it.
struct GraphSettings: Equatable, Sendable {
    /// Nil is the type that was asked for when meshtop was started.
    var type: GraphType?
    /// In the order in which they are written; those behind are left out first where there is no room.
    var labels = [GraphLabel.rate]
    /// Which edges the ranks of nodes count; they are shown if it is chosen.
    var rank: GraphRank?
    /// Whether what has ended recently stays in the drawing.
    var showsGone = true
    var edges = EdgeMode.strongest
    /// Nil is the largest at which the picture fits.
    var zoom: GraphZoom?
    var boxing = GraphBoxing.apps
    /// Boxes that were folded or unfolded by hand; the others are folded when there is too much to draw.
    var folds: [String: Bool] = [:]
    /// Whether there are keys to unfold what was folded automatically.
    var isOnScreen = true
    /// The id of the item whose surroundings alone are drawn.
    var focus: String?
    /// How far they reach.
    var hops = 1

    /// Whether boxes may be folded automatically: the reader has folded none, and no node is in focus.
    var canFold: Bool { isOnScreen && folds.isEmpty && focus == nil && boxing != .none }

    /// Whether only edges look different.
    func drawsSameNodes(as other: GraphSettings) -> Bool {
        var copy = self
        copy.labels = other.labels
        copy.edges = other.edges
        return copy == other
    }
}

/// Which edges are drawn. Those that are not still hold the nodes in their places, so that nothing moves when this changes.
enum EdgeMode: CaseIterable, Sendable {
    /// All of them where they can be followed, else the strongest of each node.
    case strongest
    case all
    case unhealthy
    case none

    var name: String {
        switch self {
        case .strongest: "strongest"
        case .all: "all"
        case .unhealthy: "unhealthy"
        case .none: "none"
        }
    }
}

/// How much of a node is drawn.
enum GraphZoom: CaseIterable, Sendable {
    /// A frame with all there is to say.
    case full
    /// Sign and name.
    case line
    /// The sign alone.
    case dot

    var name: String {
        switch self {
        case .full: "full"
        case .line: "names"
        case .dot: "dots"
        }
    }
}

/// What stands in boxes. An app's box is drawn where it has several versions, a mesh cluster's where there are several.
enum GraphBoxing: CaseIterable, Sendable {
    case apps
    case namespaces
    case none

    var name: String {
        switch self {
        case .apps: "apps"
        case .namespaces: "namespaces"
        case .none: "none"
        }
    }
}

/// What can be written on edges, in the order in which it is.
enum GraphLabel: Int, CaseIterable, Sendable {
    case rate
    case p95
    case p99
    case p50
    case average
    case share
    case throughput
    case mtls

    var name: String {
        switch self {
        case .rate: "rate"
        case .share: "share"
        case .p50: "p50"
        case .p95: "p95"
        case .p99: "p99"
        case .average: "avg"
        case .throughput: "bytes"
        case .mtls: "mTLS"
        }
    }
}

extension [GraphLabel] {
    /// `rate+p95`.
    var name: String { isEmpty ? "none" : map(\.name).joined(separator: "+") }

    /// Takes one in, or out.
    mutating func toggle(_ label: GraphLabel) {
        if let place = firstIndex(of: label) { remove(at: place) } else { append(label) }
        sort { $0.rawValue < $1.rawValue }
    }
}
