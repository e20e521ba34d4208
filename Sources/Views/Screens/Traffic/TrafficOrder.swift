// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// What edges and nodes can be sorted by; the first is how they stand at the start: the worst on top.
enum TrafficOrder: CaseIterable {
    case health
    case name
    case namespace
    case rate
    case errors
    case time
    case gap
    case rank

    var name: String {
        switch self {
        case .health: "health"
        case .name: "name"
        case .namespace: "namespace"
        case .rate: "rate"
        case .errors: "errors"
        case .time: "time"
        case .gap: "gap"
        case .rank: "rank"
        }
    }
}

extension TrafficPicture {
    /// The rows that are listed, in the order that was chosen.
    func rows(_ kind: TrafficRowKind, sortedBy list: ListModel) -> [TrafficRow] {
        let order = TrafficOrder.allCases[min(list.sortColumn, TrafficOrder.allCases.count - 1)]
        switch kind {
        case .edges:
            let sorted = sorted(edges, by: order, isInverted: list.isInverted, keys: edgeKeys, text: edgeText)
            // What has ended has no numbers to be sorted by; those that are looked for are among the newest.
            return sorted.map { .edge($0) } + (shown.found == nil ? graph.ended.edges.indices.map { .gone($0) } : [])
        case .nodes:
            return sorted(nodes, by: order, isInverted: list.isInverted, keys: nodeKeys, text: nodeText)
                .map { .node($0) }
        }
    }

    /// What a row is about.
    func subject(of row: TrafficRow) -> Subject {
        switch row {
        case .edge(let place): .edge(edgeIDs[place])
        case .gone(let place): .edge(graph.ended.edges[place].id)
        case .node(let place): .node(graph.nodes[place].id)
        }
    }

    /// Greater keys come first; rows with equal ones stay in the order of their ids.
    private func sorted(
        _ places: [Int], by order: TrafficOrder, isInverted: Bool,
        keys: (Int, TrafficOrder) -> (Double, Double, Double),
        text: (Int, TrafficOrder) -> String
    ) -> [Int] {
        let result: [Int]
        if order == .name || order == .namespace {
            result = places.map { ($0, text($0, order)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
        } else {
            result = places.map { ($0, keys($0, order)) }
                .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.map(\.0)
        }
        return isInverted ? result.reversed() : result
    }

    private func edgeKeys(_ place: Int, _ order: TrafficOrder) -> (Double, Double, Double) {
        let edge = graph.edges[place]
        // Bytes and requests are not compared with each other.
        let isTCP = edge.protocol == .tcp ? 0.0 : 1.0
        return switch order {
        case .health: (edge.health.level.weight, edge.rates.errors, isTCP)
        case .errors: (edge.rates.percentErrors, edge.rates.errors, 0)
        case .time: (edge.responseTime?.shown ?? -1, 0, 0)
        case .gap: (edge.gap.map { abs($0.percent) } ?? -1, 0, 0)
        case .rank: (-Double(min(ranks[edge.source], ranks[edge.target])), isTCP, edge.rates.total)
        case .rate, .name, .namespace: (isTCP, edge.rates.total, 0)
        }
    }

    private func nodeKeys(_ place: Int, _ order: TrafficOrder) -> (Double, Double, Double) {
        let node = graph.nodes[place]
        let rates = node.rates
        return switch order {
        case .health: (node.health.level.weight, rates.errorsIn, rates.requestsIn)
        case .errors: (rates.percentErrorsIn, rates.errorsIn, 0)
        case .time: (incoming[place].compactMap { graph.edges[$0].responseTime?.shown }.max() ?? -1, 0, 0)
        case .rank: (-Double(ranks[place]), rates.requestsIn, 0)
        case .gap: (incoming[place].compactMap { graph.edges[$0].gap.map { abs($0.percent) } }.max() ?? -1, 0, 0)
        case .rate, .name, .namespace:
            (rates.requestsIn + rates.httpOut + rates.grpcOut, rates.tcpIn + rates.tcpOut, 0)
        }
    }

    private func edgeText(_ place: Int, _ order: TrafficOrder) -> String {
        let edge = graph.edges[place]
        if order == .name { return "\(titles[edge.source]) \(titles[edge.target]) \(edge.protocol.name)" }
        return "\(graph.nodes[edge.source].namespace ?? "") \(graph.nodes[edge.target].namespace ?? "")"
    }

    private func nodeText(_ place: Int, _ order: TrafficOrder) -> String {
        order == .name ? titles[place] : graph.nodes[place].namespace ?? ""
    }
}

extension Health.Level {
    fileprivate var weight: Double {
        switch self {
        case .failure: 4
        case .degraded: 3
        case .notReady: 2
        case .healthy: 1
        case .unknown: 0
        }
    }
}
