// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model

@testable import Simulator

/// The bytes of real endpoints, under Tests/Fixtures/management.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/management")

    /// All files with this ending, as paths below the root, sorted.
    static func paths(_ isWanted: (String) -> Bool) -> [String] {
        let all = FileManager.default.enumerator(atPath: root.path())?.compactMap { $0 as? String } ?? []
        return all.filter(isWanted).sorted()
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    static func stack(_ path: String) -> SimulatedStack? {
        SimulatedStack(rawValue: String(path.prefix { $0 != "/" }))
    }
}

/// One answer of `GET /cluster/members`, turned into what the simulator keeps, so that it can be printed again.
struct FixtureView {
    private struct Answer: Decodable {
        struct Row: Decodable {
            let node: String
            let nodeUid: String
            let roles: [String]
            let status: String
        }
        struct Record: Decodable {
            let node: String
            let observedBy: [String]
        }
        let members: [Row]
        let unreachable: [Record]
        let selfNode: String
    }

    let world: World
    let process: SimulatedProcess
    let gossip: Gossip?

    /// - Parameters:
    ///   - path: The fixture.
    ///   - earlier: A view whose members keep their numbers, so that both can be compared.
    /// - Throws: What is wrong with the fixture.
    init(_ path: String, after earlier: FixtureView? = nil) throws {
        let answer = try JSONDecoder().decode(Answer.self, from: Data(try Fixtures.text(path).utf8))
        var world = earlier?.world ?? World(stack: Fixtures.stack(path) ?? .akka26Artery)
        func number(_ node: UniqueAddress, _ roles: [String]) -> Int {
            if let known = world.incarnations.firstIndex(where: { $0.node == node }) { return known }
            world.incarnations.append(Incarnation(slot: world.incarnations.count, node: node, roleNames: roles))
            return world.incarnations.count - 1
        }
        let rows = try answer.members.enumerated().map { index, row in
            let node = UniqueAddress(try Address(parsing: row.node), uid: Int64(row.nodeUid) ?? 0)
            let status = MemberStatus(name: row.status)
            return Gossip.Row(
                id: number(node, row.roles), status: status, upNumber: status == .joining ? .max : index + 1)
        }
        func id(_ text: String) throws -> Int {
            let address = try Address(parsing: text)
            return rows.first { world.incarnations[$0.id].node.address == address }?.id
                ?? number(.init(address, uid: 0), [])
        }
        var reachability = Reachability()
        for record in answer.unreachable {
            for observer in record.observedBy {
                reachability.set(.unreachable, observer: try id(observer), subject: try id(record.node))
            }
        }
        process = SimulatedProcess(id: try id(answer.selfNode), phases: .init(random: &Self.anyRandom))
        gossip =
            rows.isEmpty
            ? nil
            : Gossip(
                serial: 1, rows: rows, reachability: reachability, clock: VectorClock(), tombstones: BitSet(),
                sharing: nil, world: world)
        self.world = world
    }

    private static var anyRandom: SplitMix {
        get { SplitMix(seed: 1) }
        set { _ = newValue }
    }

    /// The answer as the simulator prints it.
    var body: String {
        var process = process
        process.gossip = gossip
        var documents = Documents()
        return String(decoding: documents.members(process, world), as: UTF8.self)
    }

    /// What the node publishes between an earlier view and this one.
    func events(after earlier: FixtureView?) -> [String] {
        GossipDiff(old: earlier?.gossip, new: gossip, observer: process.id, world: world).events
            .map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

extension Gossip {
    /// The same with another status of one member.
    func with(_ status: MemberStatus, of id: Int, world: World) -> Gossip {
        Gossip(
            serial: serial + 1, rows: rows(setting: status, of: [id]), reachability: reachability, clock: clock,
            tombstones: tombstones, sharing: nil, world: world)
    }
}

/// From five roles on, Scala's sets lose the order of insertion: their order says nothing, neither here nor there.
enum RoleOrder {
    /// The body with the entries of `oldestPerRole` sorted.
    static func normalised(_ body: String) -> String {
        guard let start = body.range(of: #""oldestPerRole":{"#),
            let end = body.range(of: "}", range: start.upperBound..<body.endIndex)
        else { return body }
        let entries = body[start.upperBound..<end.lowerBound].split(separator: ",").sorted().joined(separator: ",")
        return body.replacingCharacters(in: start.upperBound..<end.lowerBound, with: entries)
    }

    /// The events with each run of RoleLeaderChanged sorted.
    static func normalised(_ events: [String]) -> [String] {
        var (result, run) = ([String](), [String]())
        for event in events {
            if event.contains("RoleLeaderChanged") {
                run.append(event)
            } else {
                result += run.sorted() + [event]
                run = []
            }
        }
        return result + run.sorted()
    }
}

extension SimulatedStack {
    /// Those whose real answers are recorded; Akka 2.10 is simulated by its source alone.
    static let recorded = allCases.filter { $0 != .akka210Artery }
}
