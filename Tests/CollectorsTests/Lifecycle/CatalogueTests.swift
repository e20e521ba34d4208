// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite struct CatalogueTests {
    struct Sample: Sendable, CustomStringConvertible {
        let code: String
        let line: String
        var description: String { code }
    }

    static let samples: [Sample] = {
        let text = (try? LogSupport.fixture("patterns.txt")) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { row in
            let parts = row.split(separator: "\t", maxSplits: 1)
            return parts.count == 2 ? Sample(code: String(parts[0]), line: String(parts[1])) : nil
        }
    }()

    @Test("every recorded line is recognised as its pattern, at its time", arguments: samples)
    func recognised(sample: Sample) throws {
        let events = LogSupport.events(sample.line + "\n")
        let event = try #require(events.first?.event)
        #expect(event.pattern == sample.code)
        let time = sample.line.prefix(23).replacingOccurrences(of: ",", with: ".") + "Z"
        #expect(event.at == Timestamp(rfc3339: time))
        #expect(event.evidence.line == 1)
    }

    @Test("every pattern of the catalogue has a template that compiles and a line that proves it")
    func complete() {
        let proven = Set(Self.samples.map(\.code))
        for row in LogCatalogue.rows {
            #expect(LogTemplate(row.template, shortestKey: LogCatalogue.shortestKey) != nil, "\(row.template)")
            #expect(proven.contains(row.code), "no line for \(row.code)")
        }
    }

    @Test("the same line as logstash's JSON gives the same event", .tags(.slow), .unlessQuick, arguments: samples)
    func asJSON(sample: Sample) throws {
        let text = try #require(LogSupport.events(sample.line + "\n").first?.event)
        let head = try #require(sample.line.range(of: " - "))
        let message = String(sample.line[head.upperBound...])
        let words = sample.line[..<head.lowerBound].split(separator: " ")
        let object = [
            "@timestamp": sample.line.prefix(23).replacingOccurrences(of: ",", with: ".").replacingOccurrences(
                of: " ", with: "T") + "Z",
            "message": message, "logger_name": String(words[3]), "level": String(words[2]),
            "akkaSource": words.count > 4 ? String(words[4]) : "",
        ]
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        let json = try #require(LogSupport.events(Array(data) + [10]).first?.event)
        #expect(json == text)
    }

    @Test("Pekko's words and Akka's words are the same to it")
    func forks() throws {
        let line =
            "2026-11-21 05:10:13,116 WARN  org.apache.pekko.remote.artery.Association Association(pekko://Shop) - Association to [pekko://Shop@10.0.0.9:17355] with UID [5512] is irrecoverably failed. UID is now quarantined and all messages to this UID will be delivered to dead letters. Remote ActorSystem must be restarted to recover from this situation. Reason: Cluster member removed, previous status [Down]\n"
        let event = try #require(LogSupport.events(line).first?.event)
        #expect(
            event.kind == .quarantined(harmless: false, reason: "Cluster member removed, previous status [Down]"))
        #expect(event.uid == 5512)
        #expect(event.peer == (try LogSupport.address("pekko://Shop@10.0.0.9:17355")))
        #expect(event.transport == .artery)
        #expect(event.observer == nil)
    }

    @Test("a gate has its time and its reason")
    func gate() throws {
        let line =
            "2026-11-21 05:10:13,116 WARN  akka.remote.ReliableDeliverySupervisor akka.tcp://Shop@10.0.0.7:2552/system/endpointManager/x-akka.tcp%3A%2F%2FShop%4010.0.0.9%3A2552-1 - Association with remote system [akka.tcp://Shop@10.0.0.9:2552] has failed, address is now gated for [5000] ms. Reason: [Association failed with [akka.tcp://Shop@10.0.0.9:2552]] Caused by: [java.net.ConnectException: Connection refused: /10.0.0.9:2552]\n"
        let event = try #require(LogSupport.events(line).first?.event)
        #expect(event.kind == .gated(for: .seconds(5), .refused))
        #expect(event.observer == (try LogSupport.address("akka.tcp://Shop@10.0.0.7:2552")))
        #expect(event.transport == .classic)
    }

    @Test("a list of members becomes one event for each")
    func list() throws {
        let line =
            "2017-02-01 05:10:13,116 WARN  a.c.Cluster x - Cluster Node [akka.tcp://Shop@10.0.0.7:2552] - Marking node(s) as UNREACHABLE [Member(address = akka.tcp://Shop@10.0.0.8:2552, status = Up), Member(address = akka.tcp://Shop@[::1]:2552, status = Up)]. Node roles [dc-default]\n"
        let events = LogSupport.events(line).map(\.event)
        #expect(events.map(\.peer?.hostPort) == ["10.0.0.8:2552", "[::1]:2552"])
        #expect(
            events.allSatisfy { $0.kind == .unreachable(expected: false) && $0.observer?.hostPort == "10.0.0.7:2552" })
    }

    @Test("why an association failed may stand in the stack trace below")
    func stackTrace() throws {
        let text = """
            2026-11-21 05:10:13,116 ERROR akka.remote.EndpointWriter akka.tcp://Shop@10.0.0.7:2552/system/x - AssociationError [akka.tcp://Shop@10.0.0.7:2552] -> [akka.tcp://Shop@10.0.0.9:2552]: Error [Invalid address: akka.tcp://Shop@10.0.0.9:2552] [
            akka.remote.InvalidAssociation: Invalid address: akka.tcp://Shop@10.0.0.9:2552
            Caused by: akka.remote.transport.Transport$InvalidAssociationException: The remote system has quarantined this system. No further associations to the remote system are possible until this system is restarted.
            ]
            2026-11-21 05:10:14,116 INFO  x y - something else

            """
        let events = LogSupport.events(text).map(\.event)
        #expect(events.map(\.kind) == [.associationFailed(.quarantinedByPeer, inbound: false)])
        #expect(events.first?.evidence.line == 1)
    }

    @Test("a line of a stack trace has the time and the observer of the line that it belongs to")
    func insideStackTrace() throws {
        let text = """
            2026-11-21 05:10:13,116 ERROR akka.x akka://Shop@10.0.0.7:25520/user/a - Something of an application
            akka.remote.OversizedPayloadException: Discarding oversized payload sent to Actor[x]: max allowed size 128000 bytes. Message type [x].
            \tat akka.x.y

            """
        let event = try #require(LogSupport.events(text).first?.event)
        #expect(event.pattern == "T20")
        #expect(event.at == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
        #expect(event.observer?.hostPort == "10.0.0.7:25520")
        #expect(event.evidence.line == 2)
    }

    @Test("words of the cluster in somebody else's line are nothing")
    func foreign() {
        let text = """
            2026-11-21 05:10:13,116 INFO  com.example.App x - Shutting down...
            2026-11-21 05:10:13,116 INFO  com.example.App x - Alice is the new leader of the board
            2026-11-21 05:10:13,116 INFO  com.example.App x - xMarking node as UNREACHABLE [Member(akka://Shop@10.0.0.9:25520, Up)].
            2026-11-21 05:10:13,116 INFO  com.example.App x - Marking node as UNREACHABLE later

            """
        #expect(LogSupport.events(text).isEmpty)
    }
}
