// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

/// The cases of akka-cluster's HeartbeatNodeRingSpec, and an example of twelve nodes whose uids spread over all 64 bits.
@Suite("HeartbeatRing")
struct HeartbeatRingTests {
    @Test("how many monitor a node follows from the version, as its reference.conf has it")
    func versions() {
        let expected = [
            "akka-2.5.31": 5, "akka-2.4.20": 5, "akka-2.6.21": 9, "akka-2.10.1": 9, "akka-3.0": 9, "pekko-1.2.1": 9,
            "akka": 9, "": 9, "akka-x.y": 9,
        ]
        for (stack, count) in expected {
            #expect(HeartbeatRing.monitoredByMembers(stack: stack) == count, "\(stack)")
        }
    }

    @Test("a cluster's rows expect as many monitors as its version has")
    func expectedRows() {
        let nodes = (1...12).map { node("n\($0)", uid: Int64($0)) }
        let members = nodes.sorted().map { node in
            MemberSnapshot(
                node: node, status: .up, since: Timestamp(microseconds: 0), roles: Roles([]), isLeader: nil,
                isOldest: nil,
                ready: nil, alive: nil, unreachableBy: [], unreachableSince: nil, removedAt: nil,
                health: Health(level: .healthy), observedAt: Timestamp(microseconds: 0), freshness: .fresh, source: nil)
        }
        for monitored in [5, 9] {
            let cluster = ClusterSnapshot(
                id: "S", system: "S", stack: .akka, transport: .artery, leader: nil, health: Health(level: .healthy),
                members: members, views: [], partitions: [], monitoredByMembers: monitored)
            let expected = ExpectedMonitoring(cluster)
            #expect(expected.receivers(of: nodes[0], dataCenter: "default").count == monitored)
            #expect(cluster.associationRows().count { $0.isExpected == true } == 12 * monitored)
        }
    }

    private static let six: [String: Int64] = ["aa": 1, "bb": 2, "cc": 3, "dd": 4, "ee": 5, "ff": 6]

    private static let twelve: [String: Int64] = [
        "n00": 8_035_482_637_408_219_523, "n01": -169_203_556, "n02": 1_234_567_890_123_456_789,
        "n03": -5_555_555_555_555_555_555, "n04": 42, "n05": -42, "n06": 777_777_777_777, "n07": -31337,
        "n08": 9_007_199_254_740_993, "n09": 65536, "n10": -9_007_199_254_740_993, "n11": 123_456_789,
    ]

    /// The order on the ring of the twelve, by the hashes of their uids.
    private static let order = [
        "n03", "n00", "n05", "n04", "n07", "n09", "n10", "n08", "n11", "n01", "n06", "n02",
    ]

    private func receivers(
        in nodes: [String: Int64], of sender: String, unreachable: [String] = [], monitored: Int
    ) -> Set<String> {
        let ring = HeartbeatRing(nodes: nodes.map { node($0, uid: $1) }, monitored: monitored)
        let receivers = ring.receivers(
            of: node(sender, uid: nodes[sender]), unreachable: Set(unreachable.map { node($0, uid: nodes[$0]) }))
        return Set(receivers.map { $0.address.host ?? "" })
    }

    @Test(
        "unreachable nodes are received from but do not count",
        arguments: [
            ("aa", ["bb", "cc", "dd", "ff"]), ("bb", ["cc", "dd", "ee", "ff"]), ("cc", ["bb", "dd", "ee", "ff"]),
            ("dd", ["aa", "bb", "cc", "ee", "ff"]), ("ee", ["aa", "bb", "cc", "ff"]), ("ff", ["aa", "bb", "cc"]),
        ])
    func unreachable(sender: String, expected: [String]) {
        #expect(receivers(in: Self.six, of: sender, unreachable: ["aa", "dd", "ee"], monitored: 3) == Set(expected))
    }

    @Test(
        "the next ones on the ring are monitored",
        arguments: [
            ("aa", ["bb", "cc", "dd"]), ("bb", ["cc", "dd", "ee"]), ("cc", ["dd", "ee", "ff"]),
            ("dd", ["ee", "ff", "aa"]), ("ee", ["ff", "aa", "bb"]), ("ff", ["aa", "bb", "cc"]),
        ])
    func next(sender: String, expected: [String]) {
        #expect(receivers(in: Self.six, of: sender, monitored: 3) == Set(expected))
    }

    @Test("all others are monitored when there are not more", arguments: [5, 6, 7])
    func all(monitored: Int) {
        let expected: Set = ["aa", "bb", "dd", "ee", "ff"]
        #expect(receivers(in: Self.six, of: "cc", monitored: monitored) == expected)
    }

    @Test("a node that is alone, or not on the ring, monitors nobody")
    func alone() {
        #expect(receivers(in: ["cc": 3], of: "cc", monitored: 3).isEmpty)
        #expect(receivers(in: [:], of: "cc", monitored: 3).isEmpty)
        #expect(receivers(in: Self.six, of: "zz", monitored: 3).isEmpty)
    }

    @Test("the ring is in the order of Java's signed 32-bit hashes of the uids", arguments: order)
    func hashes(sender: String) {
        let start = Self.order.firstIndex(of: sender) ?? 0
        let expected = (1...9).map { Self.order[(start + $0) % Self.order.count] }
        let found = receivers(
            in: Self.twelve, of: sender, monitored: HeartbeatRing.defaultMonitoredByMembers)
        #expect(found == Set(expected))
        for monitored in 1...10 {
            let found = receivers(in: Self.twelve, of: sender, monitored: monitored)
            #expect(found == Set((1...monitored).map { Self.order[(start + $0) % Self.order.count] }))
        }
    }

    @Test("uids of equal hash are ordered by address, then by uid")
    func ties() {
        let ties = [node("b", uid: 1), node("a", uid: 1), node("c", uid: 4_294_967_296), node("a", uid: -2)]
        let ring = HeartbeatRing(nodes: ties, monitored: 1)
        #expect(ring.receivers(of: node("a", uid: -2)) == [node("a", uid: 1)])
        #expect(ring.receivers(of: node("a", uid: 1)) == [node("b", uid: 1)])
        #expect(ring.receivers(of: node("b", uid: 1)) == [node("c", uid: 4_294_967_296)])
        #expect(ring.receivers(of: node("c", uid: 4_294_967_296)) == [node("a", uid: -2)])
    }

    @Test("the same nodes in any order make the same ring")
    func anyOrder() {
        var random = SplitMix(seed: 31)
        let nodes = Self.twelve.map { node($0, uid: $1) }
        let expected = nodes.sorted().map { HeartbeatRing(nodes: nodes, monitored: 3).receivers(of: $0) }
        for _ in 0..<20 {
            let ring = HeartbeatRing(nodes: nodes.shuffled(using: &random), monitored: 3)
            #expect(nodes.sorted().map { ring.receivers(of: $0) } == expected)
        }
    }
}
