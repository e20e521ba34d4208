// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

/// What a journal keeps is bounded, and writer and reader must agree on each bound: one that keeps less than the other refers to would make
/// recordings that nobody can read.
@Suite("The bounds of the journal")
struct JournalBoundTests {
    private let source = SourceID(.management, "http://h:1")

    private func observation(_ payload: Observation.Payload) -> Observation {
        Observation(at: Timestamp(microseconds: 1), source: source, payload)
    }

    private func member(_ number: Int, roles: [String] = []) throws -> Member {
        let address = try Address(parsing: "akka://Shop@h\(number):1")
        return Member(node: UniqueAddress(address, uid: Int64(number)), status: .up, roles: Roles(roles))
    }

    private func view(_ members: [Member]) throws -> Observation {
        let view = MembershipView(observer: try member(0).node.address, members: MemberList(members))
        return observation(.membership(view, Reply(latency: .zero)))
    }

    /// Writes and reads.
    ///
    /// - Returns: the sizes of the payloads.
    private func roundTrip(_ written: [Observation]) throws -> [Int] {
        var (encoder, decoder) = (ObservationEncoder(), ObservationDecoder())
        return try written.map { observation in
            let payload = encoder.encode(observation)
            let read = try decoder.decode(payload[...])
            #expect(read == observation)
            return payload.count
        }
    }

    // MARK: - Member lists

    @Test(
        "as many lists as are kept are referred to, the one before them is written again",
        arguments: [
            JournalFormat.maximumLists - 1, JournalFormat.maximumLists, JournalFormat.maximumLists + 1,
            2 * JournalFormat.maximumLists,
        ])
    func lists(count: Int) throws {
        let views = try (1...count).map { number in try view([member(0), member(number)]) }
        // Twice in a row: the second time each list was the count-th but last.
        let sizes = try roundTrip(views + views)
        let again = sizes[count...]
        #expect(again.allSatisfy { $0 < 20 } == (count <= JournalFormat.maximumLists), "\(sizes)")
    }

    @Test("every list that is kept can be referred to, however long ago it came")
    func distances() throws {
        let count = JournalFormat.maximumLists
        let views = try (1...count).map { number in try view([member(0), member(number)]) }
        for first in 0..<count {
            let sizes = try roundTrip(views + [views[first]])
            #expect(sizes[count] < 20, "list \(first)")
        }
    }

    @Test(
        "a list that is referred to and not kept is refused",
        arguments: [UInt64(1), UInt64(JournalFormat.maximumLists + 1)])
    func missingList(distance: UInt64) throws {
        var lists = RecentLists()
        if distance > 1 {
            for number in 1...(JournalFormat.maximumLists + 5) { lists.keep(MemberList([try member(number)])) }
            #expect(try lists.list(distance - 1).members.count == 1)
        }
        #expect(throws: WireError.self) { try lists.list(distance) }
        #expect(throws: WireError.self) { try lists.list(0) }
    }

    @Test(
        "a list is read whole whether or not room was made for all of it", .tags(.slow), .unlessQuick,
        arguments: [JournalFormat.maximumReservedRows, JournalFormat.maximumReservedRows + 1])
    func members(count: Int) throws {
        let address = try Address(parsing: "akka://Shop@h:1")
        let rows = (0..<count).map {
            Member(node: UniqueAddress(address, uid: Int64($0)), status: .up, roles: Roles([]))
        }
        #expect(try roundTrip([view(rows)]).count == 1)
    }

    // MARK: - Texts and roles

    @Test("as many texts as have numbers are referred to, one more is written out each time")
    func texts() throws {
        let maximum = JournalFormat.maximumReferences
        // Each stream event of an unknown type writes its type; the source takes two numbers.
        func event(_ number: Int) -> Observation {
            observation(.streamEvent(.unknown(type: "type \(number)"), replayed: false))
        }
        let kept = (0..<maximum - 1).map(event)
        let sizes = try roundTrip(kept + [event(maximum), event(0), event(maximum - 2), event(maximum)])
        let last = sizes.suffix(4)
        #expect(Array(last)[1...2].allSatisfy { $0 < 12 }, "\(last)")
        #expect(last.first == last.last, "it got no number")
        #expect((last.last ?? 0) > 12)
    }

