// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Domain event decoder")
struct DomainEventDecoderTests {
    private let decoder = DomainEventDecoder()
    private static let memberJSON =
        #""member":{"dataCenter":"default","roles":["web","dc-default"],"status":"Up","uniqueAddress":{"address":"akka://Shop@10.0.0.9:25520","longUid":-169203556}}"#

    private func decode(_ json: String, type: String = "") throws -> DomainEvent {
        try decoder.decode(Array(json.utf8), type: Array(type.utf8))
    }

    private func member(_ status: MemberStatus = .up) throws -> Member {
        let address = try Address(parsing: "akka://Shop@10.0.0.9:25520")
        return Member(
            node: UniqueAddress(address, uid: -169_203_556), status: status, roles: Roles(["web", "dc-default"]))
    }

    @Test(
        "events of a member carry it, with the status it has in the event",
        arguments: ["MemberJoined", "MemberWeaklyUp", "MemberUp", "MemberLeft", "MemberExited", "MemberDowned"])
    func memberEvents(type: String) throws {
        #expect(try decode(#"{"type":"\#(type)",\#(Self.memberJSON)}"#) == .member(try member()))
    }

    @Test("removal, reachability, leaders, data centres and the end")
    func others() throws {
        let address = try Address(parsing: "akka://Shop@10.0.0.9:25520")
        let cases: [(String, DomainEvent)] = [
            (
                #"{\#(Self.memberJSON),"previousStatus":"Exiting","type":"MemberRemoved"}"#,
                .memberRemoved(try member(), previousStatus: .exiting)
            ),
            (#"{"type":"UnreachableMember",\#(Self.memberJSON)}"#, .unreachable(try member())),
            (#"{"type":"ReachableMember",\#(Self.memberJSON)}"#, .reachable(try member())),
            (#"{"type":"LeaderChanged","address":"akka://Shop@10.0.0.9:25520"}"#, .leaderChanged(address)),
            (#"{"type":"LeaderChanged"}"#, .leaderChanged(nil)),
            (#"{"type":"RoleLeaderChanged","role":"web"}"#, .roleLeaderChanged(role: "web", nil)),
            (#"{"type":"UnreachableDataCenter","dataCenter":"east"}"#, .dataCenterUnreachable("east")),
            (#"{"type":"ReachableDataCenter","dataCenter":"east"}"#, .dataCenterReachable("east")),
            (#"{"type":"ClusterShuttingDown"}"#, .shuttingDown),
            (#"{"type":"Novelty\u001b[1m","x":1}"#, .unknown(type: "Novelty[1m")),
        ]
        for (json, event) in cases { #expect(try decode(json) == event) }
    }

    @Test("without a type in the JSON, the stream's event line names it")
    func typeOfTheStream() throws { #expect(try decode("{}", type: "ClusterShuttingDown") == .shuttingDown) }

    @Test("what is missing or wrong is named with its path")
    func errors() {
        let cases = [
            (#"{"type":"MemberUp"}"#, "member: expected a value, found no such field"),
            (
                #"{"type":"MemberUp","member":{"status":"Up"}}"#,
                "member.uniqueAddress: expected a value, found no such field"
            ),
            (
                #"{"type":"MemberUp","member":{"uniqueAddress":{"longUid":1.5}}}"#,
                "member.uniqueAddress.longUid: expected a 64-bit integer, found the number 1.5"
            ),
            (#"{"type":"RoleLeaderChanged"}"#, "role: expected a value, found no such field"),
        ]
        for (json, expected) in cases {
            #expect { try decode(json) } throws: { ($0 as? JSONError)?.message == expected }
        }
    }
}
