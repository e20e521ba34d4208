// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// When the collector asks bridges, and what becomes of their sources.
@Suite struct BridgePollTests {
    private static let endpoint = Endpoint(host: "10.0.0.7", port: 8558)
    private static let members =
        #"{"selfNode":"akka://Shop@10.0.0.7:25520","leader":"akka://Shop@10.0.0.7:25520","oldest":"akka://Shop@10.0.0.7:25520","members":[{"node":"akka://Shop@10.0.0.7:25520","nodeUid":"1","roles":[],"status":"Up"}],"unreachable":[]}"#
    private static let report =
        #"{"v":1,"self":"akka://Shop@10.0.0.7:25520","uid":"1","stack":"akka-2.6.21","remoting":"artery-tcp","atMs":1714557600123,"detectors":[],"associations":[],"reachability":[],"events":[],"seen":[]}"#

    private static func rig(asksBridge: Bool = true, _ bridge: @escaping () -> CollectorRig.Answer) -> CollectorRig {
        let options = ManagementSetup(seeds: [ManagementSeed(endpoints: [endpoint])], asksBridge: asksBridge)
        let rig = CollectorRig(options) { url in
            if url.hasSuffix("/cluster/members") { return .reply(200, members) }
            if url.hasSuffix("/meshtop/remoting") { return bridge() }
            return url.hasSuffix("/domain-events") ? .reply(404, "") : .reply(200, "OK")
        }
        rig.begin()
        return rig
    }

    private static func log(_ rig: CollectorRig) -> [String] { rig.log(of: endpoint.url + "/meshtop/remoting") }

    private static func asked(_ rig: CollectorRig) -> Int { rig.asked.filter { $0.url.hasSuffix("/remoting") }.count }

    @Test("a bridge that answers is a source, polled with each tick of its member, never beside another request")
    func answers() {
        let rig = Self.rig { .reply(200, Self.report) }
        rig.run(for: .seconds(11))
        #expect(Self.log(rig).first == "found" || Self.log(rig).first == "configured")
        #expect(Self.log(rig).dropFirst().allSatisfy { $0 == "bridge" })
        #expect((5...6).contains(Self.asked(rig)))
        #expect(rig.overlaps.isEmpty)
        #expect(rig.collector.isSettled(at: rig.now))
    }

    @Test("a node without a bridge has no such source, and is asked again once a minute")
    func absent() {
        let rig = Self.rig { .reply(404, "") }
        rig.run(for: .seconds(59))
        #expect(Self.asked(rig) == 1)
        #expect(Self.log(rig).isEmpty)
        #expect(rig.collector.isSettled(at: rig.now))
        rig.run(for: .seconds(60))
        #expect(Self.asked(rig) == 2)
    }

    @Test("a bridge that lies is a failing source, and what it says is not passed on")
    func lies() {
        var answer = Self.report
        let rig = Self.rig { .reply(200, answer) }
        rig.run(for: .seconds(3))
        answer = Self.report.replacing("\"detectors\":[]", with: "\"detectors\":[{\"phi\":\"NaN\"}]")
        rig.run(for: .seconds(8))
        #expect(Self.log(rig).contains("format"))
        answer = Self.report
        rig.run(for: .seconds(60))
        #expect(Self.log(rig).last == "bridge")
    }

    @Test("a bridge that goes takes its source along")
    func goes() {
        var isThere = true
        let rig = Self.rig { isThere ? .reply(200, Self.report) : .reply(404, "") }
        rig.run(for: .seconds(3))
        isThere = false
        rig.run(for: .seconds(5))
        #expect(Self.log(rig).last == "removed")
    }

    @Test("the bridge of a node that does not answer fails with it, and comes back with it")
    func nodeGone() {
        var isThere = true
        let options = ManagementSetup(seeds: [ManagementSeed(endpoints: [Self.endpoint])], asksBridge: true)
        let rig = CollectorRig(options) { url in
            guard isThere else { return .fail(.refused) }
            if url.hasSuffix("/cluster/members") { return .reply(200, Self.members) }
            return .reply(url.hasSuffix("/domain-events") ? 404 : 200, Self.report)
        }
        rig.begin()
        rig.run(for: .seconds(5))
        isThere = false
        rig.run(for: .seconds(5))
        #expect(Self.log(rig).last == "refused")
        isThere = true
        rig.run(for: .seconds(40))
        #expect(Self.log(rig).last == "bridge")
    }

    @Test("without the wish no bridge is asked")
    func unwanted() {
        let rig = Self.rig(asksBridge: false) { .reply(200, Self.report) }
        rig.run(for: .seconds(10))
        #expect(Self.asked(rig) == 0)
    }
}
