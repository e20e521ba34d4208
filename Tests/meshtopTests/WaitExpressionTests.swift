// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Testing
import Views

@testable import meshtop

@Suite("What wait waits for")
struct WaitExpressionTests {
    @Test(
        "comparisons hold for what is so",
        arguments: [
            "members=3", "up=3", "members=3,up=3", "up>=2", "up>2", "up<4", "up<=3", "up!=2", "unreachable=0",
            "sources_failing=0",
            "health=healthy", "health>=degraded", "leader=10.0.0.1", "leader=10.0.0.1:25520", "leader!=none",
            "partitions=1",
            " members = 3 , up = 3 ", "joining=0", "views=3", "sources=3", "clusters=1",
        ])
    func holds(text: String) throws {
        #expect(try WaitExpression(text).holds(WaitFacts(try SmallMesh.snapshot())))
    }

    @Test(
        "comparisons do not hold for what is not so, nor for what is not known",
        arguments: [
            "members=4", "up=3,members=4", "up<3", "health<healthy", "health!=healthy", "leader=none",
            "leader=10.0.0.2",
            "phi_max<8", "phi_max>=0", "phi_max!=1", "health=unknown",
        ])
    func fails(text: String) throws {
        let expression = try WaitExpression(text)
        let facts = WaitFacts(try SmallMesh.snapshot())
        #expect(!expression.holds(facts))
        #expect(!expression.unmet(facts).isEmpty)
    }

    @Test("each number is the one that is counted, and not the default of a name that nobody fills")
    func values() throws {
        let facts = WaitFacts(try SmallMesh.snapshot(phi: 2.5, states: [.gated, .quarantined]))
        let expected: [MeshCounts.Name: Double] = [
            .members: 3, .up: 3, .unreachable: 0, .gated: 1, .quarantined: 1, .greatestPhi: 2.5, .failingSources: 0,
            .sources: 4, .joining: 0, .weaklyUp: 0, .leaving: 0, .exiting: 0, .down: 0, .removed: 0, .clusters: 1,
            .partitions: 1, .views: 3,
        ]
        for name in MeshCounts.Name.allCases {
            #expect(facts.counts[name] == expected[name], "\(name.rawValue)")
            #expect(expected[name] != nil, "\(name.rawValue) has no expectation")
        }
        let statuses: [MemberStatus] = [.up, .joining, .weaklyUp, .leaving, .exiting, .down]
        let mixed = WaitFacts(try SmallMesh.snapshot(statuses, lost: 2)).counts
        for name in [MeshCounts.Name.up, .joining, .weaklyUp, .leaving, .exiting, .down] {
            #expect(mixed[name] == 1, "\(name.rawValue)")
        }
        #expect(mixed[.members] == 6 && mixed[.unreachable] == 1 && mixed[.failingSources] == 1)
        #expect(mixed[.removed] == 0 && mixed[.views] == 5 && mixed[.greatestPhi] == nil)
    }

