// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("What --probe takes")
struct ProbeTargetTests {
    @Test("a workload, a member, or neither stands in front of the URL")
    func subjects() throws {
        let workload = try ProbeTarget("shop/checkout=http://10.0.0.7:8080/readyz")
        #expect(workload.subject == .one(.workload(WorkloadName(namespace: "shop", name: "checkout"))))
        #expect(workload.paths == ["/readyz"] && !workload.isGuess)
        #expect(workload.endpoint.url == "http://10.0.0.7:8080")
        let member = try ProbeTarget("10.0.0.7:25520=https://ingress/shop/health")
        #expect(member.subject == .one(.member(host: "10.0.0.7", port: 25520)))
        #expect(member.endpoint.url == "https://ingress:443" && member.paths == ["/shop/health"])
        let bare = try ProbeTarget("http://[fd00::7]:8080/health")
        #expect(bare.subject == .one(.member(host: "fd00::7", port: nil)))
    }

    @Test("without a path the common ones are tried")
    func commonPaths() throws {
        for text in ["http://10.0.0.7:8080", "http://10.0.0.7:8080/"] {
            let target = try ProbeTarget(text)
            #expect(target.paths == ["/healthz", "/readyz", "/health"] && target.isGuess)
        }
    }

    @Test("{host} stands for every member, or for those of a role")
    func everyMember() throws {
        #expect(try ProbeTarget("http://{host}:8080/readyz").subject == .everyMember(role: nil))
        #expect(try ProbeTarget("role:web=http://{host}:8080/readyz").subject == .everyMember(role: "web"))
        #expect(try ProbeTarget("http://{host}:8080/readyz").needsMembers)
    }

    @Test(
        "what is none is refused with what would have been right",
        arguments: [
            ("10.0.0.7:8080/readyz", "neither http:// nor https://"),
            ("shop/checkout=", "neither http:// nor https://"),
            ("http://", "the host is missing"),
            ("http://a/x{host}", "stands for the host alone"),
            ("http://{host}.svc/x", "stands for the host alone"),
            ("shop/checkout=http://{host}/x", "must be role:ROLE"),
            ("role:=http://{host}/x", "must be role:ROLE"),
            ("role:web=http://10.0.0.7/x", "write {host}"),
            ("shop/=http://10.0.0.7/x", "is not NAMESPACE/WORKLOAD"),
            ("a/b/c=http://10.0.0.7/x", "is not NAMESPACE/WORKLOAD"),
            ("http://10.0.0.7/x?token=1", "no query"),
            ("http://10.0.0.7:99999/x", "is no port"),
        ])
    func refused(text: String, reason: String) {
        do {
            let target = try ProbeTarget(text)
            Issue.record("\(text) was taken as \(target)")
        } catch {
            #expect(error.message.contains(reason), "\(error.message)")
        }
    }

    @Test("a password is in no text that is shown")
    func secrets() throws {
        let target = try ProbeTarget("http://ops:geheim@10.0.0.7:8080/readyz")
        #expect(target.endpoint.credentials?.password == "geheim")
        #expect(!target.endpoint.url.contains("geheim"))
        #expect(throws: OptionError.self) { try ProbeTarget("ops:geheim@host") }
        do { _ = try ProbeTarget("x=ftp://ops:geheim@host") } catch { #expect(!error.message.contains("geheim")) }
    }
}