    @Test(
        "as many sets of roles as have numbers are referred to, one more is written out each time", .tags(.slow),
        .unlessQuick)
    func roles() throws {
        let maximum = JournalFormat.maximumReferences
        func event(_ number: Int) throws -> Observation {
            let role = { (digit: Int) in "r\(digit)" }
            let roles = [role(number / 256), role(number % 256 + 1000), role(number / 65_536 + 2000)]
            return observation(.streamEvent(.member(try member(0, roles: roles)), replayed: false))
        }
        let kept = try (0..<maximum).map { try event($0) }
        let sizes = try roundTrip(kept + [event(maximum), event(0), event(maximum - 1), event(maximum)])
        let last = Array(sizes.suffix(4))
        #expect(last[3] > last[1] + 3 && last[3] > last[2] + 3, "it got no number: \(last)")
    }

    @Test("a text of the maximal length is referred to, a longer one is written out each time")
    func lengths() throws {
        for length in [JournalFormat.maximumReferenceLength, JournalFormat.maximumReferenceLength + 1] {
            let text = String(repeating: "x", count: length)
            let event = observation(.streamEvent(.unknown(type: text), replayed: false))
            let sizes = try roundTrip([event, event])
            #expect((sizes[1] < 20) == (length == JournalFormat.maximumReferenceLength), "\(sizes)")
        }
    }

    @Test("a reader refuses one value more than any writer keeps, and a reference to what never came")
    func hostileReferences() throws {
        var list = ReferenceList<String>(("a text", "texts"))
        for number in 0..<JournalFormat.maximumReferences { try list.keep("\(number)") }
        let last = UInt64(JournalFormat.maximumReferences - 1)
        #expect(try list.value(last) == "\(last)")
        #expect(throws: WireError("a text is referred to that never came")) { try list.value(last + 1) }
        #expect(throws: WireError("a text is referred to that never came")) { try list.value(.max - 2) }
        #expect(throws: WireError("too many texts are kept")) { try list.keep("one more") }
    }

