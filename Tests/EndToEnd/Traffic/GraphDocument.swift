// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The graph of a snapshot, as a script would read it.
struct GraphLine: Decodable {
    struct Node: Decodable {
        var id: String
        var nodeType: String
        var flags: [String]
        var rates: [String: Double]
        var health: HealthDocument
        var members: [String]
    }

    struct Response: Decodable {
        var flags: [String: Double]
        var hosts: [String: Double]
    }

    struct Gap: Decodable {
        var source: Double
        var destination: Double
        var percent: Double
    }

    struct Edge: Decodable {
        var id: String
        var rates: [String: Double]
        var exact: [String: Double]
        var responses: [String: Response]
        var reporterGap: Gap?
        var responseTime: ResponseTime?
        var throughput: Double?
        var mtls: Double?
        var signs: [Sign]
        var principals: Principals?
    }

    struct Sign: Decodable {
        var sign: String
        var text: String
    }

    struct Principals: Decodable {
        var source: [String]
        var destination: [String]
    }

    struct ResponseTime: Decodable {
        var avg: Double?
        var p50: Double?
        var p95: Double?
        var p99: Double?
    }

    struct Graph: Decodable {
        var window: Double
        var at: String?
        var freshness: String
        var notes: [String]
        var found: [String]?
        var type: String
        var nodes: [Node]
        var edges: [Edge]

        func node(_ id: String) -> Node? { nodes.first { $0.id == id } }
        func edge(_ id: String) -> Edge? { edges.first { $0.id == id } }
    }

    var graph: Graph?
    var sources: [SourceDocument]

    /// What `meshtop snapshot` prints.
    ///
    /// - Parameter arguments: besides the command.
    /// - Returns: the document.
    /// - Throws: if it prints something else.
    static func snapshot(_ arguments: [String]) throws -> GraphLine {
        let result = try Command.run(Command.meshtop, ["snapshot"] + arguments)
        guard let line = try? JSONDecoder().decode(GraphLine.self, from: Data(result.output.utf8)) else {
            throw ClusterKit.Failure(text: "\(result.status): \(result.output.prefix(300)) \(result.errors)")
        }
        return line
    }
}

/// A simulated mesh in a process of its own.
final class SimulatedProcess {
    let management: [String]
    let prometheus: String
    private let process: RunningCommand

    init(_ arguments: [String]) throws {
        struct Addresses: Decodable {
            var management: [String]
            var prometheus: String
        }
        let process = try RunningCommand(Command.meshtop, ["simulate"] + arguments)
        self.process = process
        guard Deadline.poll(seconds: 20, { !process.lines.isEmpty }), let line = process.lines.first else {
            throw ClusterKit.Failure(text: "no simulated mesh: \(process.errorText)")
        }
        let addresses = try JSONDecoder().decode(Addresses.self, from: Data(line.utf8))
        (management, prometheus) = (addresses.management, addresses.prometheus)
    }

    deinit {
        process.terminate()
        process.waitForExit()
    }
}
