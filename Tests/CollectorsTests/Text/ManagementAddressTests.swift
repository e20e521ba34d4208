// SPDX-License-Identifier: Apache-2.0
import Collectors
import Testing

@Suite("Addresses of management endpoints")
struct ManagementAddressTests {
    @Test(
        "an address is shown as a complete URL without secrets",
        arguments: [
            ("10.0.0.7", "http://10.0.0.7"),
            ("10.0.0.7:8558", "http://10.0.0.7:8558"),
            ("node-1.shop.svc", "http://node-1.shop.svc"),
            ("http://10.0.0.7:8558/", "http://10.0.0.7:8558"),
            ("HTTPS://h/management/", "https://h/management"),
            ("http://user:secret@h:1/p", "http://***@h:1/p"),
            ("[fd00::7]:8558", "http://[fd00::7]:8558"),
            ("::1", "http://[::1]"),
            ("http://[::1]", "http://[::1]"),
        ])
    func shows(text: String, shown: String) throws {
        #expect(try ManagementAddress(text).shown == shown)
    }

    @Test("a name before = is the cluster's")
    func name() throws {
        let address = try ManagementAddress("blue=https://h:9000/x")
        #expect(address.name == "blue")
        #expect(address.port == 9000)
        #expect(address.path == "/x")
        #expect(try ManagementAddress("http://h/a=b").name == nil)
    }

    @Test(
        "hostile or broken text is refused with a reason",
        arguments: [
            "", "=h", "ftp://h", "http://", "h:0", "h:65536", "h:x", "[::1", "[::1]x", "h h", "h\u{1B}[2J",
            "http://h?x=1", "h:+1",
            String(repeating: "a", count: 300),
        ])
    func refuses(text: String) {
        #expect(throws: OptionError.self) { try ManagementAddress(text) }
    }
}
