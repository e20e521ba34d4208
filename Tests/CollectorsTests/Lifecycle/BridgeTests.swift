// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite struct BridgeTests {
    private static let document = #"""
        {"v":1,"self":"akka://Shop@10.0.0.7:25520","uid":"-169203556","stack":"akka-2.6.21","remoting":"artery-tcp","atMs":1714557600123,
         "detectors":[{"kind":"cluster","peer":"akka://Shop@10.0.0.9:25520","phi":2.31,"phiInf":false,"threshold":8.0,"available":true,"sinceMs":1204,"samples":57,"meanMs":1001.2,"stdDeviationMs":4.8,"minStdDeviationMs":100,"acceptablePauseMs":3000},
                      {"kind":"cluster","peer":"akka://Shop@10.0.0.8:25520","phi":null,"phiInf":true,"threshold":8.0,"available":false,"sinceMs":9000},
                      {"kind":"watch","peer":"akka://Shop@10.0.0.8:25520","phi":-0.0,"phiInf":false,"threshold":8.0,"available":true,"sinceMs":0}],
         "associations":[{"peer":"akka://Shop@10.0.0.9:25520","uid":"5512","state":"active","harmless":false,"lastUsedMs":350},
                         {"peer":"akka://Shop@10.0.0.8:25520","uid":null,"state":"gated","harmless":false,"backoff":true,"gatedUntilMs":null},
                         {"peer":"akka://Shop@10.0.0.6:25520","uid":7,"state":"melted"}],
         "reachability":[{"observer":"akka://Shop@10.0.0.7:25520","subject":"akka://Shop@10.0.0.9:25520","status":"Unreachable","version":3}],
         "events":[{"seq":4,"atMs":1714557599000,"type":"QuarantinedEvent","peer":"akka://Shop@10.0.0.9:25520","uid":"5512"},
                   {"seq":3,"atMs":1714557598000,"type":"AssociationErrorEvent","peer":null,"uid":null,"inbound":true,"reason":"a\u0007b"}],
         "seen":["akka://Shop@10.0.0.7:25520"],"news":{"x":[1]}}
        """#

    private func decode(_ text: String, known: (uid: Int64, sequence: Int64)? = nil) throws(JSONError) -> BridgeReport {
        try BridgeDecoder().decode(PaddedBytes(text.utf8), known: known)
    }

    @Test("an answer is read with all its rows")
    func reads() throws {
        let report = try decode(Self.document)
        #expect(report.node == UniqueAddress(try LogSupport.address("akka://Shop@10.0.0.7:25520"), uid: -169_203_556))
        #expect(report.transport == .artery)
        #expect(report.detectors.map(\.phi) == [2.31, nil])
        #expect(report.detectors.map(\.isInfinite) == [false, true])
        #expect(report.detectors[0].history?.mean == 1001.2)
        #expect(report.detectors[1].history == nil)
        #expect(report.associations.map(\.state) == [.active, .gated, .unknown])
        #expect(report.associations[1].isBackingOff)
        #expect(report.associations[0].lastUsed == .milliseconds(350))
        #expect(report.events.map(\.sequence) == [3, 4])
        #expect(report.events[0].reason == "ab")
        #expect(report.seen.count == 1)
    }

    @Test("events that are known are left out, those of another process are not")
    func knownEvents() throws {
        #expect(try decode(Self.document, known: (-169_203_556, 3)).events.map(\.sequence) == [4])
        #expect(try decode(Self.document, known: (1, 3)).events.count == 2)
    }

    @Test(
        "a lie is an error with its place",
        arguments: [
            (#""phi":2.31"#, #""phi":"NaN""#, "detectors[0].phi"),
            (#""phi":2.31"#, #""phi":-1"#, "detectors[0].phi"),
            (
                #""threshold":8.0,"available":true,"sinceMs":1204"#, #""threshold":8.0,"available":1,"sinceMs":1204"#,
                "detectors[0].available"
            ),
            (#""sinceMs":1204"#, #""sinceMs":1e300"#, "detectors[0].sinceMs"),
            (#""sinceMs":1204"#, #""sinceMs":"soon""#, "detectors[0].sinceMs"),
            (#""meanMs":1001.2"#, #""meanMs":[]"#, "detectors[0].meanMs"),
            (#""state":"active""#, #""state":3"#, "associations[0].state"),
            (#""uid":"5512","state""#, #""uid":"99999999999999999999","state""#, "associations[0].uid"),
            (#""status":"Unreachable""#, #""status":"Gone""#, "reachability[0].status"),
            (#""atMs":1714557600123"#, #""atMs":true"#, "atMs"),
            (#""v":1"#, #""v":2"#, "v"),
            (#""self":"akka://Shop@10.0.0.7:25520","#, #""#, "self"),
            (#""seen":["akka://Shop@10.0.0.7:25520"]"#, #""seen":{}"#, "seen"),
            (#""peer":"akka://Shop@10.0.0.9:25520","phi""#, #""peer":"nobody","phi""#, "detectors[0].peer"),
        ])
    func lies(good: String, bad: String, path: String) throws {
        let text = Self.document.replacing(good, with: bad, maxReplacements: 1)
        try #require(text != Self.document)
        let error = #expect(throws: JSONError.self) { try decode(text) }
        #expect(error?.path == path)
    }

    @Test("infinity, NaN and half a document are no JSON")
    func noJSON() {
        for bad in ["1e999", "NaN", "Infinity", "-Infinity"] {
            #expect(throws: JSONError.self) { try decode(Self.document.replacing("2.31", with: bad)) }
        }
        #expect(throws: JSONError.self) { try decode(String(Self.document.prefix(300))) }
        #expect(throws: JSONError.self) { try decode("[]") }
    }
}
