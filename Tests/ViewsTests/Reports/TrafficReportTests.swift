// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing
import Traffic

@testable import Views

@Suite("Reports of the traffic") struct TrafficReportTests {
    @Test("the document of every scene is what the schema says", arguments: MeshTraffic.all)
    func schema(scene: Scene) throws {
        let snapshot = try #require(scene.snapshot)
        #expect(try JSONSchema.meshtop().violations(ofText: SnapshotDocument.json(snapshot, sequence: 1)) == [])
    }

    @Test("table, text and Graphviz's text look as recorded")
    func goldens() throws {
        let snapshot = try #require(MeshTraffic.shop.snapshot)
        Golden.check(TextReport.table(snapshot, isWide: false), "Traffic/shop.table")
        Golden.check(TextReport.table(snapshot, isWide: true), "Traffic/shop.wide")
        Golden.check(TextReport.text(snapshot), "Traffic/shop.text")
        Golden.check(DotReport.dot(snapshot), "Traffic/shop.dot")
    }

    @Test("what was found stands in the document by id, and null where nothing is looked for")
    func found() throws {
        var snapshot = try #require(MeshTraffic.shop.snapshot)
        func graph() throws -> JSONValue? {
            try JSONValue(parsing: SnapshotDocument.json(snapshot, sequence: 1))["graph"]
        }
        #expect(try graph()?["found"] == .null)
        snapshot.options.graph.find = try FindExpression("flag = DC")
        var maker = GraphMaker()
        snapshot.graph = snapshot.graph(snapshot.options.graph, &maker)
        let wanted = JSONValue.string("vapp_east_shop_cart-v1|vapp_east_pay_payment-v1|http")
        #expect(try graph()?["found"] == .array([wanted]))
    }
}
