// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Address")
struct AddressTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var text: String
        var scheme: String
        var system: String
        var host: String?
        var port: UInt16?
        var hostPort: String
        var transport: RemotingTransport

        var testDescription: String { text }
    }

    @Test(
        "both forks' addresses are read, of both transports",
        arguments: [
            Example(
                text: "akka://Shop@10.0.0.7:25520", scheme: "akka", system: "Shop", host: "10.0.0.7", port: 25520,
                hostPort: "10.0.0.7:25520", transport: .artery),
            Example(
                text: "pekko://Shop@shop-0.shop.default.svc:17355", scheme: "pekko", system: "Shop",
                host: "shop-0.shop.default.svc", port: 17355, hostPort: "shop-0.shop.default.svc:17355",
                transport: .artery),
            Example(
                text: "akka.tcp://a-b_c@h:2552", scheme: "akka.tcp", system: "a-b_c", host: "h", port: 2552,
                hostPort: "h:2552", transport: .classic),
            Example(
                text: "pekko.ssl.tcp://Shop@h:1", scheme: "pekko.ssl.tcp", system: "Shop", host: "h", port: 1,
                hostPort: "h:1", transport: .classic),
            Example(
                text: "akka://Shop@[fe80::1%eth0]:25520", scheme: "akka", system: "Shop", host: "fe80::1%eth0",
                port: 25520, hostPort: "[fe80::1%eth0]:25520", transport: .artery),
            Example(
                text: "akka://Shop@::1:25520", scheme: "akka", system: "Shop", host: "::1", port: 25520,
                hostPort: "[::1]:25520", transport: .artery),
            Example(
                text: "akka://Shop", scheme: "akka", system: "Shop", host: nil, port: nil, hostPort: "Shop",
                transport: .artery),
        ])
    func reads(example: Example) throws {
        let address = try Address(parsing: example.text)
        #expect(address.text == example.text)
        #expect(address.scheme == example.scheme)
        #expect(address.system == example.system)
        #expect(address.host == example.host)
        #expect(address.port == example.port)
        #expect(address.hostPort == example.hostPort)
        #expect(address.transport == example.transport)
        #expect("\(address)" == example.text)
    }

    @Test(
        "a text that is no address is refused with what is wrong",
        arguments: [
            ("", .noScheme), ("Shop@h:1", .noScheme), ("://Shop@h:1", .noScheme), ("akka:/Shop@h:1", .noScheme),
            ("AKKA://Shop@h:1", .noScheme), (".://Shop@h:1", .noScheme), ("akka.://Shop@h:1", .noScheme),
            ("akka..tcp://Shop@h:1", .noScheme),
            ("akka://@h:1", .badSystemName), ("akka://", .badSystemName), ("akka://-a@h:1", .badSystemName),
            ("akka://a.b@h:1", .badSystemName), ("akka://a/b@h:1", .badSystemName),
            ("akka://Shop@", .noPort), ("akka://Shop@h", .noPort),
            ("akka://Shop@h:", .badPort), ("akka://Shop@h:-1", .badPort), ("akka://Shop@h:+1", .badPort),
            ("akka://Shop@h:65536", .badPort), ("akka://Shop@h:1x", .badPort), ("akka://Shop@[::1]", .badPort),
            ("akka://Shop@h:99999999999999999999999", .badPort),
            ("akka://Shop@:1", .badHost), ("akka://Shop@[]:1", .badHost), ("akka://Shop@[:1", .badHost),
            ("akka://Shop@[::1:1", .badHost), ("akka://Shop@[h]:1", .badHost), ("akka://Shop@[::]]:1", .badHost),
            ("akka://Shop@[::<b>]:1", .badHost), ("akka://Shop@a/b:1", .badHost), ("akka://Shop@u@h:1", .badHost),
            ("akka://Shop@h\"onclick:1", .badHost),
            ("akka://Shop@h h:1", .forbiddenCharacter), ("akka://Shop@h:1\n", .forbiddenCharacter),
            ("akka://Shop@\u{1B}[31mh:1", .forbiddenCharacter), ("akka://Shop@h\0:1", .forbiddenCharacter),
            ("akka://Shöp@h:1", .forbiddenCharacter), ("akka://Shop@h:1\u{202E}", .forbiddenCharacter),
            ("akka://Shop@\u{7F}:1", .forbiddenCharacter),
        ] as [(String, AddressError)])
    func refuses(text: String, reason: AddressError) {
        #expect(throws: reason) { try Address(parsing: text) }
        #expect(!reason.description.isEmpty)
    }

    @Test("512 bytes are the most that is read")
    func length() throws {
        let head = "akka://Shop@"
        let longest = head + String(repeating: "h", count: 512 - head.utf8.count - 2) + ":1"
        #expect(try Address(parsing: longest).text == longest)
        #expect(throws: AddressError.tooLong) { try Address(parsing: longest + "1") }
        #expect(throws: AddressError.tooLong) { try Address(parsing: String(repeating: "x", count: 5_000_000)) }
    }

    @Test("random bytes are read or refused, never a crash")
    func hostileBytes() {
        var random = SplitMix(seed: 21)
        let alphabet = Array("ak.:/@[]%-_09Z\u{1B}\n é")
        for _ in 0..<5000 {
            let length = Int.random(in: 0...40, using: &random)
            let text = String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            guard let address = try? Address(parsing: text) else { continue }
            #expect(address.text == text)
            #expect(!address.hostPort.isEmpty)
        }
    }

    @Test("the protocol is no part of the identity")
    func equality() {
        let akka = address("akka://Shop@h:1")
        for text in ["pekko://Shop@h:1", "akka.tcp://Shop@h:1", "pekko.ssl.tcp://Shop@h:1"] {
            #expect(akka == address(text))
            #expect(akka.hashValue == address(text).hashValue)
            #expect(!(akka < address(text)) && !(address(text) < akka))
        }
        for text in ["akka://Shop@h:2", "akka://Shop@i:1", "akka://Other@h:1", "akka://Shop"] {
            #expect(akka != address(text))
        }
        #expect(address("akka://Shop@[::1]:1") == address("akka://Shop@::1:1"))
    }

    @Test("addresses are ordered by host as text, then by port as a number")
    func ordering() {
        let sorted = [
            "akka://Shop", "akka://Shop@10.0.0.10:25520", "akka://Shop@10.0.0.9:80", "akka://Shop@10.0.0.9:443",
            "akka://Shop@10.0.0.9:25520", "akka://Shop@A:1", "akka://Shop@a:1", "akka://Shop@a.b:1",
        ].map(address)
        #expect(sorted.reversed().sorted().map(\.text) == sorted.map(\.text))
    }

    @Test("IPv6 hosts are ordered with their brackets, as they are printed")
    func orderingOfIPv6() {
        let sorted = ["akka://Shop@[::12]:1", "akka://Shop@[::1]:1", "akka://Shop@[::1a]:1"].map(address)
        #expect(sorted.reversed().sorted().map(\.text) == sorted.map(\.text))
    }

    @Test("nodes are ordered by address, then by signed uid")
    func uniqueAddresses() {
        let sorted = [
            node("a", uid: .min), node("a", uid: -1), node("a", uid: 0), node("a", uid: .max), node("b", uid: -5),
        ]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(node("a", uid: -169_203_556).description == "akka://Shop@a:25520#-169203556")
        #expect(node("a", uid: 1) != node("a", uid: 2))
    }
}
