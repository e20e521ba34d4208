// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Model
import TestSupport
import Testing

@testable import Simulator

/// A simulated cluster in virtual time, polled once a second and folded: faults are injected at will, several at once.
struct FaultRun {
    /// What is read of each node.
    enum Mode: String, CaseIterable, Sendable {
        case management
        case bridge
    }

    private(set) var cluster: SimulatedCluster
    private(set) var mesh = Mesh()
    private let mode: Mode
    private let members = MembersDecoder()
    private let bridges = BridgeDecoder()
    private let epoch = Timestamp(microseconds: 1_700_000_000_000_000)
    /// The findings that are open at each second, in their order.
    private(set) var history: [(second: Int, open: [Finding])] = []

    init(_ count: Int, mode: Mode = .management, seed: UInt64 = 1, stack: SimulatedStack = .akka26Artery) {
        cluster = SimulatedCluster(.init(scenario: .healthy, members: count, seed: seed, stack: stack))
        cluster.epoch = epoch.microseconds / 1000
        self.mode = mode
        apply(nil, .started(SessionOptions(interval: .seconds(1))))
        for slot in 0..<count {
            apply(Self.management(slot), .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)))
            guard mode == .bridge else { continue }
            apply(Self.bridge(slot), .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)))
        }
    }

    private static func management(_ slot: Int) -> SourceID {
        SourceID(.management, "http://\(SimulatedCluster.host(slot: slot)):8558")
    }

    private static func bridge(_ slot: Int) -> SourceID {
        SourceID(.bridge, "http://\(SimulatedCluster.host(slot: slot)):8558")
    }

    var second: Int { Int(cluster.seconds) }
    private var now: Timestamp { epoch + cluster.elapsed }

    func address(_ slot: Int) -> String {
        "\(SimulatedCluster.host(slot: slot)):\(cluster.configuration.stack.remotingPort)"
    }

    mutating func inject(_ faults: SimulatedFault...) { for fault in faults { cluster.inject(fault) } }

    mutating func run(_ seconds: Int) throws {
        for _ in 0..<seconds {
            _ = cluster.advance(to: cluster.elapsed + .seconds(1))
            for slot in cluster.processes.indices { try poll(slot) }
            apply(nil, .tick)
            history.append((second, open))
        }
    }

    private mutating func poll(_ slot: Int) throws {
        let reply = Reply(latency: .milliseconds(2))
        switch cluster.answer(.init(path: "/cluster/members"), at: slot) {
        case .reply(let answer):
            apply(Self.management(slot), .membership(try members.decode(PaddedBytes(answer.body)), reply))
        case .silence: fail(slot, .timeout)
        default: fail(slot, .refused)
        }
        guard mode == .bridge, case .reply(let answer) = cluster.answer(.init(path: "/meshtop/remoting"), at: slot)
        else { return }
        apply(Self.bridge(slot), .bridge(try bridges.decode(PaddedBytes(answer.body)), reply))
    }

    private mutating func fail(_ slot: Int, _ code: SourceFailure.Code) {
        apply(Self.management(slot), .failed(SourceFailure(code, "no answer"), retryAt: now))
        if mode == .bridge { apply(Self.bridge(slot), .failed(SourceFailure(code, "no answer"), retryAt: now)) }
    }

    private mutating func apply(_ source: SourceID?, _ payload: Observation.Payload) {
        _ = mesh.apply(Observation(at: now, source: source, payload))
    }

    // MARK: - Questions

    var open: [Finding] { mesh.snapshot().findings.filter(\.isOpen) }
    var loud: [Finding] { open.filter { $0.severity > .info } }

    /// The first second since a moment at which a finding of a rule about a node was among the first so many.
    func second(_ rule: FindingRule, about slot: Int?, among count: Int, since start: Int) -> Int? {
        history.first { item in
            item.second >= start
                && item.open.prefix(count).contains { finding in
                    finding.rule == rule
                        && slot.map { slot in finding.subjects.contains { $0.hasSuffix("@\(address(slot))") } } ?? true
                }
        }?.second
    }
}