    @Test("gates, quarantines and phi can be waited for")
    func remoting() throws {
        let facts = WaitFacts(try SmallMesh.snapshot(phi: 2.5, states: [.gated, .quarantined]))
        #expect(try WaitExpression("gated=1,quarantined>=1,phi_max>2,phi_max<8").holds(facts))
        for text in ["gated=0", "quarantined=0", "phi_max>2.5", "phi_max=0"] {
            #expect(try !WaitExpression(text).holds(facts), "\(text)")
        }
        #expect(
            try WaitExpression("gated=0,phi_max>8").unmet(facts) == ["gated=0 (it is 1)", "phi_max>8 (it is 2.5)"])
    }

    @Test("an infinite phi is greater than any number")
    func infinite() throws {
        let facts = WaitFacts(try SmallMesh.snapshot(phi: .infinity, states: [.active, .active]))
        #expect(facts.counts[.greatestPhi] == .infinity)
        #expect(try WaitExpression("phi_max>=8,quarantined=0,gated=0").holds(facts))
        #expect(try WaitExpression("phi_max<8").unmet(facts) == ["phi_max<8 (it is infinite)"])
    }

    @Test(
        "wait counts as check prints",
        arguments: [(0.4, [AssociationState.active, .active]), (9, [.gated, .gated]), (1, [.quarantined, .active])])
    func agreesWithCheck(phi: Double, states: [AssociationState]) throws {
        let snapshot = try SmallMesh.snapshot(phi: phi, states: states)
        let facts = WaitFacts(snapshot)
        let line = CheckReport.line(snapshot, failOn: .degraded).text
        let data = try #require(line.split(separator: "|").last).split(separator: " ")
        #expect(data.count == MeshCounts.Name.performanceData.count)
        for pair in data {
            let parts = pair.split(separator: "=")
            let name = try #require(MeshCounts.Name(rawValue: String(parts[0])))
            #expect(facts.counts[name] == Double(parts[1]), "\(pair)")
            #expect(try WaitExpression("\(pair)").holds(facts), "\(pair)")
        }
    }

    @Test("what check prints as unknown, wait takes for neither so nor not so")
    func unknown() throws {
        let snapshot = try SmallMesh.snapshot()
        #expect(CheckReport.line(snapshot, failOn: .degraded).text.contains(" phi_max=U "))
        #expect(WaitFacts(snapshot).counts[.greatestPhi] == nil)
        #expect(try WaitExpression("phi_max<8").unmet(WaitFacts(snapshot)) == ["phi_max<8 (it is not known)"])
    }

    @Test(
        "of a mesh that nobody knows nothing holds",
        arguments: MeshCounts.Name.allCases.filter { $0 != .sources && $0 != .failingSources })
    func nothingKnown(name: MeshCounts.Name) throws {
        let facts = WaitFacts(Mesh().snapshot())
        for text in ["=0", "!=0", "<9", ">=0"] { #expect(try !WaitExpression("\(name.rawValue)\(text)").holds(facts)) }
    }

    @Test("a leader is none where every view says so, and nothing where views differ or none votes")
    func leaders() throws {
        func holds(_ leaders: [Int?], _ text: String) throws -> Bool {
            var snapshot = try SmallMesh.snapshot()
            for (index, leader) in leaders.enumerated() {
                snapshot.clusters[0].views[index].leader = try leader.map { try SmallMesh.address($0) }
            }
            return try WaitExpression(text).holds(WaitFacts(snapshot))
        }
        #expect(try holds([nil, nil, nil], "leader=none") && !holds([nil, nil, nil], "leader!=none"))
        #expect(try !holds([1, nil, 1], "leader=none") && !holds([1, nil, 1], "leader!=none"))
        #expect(try !holds([1, 2, 1], "leader=10.0.0.1") && !holds([1, 2, 1], "leader!=10.0.0.1"))
        #expect(try holds([1, 2, 1], "leader!=10.0.0.3"))
        let nothing = WaitFacts(Mesh().snapshot())
        for text in ["leader=none", "leader!=none", "leader!=10.0.0.1"] {
            #expect(try !WaitExpression(text).holds(nothing), "\(text)")
        }
    }

    @Test("levels of health are ordered from worst to best")
    func levels() throws {
        let degraded = WaitFacts(try SmallMesh.snapshot(lost: 3))
        #expect(degraded.health == .degraded)
        #expect(try WaitExpression("health<healthy,health>=degraded,health>failure,health=degraded").holds(degraded))
        #expect(try !WaitExpression("health>=notReady").holds(degraded))
        let nothing = WaitFacts(Mesh().snapshot())
        #expect(try !WaitExpression("health<healthy").holds(nothing))
        #expect(try WaitExpression("health=unknown").holds(nothing))
    }

    @Test(
        "a text that is no expression is answered with what would be right",
        arguments: [
            ("", "a comparison is empty in ''"), ("up=3,", "a comparison is empty in 'up=3,'"),
            ("up", "'up' has no operator: write NAME=VALUE, or with != < <= > >="), ("up=", "'up=' has no value"),
            ("up=three", "'three' is no number"), ("upp=3", "nothing is called 'upp'; did you mean up?"),
            ("health=well", "'well' is no level of health: failure, degraded, notReady, healthy"),
            ("leader>a", "a leader is compared with = or !="),
        ])
    func problems(text: String, reason: String) {
        #expect(throws: WaitExpression.Problem(reason: reason)) { try WaitExpression(text) }
    }
}
