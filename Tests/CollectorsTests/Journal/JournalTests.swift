// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("The journal")
struct JournalTests {
    @Test("random observations come back as they were, in pieces of any size", .tags(.slow), .unlessQuick)
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = RandomObservations(seed: seed)
        let written = try (0..<300).map { _ in try random.next() }
        let bytes = journal(written)
        for size in [1, 7, 4_096, bytes.count] {
            let read = try parse(bytes, pieces: size)
            // Equality of addresses and texts is looser than what is printed, so the debugging texts are compared too.
            #expect(read == written, "seed \(seed)")
            #expect(read.map { exact($0) } == written.map { exact($0) }, "seed \(seed)")
        }
    }

    @Test("an unchanged answer takes less than 24 bytes, an agreeing view less than 32")
    func small() throws {
        let source = SourceID(.management, "http://10.0.0.7:8558")
        let reply = Reply(latency: .microseconds(2_345), server: "akka-http/10.2.10")
        let members = try (0..<1_000).map { index in
            Member(
                node: UniqueAddress(
                    try Address(parsing: "akka://Shop@10.0.0.7:\(index + 1)"), uid: Int64.max - Int64(index)),
                status: .up, roles: Roles(["web", "dc-eu"]))
        }
        let view = MembershipView(observer: members[0].node.address, members: MemberList(members))
        let other = MembershipView(observer: members[1].node.address, members: MemberList(members))
        var encoder = JournalEncoder()
        func size(_ at: Int64, _ payload: Observation.Payload) -> Int {
            encoder.record(Observation(at: Timestamp(microseconds: at), source: source, payload)).count
        }
        #expect(size(1_000_000, .membership(view, reply)) < 60_000)
        #expect(size(1_000_900, .membership(other, reply)) < 32)
        #expect(size(3_000_000, .membershipUnchanged(reply)) < 24)
        #expect(size(3_000_000, .membership(view, reply)) < 32)
    }

    @Test(
        "a file that is cut off anywhere gives what is complete, then says where it was cut", .tags(.slow), .unlessQuick
    )
    func truncated() throws {
        var random = RandomObservations(seed: 7)
        let written = try (0..<12).map { _ in try random.next() }
        let bytes = journal(written)
        var ends: Set<Int> = [JournalFormat.headerSize]
        var encoder = JournalEncoder()
        var end = 0
        for observation in written {
            end += encoder.record(observation).count
            ends.insert(end)
        }
        for length in 0..<bytes.count {
            var parser = JournalParser()
            parser.feed(bytes[..<length])
            var read: [Observation] = []
            while let observation = try parser.next() { read.append(observation) }
            #expect(read == Array(written[..<read.count]))
            if ends.contains(length) {
                try parser.finish()
            } else {
                let error = #expect(throws: JournalError.self) { try parser.finish() }
                #expect(error?.code == (length < JournalFormat.headerSize ? .notAJournal : .truncated))
                if length >= JournalFormat.headerSize {
                    #expect(error?.message.contains("\(read.count) observations were read") == true)
                    #expect(error?.message.contains("at offset ") == true)
                }
            }
        }
    }

    @Test("a changed byte anywhere is found, and never crashes the reader", .tags(.slow), .unlessQuick)
    func damaged() throws {
        var random = RandomObservations(seed: 11)
        let written = try (0..<8).map { _ in try random.next() }
        let bytes = journal(written)
        for index in bytes.indices {
            // The last two bytes of the header are reserved and not looked at.
            if index == 18 || index == 19 { continue }
            var damaged = bytes
            damaged[index] ^= 0x55
            #expect(throws: JournalError.self, "byte \(index)") { try parse(damaged, pieces: 4_096) }
        }
    }

    @Test("hostile records with right checksums are refused or read, never crash")
    func hostile() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var generator = SeededGenerator(seed: seed)
        var random = RandomObservations(seed: seed)
        for _ in 0..<1_000 {
            var encoder = ObservationEncoder()
            var payload = encoder.encode(try random.next())
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                payload[Int.random(in: payload.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            var decoder = ObservationDecoder()
            _ = try? decoder.decode(payload[...])
        }
    }

    @Test("something else is told from a journal at once")
    func somethingElse() {
        for text in ["{\"schema\":\"meshtop/v1\"}", "meshtop", "", "meshtop journax\n1234"] {
            let error = #expect(throws: JournalError.self) { try parse(Array(text.utf8), pieces: 100) }
            #expect(error?.code == .notAJournal)
        }
        var newer = JournalFormat.recordsHeader
        newer[16] = 9
        let error = #expect(throws: JournalError.self) { try parse(newer, pieces: 100) }
        #expect(error?.message == "has version 9, and this meshtop reads versions up to 2: use a newer one")
    }

    @Test("a record that claims to be huge is refused before it is waited for")
    func huge() {
        let bytes = JournalFormat.recordsHeader + [255, 255, 255, 127, 0, 0, 0, 0]
        let error = #expect(throws: JournalError.self) { try parse(bytes, pieces: 100) }
        #expect(error?.message == "is damaged at offset 20: a record of 2147483647 bytes; 0 observations were read")
    }

    @Test("a secret of a URL never reaches the bytes")
    func secrets() {
        let source = SourceID(.management, "http://me:secret@h:1")
        let failure = SourceFailure(.auth, "GET http://me:secret@h:1/cluster/members: 401")
        let bytes = journal([
            Observation(
                at: Timestamp(microseconds: 1), source: source, .failed(failure, retryAt: Timestamp(microseconds: 2)))
        ])
        #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
    }

    @Test("the checksum is that of zlib")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    private func journal(_ observations: [Observation]) -> [UInt8] {
        var encoder = JournalEncoder()
        return observations.flatMap { encoder.record($0) }
    }

    private func parse(_ bytes: [UInt8], pieces: Int) throws -> [Observation] {
        var parser = JournalParser()
        var observations: [Observation] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            parser.feed(bytes[start..<min(start + pieces, bytes.count)])
            while let observation = try parser.next() { observations.append(observation) }
        }
        try parser.finish()
        return observations
    }

    private func exact(_ observation: Observation) -> [UInt8] {
        var encoder = ObservationEncoder()
        return encoder.encode(observation)
    }
}
