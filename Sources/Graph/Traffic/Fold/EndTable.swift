// SPDX-License-Identifier: Apache-2.0
import Model

/// The ends of traffic, each with its node and the node of its service.
struct EndTable {
    /// What an end leads to. -1: no node.
    private struct Nodes {
        let own: Int
        var service = -1
        let isWaypoint: Bool
    }

    private struct Recent {
        /// No end has these labels.
        var end = TrafficEnd(lanes: SIMD8(repeating: .max))
        var number = 0
    }

    private var ends = KeyTable<TrafficEnd>(capacity: 1024)
    private var nodes: [Nodes] = []
    private var recentSource = Recent()
    private var recentDestination = Recent()

    subscript(number: Int) -> TrafficEnd { ends[number] }

    /// The node of an end; `nil` if nothing is known of it.
    func node(of end: Int) -> Int? { nodes[end].own >= 0 ? nodes[end].own : nil }

    func isWaypoint(_ end: Int) -> Bool { nodes[end].isWaypoint }

    /// The numbers of both ends of a sample. One of the two is mostly that of the row before.
    ///
    /// - Parameters:
    ///   - sample: the row.
    ///   - describe: gives the node of a new end, and whether that is a waypoint.
    /// - Returns: the number of the end that sends, and of the end that receives.
    mutating func ends(
        of sample: TrafficSample, _ describe: (TrafficEnd) -> (node: Int?, isWaypoint: Bool)
    ) -> (source: Int, destination: Int) {
        if recentSource.end != sample.source {
            recentSource = Recent(end: sample.source, number: number(of: sample.source, describe))
        }
        if recentDestination.end != sample.destination {
            recentDestination = Recent(end: sample.destination, number: number(of: sample.destination, describe))
        }
        return (recentSource.number, recentDestination.number)
    }

    private mutating func number(
        of end: TrafficEnd, _ describe: (TrafficEnd) -> (node: Int?, isWaypoint: Bool)
    ) -> Int {
        let number = ends.number(of: end)
        if number == nodes.count {
            let (node, isWaypoint) = describe(end)
            nodes.append(Nodes(own: node ?? -1, isWaypoint: isWaypoint))
        }
        return number
    }

    /// The number of an end that came before.
    func known(_ end: TrafficEnd) -> Int? { ends.known(end) }

    /// The node of the service at an end, which is made when it is first asked for.
    mutating func service(of end: Int, _ make: (TrafficEnd) -> Int?) -> Int? {
        if nodes[end].service < 0 { nodes[end].service = make(ends[end].serviceOnly) ?? -1 }
        return nodes[end].service >= 0 ? nodes[end].service : nil
    }
}
