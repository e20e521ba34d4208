// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Members decoder")
struct MembersDecoderTests {
    private let decoder = MembersDecoder()

    private func decode(_ text: String) throws -> MembershipView { try decoder.decode(PaddedBytes(text.utf8)) }

    private func address(_ text: String) throws -> Address { try Address(parsing: text) }

    private func message(_ text: String) -> String {
        do { return "decoded: \(try decode(text))" } catch let error as JSONError { return error.message } catch {
            return "\(error)"
        }
    }

    private func row(
        _ host: Int, uid: String = "\"7\"", status: String = "Up", roles: String = "\"web\",\"dc-default\""
    ) -> String {
        #"{"node":"akka://Shop@10.0.0.\#(host):25520","nodeUid":\#(uid),"status":"\#(status)","roles":[\#(roles)]}"#
    }

    private func document(_ rows: [String], selfNode: Int = 7, more: String = "") -> String {
        #"{"selfNode":"akka://Shop@10.0.0.\#(selfNode):25520","members":[\#(rows.joined(separator: ","))]\#(more)}"#
    }

    @Test("a whole document becomes a view")
    func wholeDocument() throws {
        let text = #"""
            {"selfNode":"akka://Shop@10.0.0.7:25520",
             "members":[{"node":"akka://Shop@10.0.0.9:25520","nodeUid":"-169203556","status":"Up","roles":["web","dc-east"]},
                        {"node":"akka://Shop@10.0.0.7:25520","nodeUid":12,"status":"WeaklyUp","roles":[],"new":{"x":[1]}}],
             "unreachable":[{"node":"akka://Shop@10.0.0.9:25520","observedBy":["akka://Shop@10.0.0.8:25520","akka://Shop@10.0.0.7:25520"]}],
             "leader":"akka://Shop@10.0.0.7:25520","oldest":"akka://Shop@10.0.0.9:25520",
             "oldestPerRole":{"web":"<unknown>","dc-east":7}}
            """#
        let view = try decode(text)
        let (seven, nine) = (try address("akka://Shop@10.0.0.7:25520"), try address("akka://Shop@10.0.0.9:25520"))
        #expect(view.observer == seven)
        #expect(
            view.members.members == [
                Member(node: UniqueAddress(seven, uid: 12), status: .weaklyUp, roles: Roles([])),
                Member(node: UniqueAddress(nine, uid: -169_203_556), status: .up, roles: Roles(["dc-east", "web"])),
            ])
        #expect(
            view.unreachable == [
                UnreachableRecord(subject: nine, observers: [seven, try address("akka://Shop@10.0.0.8:25520")])
            ])
        #expect(view.leader == seven)
        #expect(view.oldest == nine)
    }

    @Test("a node that has not joined lists nobody, sees no leader, and is a view all the same")
    func notJoined() throws {
        for more in ["", #","unreachable":[]"#, #","leader":null,"oldest":null"#, #","leader":"<unknown>""#] {
            let view = try decode(document([], more: more))
            #expect(view.members.members.isEmpty)
            #expect(view.leader == nil && view.oldest == nil)
        }
    }

    @Test("a status that nobody knows is kept, without what a terminal would obey")
    func unknownStatus() throws {
        let view = try decode(document([row(1, status: "Half\\u001b[2JUp", roles: "\"a\\u001b]0;x\\u0007\"")]))
        #expect(view.members.members.map(\.status) == [.unknown("Half[2JUp")])
        #expect(view.members.members.map(\.roles.names) == [["a]0;x"]])
    }

    @Test("an error names the path, what was expected and what was found")
    func errors() {
        let cases = [
            (
                document([row(1), row(2, uid: "\"x\"")]),
                #"members[1].nodeUid: expected a 64-bit integer, found the string "x""#
            ),
            (document([row(1), "7"]), "members[1]: expected an object, found the number 7"),
            (document([row(1, roles: "1")]), "members[0].roles[0]: expected a string, found the number 1"),
            (
                document([#"{"node":"akka://S@h:1","status":"Up"}"#]),
                "members[0].nodeUid: expected a 64-bit integer, found no such field"
            ),
            (document([#"{"nodeUid":1,"status":"Up"}"#]), "members[0].node: expected an address, found no such field"),
            (
                document([#"{"nodeUid":1,"node":"akka://S@h:1"}"#]),
                "members[0].status: expected a string, found no such field"
            ),
            (
                document([#"{"node":"nowhere","nodeUid":1,"status":"Up"}"#]),
                #"members[0].node: expected an address, found "nowhere", which has no scheme such as akka:// or pekko://"#
            ),
            (
                document([#"{"node":"akka://S@h\u001b[31m:1","nodeUid":1,"status":"Up"}"#]),
                #"members[0].node: expected an address, found "akka://S@h[31m:1", which has characters other than visible ASCII"#
            ),
            (#"{"members":[]}"#, "selfNode: expected an address, found no such field"),
            (#"{"selfNode":"akka://S@h:1"}"#, "members: expected an array, found no such field"),
            (#"{"selfNode":"akka://S@h:1","members":{}}"#, "members: expected an array, found an object"),
            (
                document([], more: #","unreachable":[{"observedBy":[]}]"#),
                "unreachable[0].node: expected an address, found no such field"
            ),
            (
                document([], more: #","unreachable":[{"node":"akka://S@h:1","observedBy":[1]}]"#),
                "unreachable[0].observedBy[0]: expected a string, found the number 1"
            ),
            ("[]", "document: expected an object, found an array"),
        ]
        for (text, expected) in cases { #expect(message(text) == expected) }
    }

    @Test("more members than any cluster has are an error, as is a name without end")
    func bounds() {
        let many = (0...MembersDecoder.maximumMembers).map { row($0 % 250) }
        #expect(message(document(many)) == "members[10000]: expected at most 10000 members, found more")
        let long = document([#"{"node":"akka://S@\#(String(repeating: "h", count: 1100)):1"}"#])
        #expect(message(long) == "members[0].node: expected a string of at most 1024 bytes, found 1111 bytes")
    }

    @Test("of a node that is listed twice, the status that wins in gossip stays")
    func repeated() throws {
        let view = try decode(document([row(1), row(2), row(1, status: "Down")]))
        #expect(view.members.members.map(\.status) == [.down, .up])
        let later = try decode(document([row(1), row(2, status: "Leaving"), row(1, status: "Down")]))
        #expect(later.members.members.map(\.status) == [.down, .leaving])
    }

    @Test("equal lists are one object, also when two differing lists take turns and the rows come in another order")
    func sharing() throws {
        let (first, second) = ([row(1), row(2), row(3)], [row(1), row(2, status: "Down"), row(3)])
        let a = try decode(document(first, selfNode: 1)).members
        let b = try decode(document(second, selfNode: 2)).members
        #expect(a != b)
        #expect(try decode(document(first, selfNode: 3)).members === a)
        #expect(try decode(document(second, selfNode: 3)).members === b)
        #expect(try decode(document(first.reversed(), selfNode: 3)).members === a)
    }

    @Test("an error half-way does not spoil the next document")
    func afterAnError() throws {
        let good = document([row(1), row(2), row(3)])
        let expected = try decode(good)
        _ = message(document([row(5), row(6, status: "Down"), row(7, uid: "true")]))
        #expect(try decode(good) == expected)
        _ = message("{")
        #expect(try decode(good) == expected)
    }

    @Test("whatever came before, a document decodes to what a new decoder makes of it")
    func remembering() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<400 {
            let rows = (0..<Int.random(in: 0...6, using: &random)).map { host in
                let uid = Bool.random(using: &random) ? "\"\(Int.random(in: 1...2, using: &random))\"" : "1"
                let status = ["Up", "Down", "Leaving"].randomElement(using: &random) ?? "Up"
                let roles = ["", "\"a\"", "\"a\",\"b\"", "\"ab\""].randomElement(using: &random) ?? ""
                return row(Bool.random(using: &random) ? host : 6 - host, uid: uid, status: status, roles: roles)
            }
            let text = document(rows, selfNode: Int.random(in: 1...100, using: &random))
            let fresh = try MembersDecoder().decode(PaddedBytes(text.utf8))
            #expect(try decode(text) == fresh, "seed \(seed)")
        }
    }

    @Test("digests tell bodies apart that differ in one byte or in length")
    func digests() {
        func digest(_ bytes: [UInt8]) -> BodyDigest { bytes.withUnsafeBytes { BodyDigest($0) } }
        for count in [0, 1, 8, 15, 16, 17, 31, 32, 200] {
            let bytes = [UInt8](repeating: 0, count: count)
            var seen: Set = [digest(bytes), digest(bytes + [0])]
            for position in bytes.indices {
                var changed = bytes
                changed[position] = 1
                seen.insert(digest(changed))
            }
            #expect(seen.count == count + 2)
            #expect(digest(bytes) == digest(bytes))
        }
    }
}
