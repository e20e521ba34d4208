// SPDX-License-Identifier: Apache-2.0
internal import Model

extension ManagementCollector {
    /// How often a node is asked which members there are to join.
    private static let seedsPeriod = Duration.seconds(10)
    /// Maximum number of bytes of such an answer, which names five members at most.
    private static let maximumSeeds = 64 << 10

    /// Asks a node in a pod that has no cluster yet which members there are to join.
    mutating func askSeeds(of key: SourceKey) {
        let now = outbox.now
        guard let source = sources[key], source.isWithoutCluster else { return }
        if let asked = source.seedsAskedAt, now - asked < Self.seedsPeriod { return }
        sources[key]?.seedsAskedAt = now
        ask(.seeds, of: key)
    }

    /// Takes an answer of any status (akka-management, `HttpClusterBootstrapRoutes.scala`).
    mutating func receiveSeeds(_ response: HTTPResponse, from key: SourceKey) {
        guard response.status == 200 else {
            return emit([401, 403].contains(response.status) ? .denied : .other, [], from: key)
        }
        let answer = try? JSONParser(maximumBytes: Self.maximumSeeds).parse(response.body) {
            (reader: inout JSONReader) throws(JSONError) in
            try ObjectValue(&reader, ["seedNodes": .fields(["node"])])
        }
        guard let answer, case .list(let nodes) = answer["seedNodes"] else { return emit(.other, [], from: key) }
        let seeds = nodes.compactMap { $0["node"].text }.compactMap { try? Address(parsing: $0) }.sorted()
        emit(seeds.isEmpty ? .none : .seeds, seeds, from: key)
    }

    /// Takes a request that got no answer.
    mutating func receiveSeeds(_ failure: SourceFailure, from key: SourceKey) {
        switch failure.code {
        case .refused: emit(.refused, [], from: key)
        case .timeout: emit(.timeout, [], from: key)
        case .auth: emit(.denied, [], from: key)
        default: emit(.other, [], from: key)
        }
    }

    private mutating func emit(_ answer: BootstrapSnapshot.Answer, _ seeds: [Address], from key: SourceKey) {
        sources[key]?.settled.insert(.seeds)
        guard let source = sources[key] else { return }
        outbox.emit(.contactPoint(answer, seeds: seeds), from: source.id)
    }
}
