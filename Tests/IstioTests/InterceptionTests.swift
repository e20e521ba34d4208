// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Istio

@Suite("What a sidecar takes")
struct InterceptionTests {
    /// The table of kubernetes.md §8.4.
    private static let rows: [([String: String], BypassRow.Capture, BypassRow.Capture)] = [
        ([:], .captured, .captured),
        (["includeInboundPorts": "8080", "excludeOutboundPorts": "25520,8558"], .bypassed, .bypassed),
        (["excludeInboundPorts": "25520"], .bypassed, .captured),
        (["includeInboundPorts": ""], .bypassed, .captured),
        // A list of ports to include makes the list to exclude void.
        (["includeInboundPorts": "25520", "excludeInboundPorts": "25520"], .captured, .captured),
        (["includeOutboundIPRanges": ""], .captured, .bypassed),
        (["excludeOutboundIPRanges": "10.0.0.0/8"], .captured, .bypassed),
        (["includeOutboundIPRanges": "192.168.0.0/16"], .captured, .bypassed),
        (["includeOutboundIPRanges": "10.0.0.0/24"], .captured, .captured),
        (["includeOutboundIPRanges": "", "includeOutboundPorts": "25520"], .captured, .captured),
        (["includeOutboundPorts": "25520", "excludeOutboundPorts": "25520"], .captured, .bypassed),
    ]

    @Test("annotations decide for each direction", arguments: rows)
    func annotations(row: ([String: String], BypassRow.Capture, BypassRow.Capture)) {
        let annotations = Dictionary(
            uniqueKeysWithValues: row.0.map { ("traffic.sidecar.istio.io/\($0.key)", $0.value) })
        let rules = Interception(annotations: annotations, settings: MeshSettings())
        #expect(rules.inbound(25_520) == row.1, "\(row.0)")
        #expect(rules.outbound(25_520, to: ["10.0.0.7"]) == row.2, "\(row.0)")
    }

    @Test("without interception nothing is taken")
    func none() {
        let rules = Interception(annotations: ["sidecar.istio.io/interceptionMode": "NONE"], settings: MeshSettings())
        #expect(rules.inbound(25_520) == .bypassed && rules.outbound(25_520, to: []) == .bypassed)
    }

    @Test("the arguments of istio-init say what a running pod does, an empty list included")
    func arguments() throws {
        let words = [
            "istio-iptables", "-p", "15001", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "8080", "-d",
            "15090,15021,15020", "-o", "25520,8558",
        ]
        let rules = try #require(Interception(arguments: words))
        #expect(rules.inbound(25_520) == .bypassed && rules.inbound(8_080) == .captured)
        #expect(rules.outbound(8_558, to: []) == .bypassed && rules.outbound(8_080, to: []) == .captured)
        #expect(Interception(arguments: ["run-something-else"]) == nil && Interception(arguments: []) == nil)
    }

    @Test("ranges of addresses that are not understood leave it open")
    func ranges() {
        let rules = Interception(
            annotations: ["traffic.sidecar.istio.io/includeOutboundIPRanges": "fd00::/8"], settings: MeshSettings())
        #expect(rules.outbound(25_520, to: ["10.0.0.7"]) == .unknown)
        #expect(rules.outbound(25_520, to: []) == .unknown)
        #expect(AddressRange("10.0.0.0/33") == nil && AddressRange("10.0.0/8") == nil)
        #expect(AddressRange("10.1.0.0/16")?.contains("10.1.255.255") == true)
        #expect(AddressRange("10.1.0.0/16")?.contains("10.2.0.0") == false)
        #expect(AddressRange("0.0.0.0/0")?.contains("8.8.8.8") == true)
    }

    @Test("the port of a rewritten check is read of the proxy's environment")
    func probers() {
        let text = #"{"/app-health/app/readyz":{"httpGet":{"path":"/ready","port":8558},"timeoutSeconds":1}}"#
        #expect(PodShape.rewrittenPort(text) == 8_558)
        #expect(PodShape.rewrittenPort("{}") == nil)
    }
}
