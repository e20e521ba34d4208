// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("What is looked at")
struct InterestTests {
    private static func interest(_ keys: Key...) -> TelemetryInterest {
        var session = Session(MeshTraffic.shop, size: Size(columns: 80, rows: 24))
        for key in keys { session.press(key) }
        return session.app.interest
    }

    @Test("is nothing on screens without traffic")
    func elsewhere() {
        #expect(Self.interest() == TelemetryInterest())
        #expect(Self.interest(.character("4")) == TelemetryInterest())
    }

    @Test("is the selected edge first, then the rows around it")
    func table() {
        let services = Self.interest(.character("6")).services
        #expect(services.first == "payment")
        #expect(services.count > 1)
        #expect(Set(services).count == services.count)
    }

    @Test("is one edge only on the edge's page")
    func page() {
        #expect(Self.interest(.character("6"), .enter).services == ["payment"])
    }

    @Test("is an expression's as long as it is looked for")
    func expression() {
        var session = Session(MeshTraffic.shop, size: Size(columns: 80, rows: 24))
        session.type("3/throughput > 10")
        session.press(.enter)
        #expect(session.app.interest.values == [.throughput])
        session.press(.escape)
        #expect(session.app.interest.values.isEmpty)
        session.type("/rt > 10")
        session.press(.enter)
        #expect(session.app.interest.values.isEmpty)
        #expect(session.app.interest.services.contains("payment"))
    }
}
