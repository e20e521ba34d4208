// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Collectors

@Suite("URLs, as libcurl splits them")
struct ParsedURLTests {
    @Test("a URL has its parts")
    func parts() throws {
        let url = try ParsedURL("HTTPS://me:secret@Node-1.shop.svc:8443/a/../b?x=1&y#z")
        #expect(url.scheme == "https" && url.userInfo == "me:secret" && url.host == "Node-1.shop.svc")
        #expect(url.port == 8443 && url.path == "/a/../b" && url.query == "x=1&y" && url.fragment == "z")
        let bare = try ParsedURL("http://h")
        #expect(bare.userInfo == nil && bare.port == nil && bare.path.isEmpty && bare.query == nil)
    }

    @Test(
        "an IPv6 address needs no brackets, and keeps its zone",
        arguments: [
            ("http://[fd00::7]:8558", "fd00::7", 8558), ("http://fd00::7", "fd00::7", nil),
            ("http://[::1]", "::1", nil),
            ("http://[fe80::1%eth0]:1", "fe80::1%eth0", 1),
        ] as [(String, String, Int?)])
    func ipv6(text: String, host: String, port: Int?) throws {
        let url = try ParsedURL(text)
        #expect(url.host == host && url.port == port)
    }

    @Test("an at sign in a password need not be encoded")
    func atSigns() throws {
        let url = try ParsedURL("http://ops:p@ss@h:1/x")
        #expect(url.host == "h" && url.userInfo == "ops:p%40ss")
        #expect(Endpoint(host: "h", port: 1, userInfo: url.userInfo).credentials?.password == "p@ss")
    }

    @Test(
        "what is none says what is wrong",
        arguments: [
            ("http://", .noHost), ("http://:80/", .noHost), ("http:///h", .noHost), ("http://h:0", .badPort),
            ("http://h:65536", .badPort), ("http://h:x", .badPort), ("http://h:+1", .badPort),
            ("http://[::1", .bad("Bad IPv6 address")), ("http://a b", .bad("Bad hostname")),
        ] as [(String, ParsedURL.Problem)])
    func wrong(text: String, problem: ParsedURL.Problem) {
        #expect(throws: problem) { try ParsedURL(text) }
    }

    @Test("ports from 1 to 65535 are ports", arguments: [1, 65_535])
    func ports(port: Int) throws { #expect(try ParsedURL("http://h:\(port)").port == port) }

    @Test("user information is decoded; what is no encoding stays")
    func decoding() {
        #expect(ParsedURL.decoded("a%20b%zz%4") == "a b%zz%4")
        #expect(ParsedURL.decoded("%C3%A9%FF") == "é\u{FFFD}")
    }

    @Test("a host name of the maximal length is one, a longer one is none")
    func hostLength() throws {
        let label = String(repeating: "a", count: ManagementAddress.maximumHost)
        #expect(try ManagementAddress(label).host == label)
        #expect(throws: OptionError.self) { try ManagementAddress(label + "a") }
    }
}
