// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Simulator

/// Each bound of the simulator at its value and one beyond.
@Suite("Bounds of the simulator") struct SimulatorBoundTests {
    @Test("a process keeps its newest 200 remoting events", arguments: [200, 201])
    func events(count: Int) {
        var events = RemotingEvents()
        for number in 1...count {
            events.append(RemotingEvent(at: Int64(number), kind: .associated, incarnation: 0))
        }
        #expect(events.newest.count == 200)
        #expect(events.newest.first?.sequence == count - 199 && events.newest.last?.sequence == count)
    }

    @Test("outages are bounded, the oldest go", arguments: [2_048, 2_049])
    func outages(count: Int) {
        var outages = Outages()
        outages.begin(.gone, Array(0..<count), at: 10)
        #expect(outages.isOut([0], at: 11) == (count == 2_048))
        #expect(outages.isOut([1], at: 11) && outages.isOut([count - 1], at: 11))
    }

    @Test("an outage counts for 25 seconds and not longer")
    func noticed() {
        var outages = Outages()
        outages.begin(.gone, [0], at: 10)
        #expect(outages.seconds(.gone, of: [0], until: 35) == 25)
        #expect(outages.seconds(.gone, of: [0], until: 35.5) == 25)
        #expect(outages.seconds(.gone, of: [0], until: 34.5) == 24.5)
    }

    @Test("a mesh has 3 to 1,000 members", arguments: [2, 1_001])
    func members(count: Int) {
        let error = #expect(throws: SimulatedMeshError.self) {
            try SimulatedMesh(SimulatedCluster.Configuration(members: count)).start()
        }
        if case .badCount(let bad) = error {
            #expect(bad == count)
        } else {
            Issue.record("\(String(describing: error))")
        }
    }

    @Test("up to 64 members every pair has an association", arguments: [(64, 63), (65, 9)])
    func pairs(members: Int, associations: Int) throws {
        var run = WatchedBridge(.healthy, members: members)
        try run.run(to: 2)
        let report = try #require(run.reports[0])
        // In a larger mesh those that heartbeats come from, too.
        #expect(
            members == 64 ? report.associations.count == associations : (9...18).contains(report.associations.count))
    }

    @Test("a newcomer gets five seed nodes at most")
    func seeds() throws {
        var cluster = SimulatedCluster(.init(members: 6))
        guard case .reply(let reply) = cluster.answer(.init(path: "/bootstrap/seed-nodes"), at: 0) else {
            Issue.record("no answer")
            return
        }
        #expect(String(decoding: reply.body, as: UTF8.self).split(separator: "nodeUid").count == 6)
    }

    @Test("a stream that is not read ends when more than a megabyte waits", arguments: [0, 1])
    func unread(excess: Int) throws {
        let connection = try #require(OpaquePointer(bitPattern: 8))
        var stream = EventStream(slot: 0, types: nil, connection: connection, pending: [], lastSent: 0)
        stream.append([UInt8](repeating: 0, count: (1 << 20) + excess), at: 1)
        #expect(stream.hasEnded == (excess == 1))
    }

    @Test("a form of a megabyte is not taken in", arguments: [-1, 0])
    func form(excess: Int) throws {
        let connection = try #require(OpaquePointer(bitPattern: 8))
        var state = MeshState(SimulatedCluster(.init()))
        [UInt8](repeating: 65, count: (1 << 20) + excess).withUnsafeBytes { state.receive($0, on: connection) }
        #expect(state.takeForm(connection).count == (excess < 0 ? (1 << 20) - 1 : 0))
    }

    @Test("the places of a block of addresses are 250")
    func hosts() {
        #expect(SimulatedCluster.host(slot: 249) == "127.1.1.250" && SimulatedCluster.host(slot: 250) == "127.1.2.1")
        for slot in [0, 249, 250, 999] {
            let bytes = SimulatedCluster.host(slot: slot).split(separator: ".").compactMap { UInt32($0) }
            #expect(SimulatedCluster.slot(host: bytes.reduce(0) { $0 << 8 | $1 }) == slot)
        }
    }
}
