// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// How fast answers of `/cluster/members` become views, against Python's orjson that merely parses the same bytes in the same run.
enum MembersDecoding {
    static func run() {
        let document = document(members: 1000, selfNode: 0, changed: nil)
        print("members document: 1,000 members, \(document.utf8.count) bytes")
        let reference = Orjson.best(runs: 2000, document)
        print("orjson.loads".padded, reference.map { "\($0.shown) us" } ?? "not installed")
        report(
            "view of another observer, equal rows", reference,
            (0..<4).map { self.document(members: 1000, selfNode: $0, changed: nil) })
        report(
            "one status changed each time", reference,
            (0..<4).map { self.document(members: 1000, selfNode: 0, changed: 100 + $0) })
        report(
            "every row at another position", reference,
            (0..<2).map { self.document(members: 1000, selfNode: 0, changed: nil, rotated: 1 + $0) })
        let body = PaddedBytes(document.utf8)
        let digest = best { sink = sink &+ BodyDigest(body).hashValue }
        print("digest of an unchanged body".padded, "\(digest.shown) us")
    }

    private nonisolated(unsafe) static var sink = 0

    private static func report(_ name: String, _ reference: Double?, _ documents: [String]) {
        let decoder = MembersDecoder()
        let bodies = documents.map { PaddedBytes($0.utf8) }
        var turn = 0
        let time = best {
            turn += 1
            sink = sink &+ ((try? decoder.decode(bodies[turn % bodies.count]).members.members.count) ?? 0)
        }
        let ratio = reference.map { "\(($0 / time).shown) x orjson" } ?? ""
        print(name.padded, "\(time.shown) us", ratio)
    }

    /// The best of many runs: what the machine can do when nobody disturbs it.
    private static func best(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(1)
        for _ in 0..<2000 { best = min(best, clock.measure(body)) }
        return Double(best.components.attoseconds) / 1e12
    }

    private static func document(members: Int, selfNode: Int, changed: Int?, rotated: Int = 0) -> String {
        func address(_ number: Int) -> String { "akka://Shop@10.0.\(number / 250).\(number % 250 + 1):25520" }
        let rows = (0..<members).map { position in
            let number = (position + rotated) % members
            let uid = Int64(truncatingIfNeeded: UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15)
            let status = number == changed ? "Leaving" : "Up"
            return
                #"{"node":"\#(address(number))","nodeUid":"\#(uid)","roles":["web","dc-default"],"status":"\#(status)"}"#
        }
        let leader = address(0)
        return #"{"leader":"\#(leader)","members":[\#(rows.joined(separator: ","))],"oldest":"\#(leader)","#
            + #""oldestPerRole":{"web":"\#(leader)","dc-default":"\#(leader)"},"selfNode":"\#(address(selfNode))","unreachable":[]}"#
    }
}

extension String {
    var padded: String { self + String(repeating: " ", count: max(0, 40 - count)) }
}

extension Double {
    fileprivate var shown: String { String((self * 10).rounded() / 10) }
}
