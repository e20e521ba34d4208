// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

@Suite("Bounds of the engine and of files")
struct EngineBoundTests {
    @Test("with the maximal number of unread observations the mailbox is full, with one less it is not")
    func mailbox() throws {
        let mailbox = try #require(Mailbox())
        let tick = Observation(at: Timestamp(microseconds: 1), source: nil, .tick)
        let almost = Array(repeating: tick, count: Mailbox.maximumUnread - 1)
        mailbox.post(almost, isNews: false, isSettled: false)
        #expect(!mailbox.isFull && mailbox.unread == almost.count)
        mailbox.post([tick], isNews: false, isSettled: false)
        #expect(mailbox.isFull)
        _ = mailbox.drain()
        #expect(!mailbox.isFull)
    }

    @Test("no pause between two tries is longer than the maximum")
    func backoff() {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        for interval in [Duration.milliseconds(100), .seconds(2), Backoff.maximumDelay, Backoff.maximumDelay * 2] {
            var backoff = Backoff()
            for _ in 0..<20 {
                backoff.fail(at: now)
                let delay = (backoff.dueAt(interval: interval, isLikelyToReturn: false) ?? now) - now
                #expect(delay <= Backoff.maximumDelay)
            }
            #expect(backoff.dueAt(interval: interval, isLikelyToReturn: false) == now + Backoff.maximumDelay)
        }
    }

    @Test("a file of the maximal size is read, a larger one is an error")
    func files() throws {
        let path = NSTemporaryDirectory() + "meshtop-bound-\(UUID().uuidString)"
        defer { unlink(path) }
        for (count, isRead) in [(FileReader.maximumSize, true), (FileReader.maximumSize + 1, false)] {
            try Data(repeating: 32, count: count).write(to: URL(filePath: path))
            if isRead {
                #expect(try FileReader.read(path)?.count == count)
            } else {
                #expect(throws: FileError("is larger than 1024 KiB")) { try FileReader.read(path) }
            }
        }
    }

    @Test("a document, and a string in it, of the maximal size is read, a larger one is an error")
    func json() throws {
        for (count, isRead) in [(1024, true), (1025, false)] {
            let body = PaddedBytes(Array("\"\(String(repeating: "x", count: count))\"".utf8))
            let length = try? JSONParser().parse(body) { (reader) throws(JSONError) in try reader.string().count }
            #expect((length == count) == isRead)
            #expect(
                (try? JSONParser(maximumBytes: count + 2).parse(body) { (reader) throws(JSONError) in reader.isString })
                    == true)
            #expect(throws: JSONError.self) {
                try JSONParser(maximumBytes: count + 1).parse(body) { (reader) throws(JSONError) in reader.isString }
            }
        }
        for (count, isRead) in [(JSONTree.maximumString, true), (JSONTree.maximumString + 1, false)] {
            let tree = try? JSONTree(parsing: Array("[\"\(String(repeating: "x", count: count))\"]".utf8))
            #expect((tree != nil) == isRead)
        }
    }

    @Test("YAML of the maximal size, depth and number of values is read, one more of each is an error")
    func yaml() throws {
        func isRead(_ text: String) -> Bool { (try? YAMLReader.read(Array(text.utf8))) != nil }
        let comment = String(repeating: "#", count: YAMLReader.maximumSize - 4)
        #expect(isRead("a: b\n" + comment.dropLast()))
        #expect(!isRead("a: b\n" + comment))
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let depths = (1...40).filter { isRead(nested($0)) }
        #expect(depths == Array(1...(depths.last ?? 0)) && depths.last == YAMLReader.maximumDepth)
        func list(_ values: Int) -> String { "[" + Array(repeating: "a", count: values).joined(separator: ",") + "]" }
        // The list itself is a value too.
        #expect(isRead(list(YAMLReader.maximumNodes - 1)))
        #expect(!isRead(list(YAMLReader.maximumNodes)))
    }
}