    @Test("marks are written as numbers and read back", arguments: [UInt64(0), 1, 2, 3, UInt64.max])
    func marks(number: UInt64) { #expect(ReferenceMark(number: number).number == number) }

    // MARK: - Records

    /// An observation whose payload has a size, for its text is too long to get a number.
    private func sized(_ payload: Int) -> Observation {
        func event(_ count: Int) -> Observation {
            let type = String(repeating: "x", count: count)
            return Observation(
                at: Timestamp(microseconds: 1), source: nil, .streamEvent(.unknown(type: type), replayed: false))
        }
        var encoder = ObservationEncoder()
        // The length of an empty text takes one byte, that of a text of more than two million bytes takes four.
        let rest = encoder.encode(event(0)).count - 1 + 4
        return event(payload - rest)
    }

    private func read(_ bytes: [UInt8]) throws -> Observation? {
        var parser = JournalParser()
        parser.feed(bytes[...])
        let observation = try parser.next()
        try parser.finish()
        return observation
    }

    @Test("a record of the maximal size is read, one of a byte more is refused")
    func size() throws {
        for size in [JournalFormat.maximumPayload, JournalFormat.maximumPayload + 1] {
            var encoder = JournalEncoder()
            let observation = sized(size)
            let payload = encoder.payload(observation)
            try #require(payload.count == size)
            let bytes = encoder.record(of: payload)
            if size == JournalFormat.maximumPayload {
                #expect(try read(bytes) == observation)
            } else {
                #expect(throws: JournalError.self) { try read(bytes) }
            }
        }
    }

    @Test("a recording ends at an observation that no reader would take, and what came before can be read")
    func tooLarge() throws {
        let path = NSTemporaryDirectory() + "meshtop-journal-\(UUID().uuidString).mtr"
        defer { unlink(path) }
        let writer = try JournalWriter(path: path)
        writer.write(observation(.tick))
        writer.write(sized(JournalFormat.maximumPayload))
        #expect(writer.failure == nil)
        writer.write(sized(JournalFormat.maximumPayload + 1))
        #expect(writer.failure?.message.contains("takes more than \(JournalFormat.maximumPayload) bytes") == true)
        writer.write(observation(.tick))
        writer.finish()
        let file = try JournalFile(path: path)
        var count = 0
        while try file.next() != nil { count += 1 }
        #expect(count == 2)
    }

    // MARK: - Telemetry

    private func telemetry(rows: Int, width: Int) -> Observation {
        let keys = TelemetryKeys(width: width, cells: Array(repeating: LabelValue(number: 0), count: rows * width))
        let vector = TelemetryVector(.requests, keys: keys, values: Array(repeating: 0, count: rows))
        let telemetry = Telemetry(
            at: Timestamp(microseconds: 1), window: .seconds(60), interval: .seconds(5), texts: TelemetryTexts(),
            vectors: [vector])
        return observation(.telemetry(telemetry, Reply(latency: .zero)))
    }

    @Test("a metric of the maximal rows and columns is read, one more of either is refused", .tags(.slow), .unlessQuick)
    func telemetryBounds() throws {
        let (rows, columns) = (TelemetryBounds.maximumRows, TelemetryBounds.maximumColumns)
        for (rows, width, isRead) in [
            (2, columns, true), (2, columns + 1, false), (rows, 1, true), (rows + 1, 1, false),
        ] {
            var (encoder, decoder) = (ObservationEncoder(), ObservationDecoder())
            let observation = telemetry(rows: rows, width: width)
            let payload = encoder.encode(observation)
            if isRead {
                #expect(try decoder.decode(payload[...]) == observation, "\(rows) x \(width)")
            } else {
                #expect(throws: WireError.self, "\(rows) x \(width)") { try decoder.decode(payload[...]) }
            }
        }
    }

    @Test("a metric without rows is read, however little follows it", arguments: TelemetryMetric.allCases)
    func noRows(metric: TelemetryMetric) throws {
        let keys = TelemetryKeys(width: metric.columns.count, cells: [])
        let telemetry = Telemetry(
            at: Timestamp(microseconds: 1), window: .seconds(60), interval: .seconds(5), texts: TelemetryTexts(),
            vectors: [TelemetryVector(metric, keys: keys, values: [])])
        _ = try roundTrip([observation(.telemetry(telemetry, Reply(latency: .zero)))])
    }

    @Test("a run of no known values behind the end of the last telemetry is read, not a crash")
    func emptyRun() throws {
        var encoder = ObservationEncoder()
        encoder.wire.number(3)
        for fresh in [2.0, 3.0, 4.0] {
            encoder.wire.number(0)
            encoder.wire.count(1)
            encoder.real(fresh)
        }
        var decoder = ObservationDecoder()
        decoder.wire = WireReader(encoder.wire.bytes[...])
        #expect(try decoder.values(last: [1]) == [2, 3, 4])
    }

    @Test("every case of a closed set has a number of its own, or a journal could not hold it")
    func tables() {
        func isComplete<Value>(_ table: CodeTable<Value>, _ values: [Value]) -> Bool {
            Set(values.compactMap { table.code(of: $0) }).count == values.count
        }
        #expect(isComplete(.graphTypes, GraphType.allCases))
        #expect(isComplete(.httpRates, TrafficRates.Http.allCases))
        #expect(isComplete(.grpcRates, TrafficRates.Grpc.allCases))
        #expect(isComplete(.tcpRates, TrafficRates.Tcp.allCases))
        #expect(isComplete(.ambientRates, TrafficRates.Ambient.allCases))
        #expect(isComplete(.edgeValues, EdgeValue.allCases))
        #expect(isComplete(.telemetryMetrics, TelemetryMetric.allCases))
    }
}
