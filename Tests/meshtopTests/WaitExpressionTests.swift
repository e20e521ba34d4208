import Fold
import Model
import Testing

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
            " members = 3 , up = 3 ", "joining=0", "views=3", "sources=3", "clusters=1", "gated=0",
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
