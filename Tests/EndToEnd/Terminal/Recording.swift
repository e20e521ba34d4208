// SPDX-License-Identifier: Apache-2.0
import Collectors
import Foundation
import Model

/// A short recording of three members, made once per test: with it the screen needs no cluster and no network.
struct Recording {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "meshtop-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).mtr"
        let writer = try? JournalWriter(path: path)
        for observation in Self.observations { writer?.write(observation) }
        writer?.finish()
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private static var observations: [Observation] {
        let start = Timestamp(milliseconds: 1_795_000_000_000)
        var result = [Observation(at: start, source: nil, .started(SessionOptions()))]
        let addresses = (1...3).compactMap { try? Address(parsing: "akka://Shop@127.0.0.\($0):25520") }
        let members = MemberList(
            addresses.enumerated().map {
                Member(node: UniqueAddress($1, uid: Int64($0 + 1)), status: .up, roles: Roles(["dc-default", "web"]))
            })
        for (index, address) in addresses.enumerated() {
            let source = SourceID(.management, "http://127.0.0.\(index + 1):8558")
            let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
            let view = MembershipView(
                observer: address, members: members, leader: addresses.first, oldest: addresses.first)
            result.append(Observation(at: start, source: source, .sourceAdded(origin)))
            result.append(
                Observation(
                    at: start + .milliseconds(5), source: source, .membership(view, Reply(latency: .milliseconds(3)))))
        }
        result.append(Observation(at: start + .milliseconds(6), source: nil, .tick))
        // Something far away, so that the replay is still going on while the test lasts.
        result.append(Observation(at: start + .seconds(3600), source: nil, .tick))
        return result
    }
}
