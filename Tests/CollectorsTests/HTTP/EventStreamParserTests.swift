// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Collectors

@Suite("Event stream parser")
struct EventStreamParserTests {
    private typealias Event = EventStreamParser.Event

    private func parse(_ text: String, maximumLine: Int = 1 << 20, maximumEvent: Int = 1 << 20) -> [Event] {
        var parser = EventStreamParser(maximumLine: maximumLine, maximumEvent: maximumEvent)
        return parser.receive(text.utf8)
    }

    private func message(_ type: String, _ data: String) -> Event {
        .message(type: Array(type.utf8), data: Array(data.utf8))
    }

    @Test("fields come in any order, with or without a blank behind the colon")
    func fields() {
        #expect(parse("data:{\"a\":1}\nevent:MemberUp\n\n") == [message("MemberUp", "{\"a\":1}")])
        #expect(parse("event: MemberUp\ndata: {\"a\":1}\n\n") == [message("MemberUp", "{\"a\":1}")])
        #expect(parse("data:  two blanks\n\n") == [message("", " two blanks")])
        #expect(parse("data\ndata:x\n\n") == [message("", "\nx")])
    }

    @Test("lines end with LF, CR or CRLF", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) {
        let text = ["data:a", "event:T", "", "data:b", "", ""].joined(separator: end)
        #expect(parse(text) == [message("T", "a"), message("", "b")])
    }

    @Test("data of many lines is joined by line feeds")
    func manyLines() { #expect(parse("data:a\ndata:\ndata:b\n\n") == [message("", "a\n\nb")]) }

    @Test("empty data is a heartbeat; comments, unknown fields and lone event names are nothing")
    func heartbeats() {
        #expect(parse("data:\n\n") == [.heartbeat])
        #expect(parse("data\n\n") == [.heartbeat])
        #expect(parse(":comment\n\nid:7\nretry:10\n\nevent:T\n\n\n\n") == [])
    }

    @Test("a byte order mark at the start is no part of the first field")
    func byteOrderMark() {
        #expect(parse("\u{FEFF}data:a\n\n\u{FEFF}data:b\n\n") == [message("", "a")])
    }

    @Test("an event without its blank line is not complete")
    func incomplete() { #expect(parse("data:a\n") == []) }

    @Test("an overlong line or event is said once, and the next event is read")
    func overlong() {
        let long = String(repeating: "x", count: 30)
        #expect(parse("data:\(long)\nevent:T\n\ndata:b\n\n", maximumLine: 20) == [.overlong, message("", "b")])
        #expect(parse(":\(long)\n\ndata:b\n\n", maximumLine: 20) == [.overlong, message("", "b")])
        #expect(
            parse("data:0123456789\ndata:0123456789\n\ndata:b\n\n", maximumEvent: 15) == [.overlong, message("", "b")])
    }

    @Test("wherever the chunks are cut, the events are the same")
    func chunks() {
        let text =
            "\u{FEFF}data:{\"é\":1}\r\nevent:MemberUp\r\n\r\n:c\rdata:\r\rdata:a\ndata:b\n\ndata:\(String(repeating: "x", count: 40))\n\n"
        let bytes = Array(text.utf8)
        let expected = parse(text, maximumLine: 30)
        #expect(expected.count == 4)
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for _ in 0..<200 {
            var parser = EventStreamParser(maximumLine: 30)
            var events: [Event] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let cut = Int.random(in: 1...min(7, rest.count), using: &random)
                events += parser.receive(rest.prefix(cut))
                rest = rest.dropFirst(cut)
            }
            #expect(events == expected, "seed \(seed)")
        }
    }
}

/// A small generator whose seed can be printed and used again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
