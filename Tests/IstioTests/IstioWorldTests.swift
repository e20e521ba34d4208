// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Istio

/// Objects in few words.
private struct WorldScript {
    var world = IstioWorld()
    var coverage = Coverage()

    static func map(_ fields: (String, ObjectValue)...) -> ObjectValue { .map(fields.map { ObjectField($0.0, $0.1) }) }

    static func object(
        _ namespace: String, _ name: String, spec: ObjectValue, labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) -> ObjectValue {
        func texts(_ words: [String: String]) -> ObjectValue {
            .map(words.sorted { $0.key < $1.key }.map { ObjectField($0.key, .text($0.value)) })
        }
        return map(
            (
                "metadata",
                map(
                    ("namespace", .text(namespace)), ("name", .text(name)), ("labels", texts(labels)),
                    ("annotations", texts(annotations)))
            ),
            ("spec", spec))
    }

    mutating func add(_ resource: KubernetesResource, _ object: ObjectValue) { world.record(resource, object) }

    /// The picture; an empty one where there is none.
    mutating func judge() -> IstioSnapshot {
        world.judge(coverage, ports: [:])
            ?? IstioSnapshot(
                objects: [], checks: [], policies: [], splits: [], unjudged: [], assumptions: [], services: [])
    }

    mutating func checks() -> [IstioCheck] { judge().checks }

    static func route(_ host: String, subset: String? = nil) -> ObjectValue {
        var destination = [ObjectField("host", .text(host))]
        if let subset { destination.append(ObjectField("subset", .text(subset))) }
        return map(
            ("hosts", .list([.text("web")])),
            ("http", .list([map(("route", .list([map(("destination", .map(destination)))])))])))
    }

    static func mode(_ mode: String, app: String? = nil, port: (String, String)? = nil) -> ObjectValue {
        var fields = [ObjectField("mtls", map(("mode", .text(mode))))]
        if let app { fields.append(ObjectField("selector", map(("matchLabels", map(("app", .text(app))))))) }
        if let port { fields.append(ObjectField("portLevelMtls", map((port.0, map(("mode", .text(port.1))))))) }
        return .map(fields)
    }
}

@Suite("Istio's objects")
struct IstioWorldTests {
    @Test("what was not read is not judged, and that is said; once it is read the check is made")
    func unknown() {
        var script = WorldScript()
        script.add(.virtualServices, WorldScript.object("shop", "web", spec: WorldScript.route("wbe")))
        var found = script.judge()
        #expect(found.checks.isEmpty)
        #expect(found.unjudged.map(\.code) == ["KIA1101"])
        #expect(found.unjudged.first?.missing == "services of namespace shop")
        script.coverage.add(.services, in: "shop")
        found = script.judge()
        #expect(found.checks.map(\.code) == ["KIA1101"] && found.unjudged.isEmpty)
        #expect(found.checks.first?.path == "spec/http[0]/route[0]/destination/host")
        script.add(.services, WorldScript.object("shop", "wbe", spec: .map([])))
        let after = script.checks()
        #expect(after.isEmpty)
        script.world.forget(.services, ObjectName(namespace: "shop", name: "wbe"))
        let again = script.checks()
        #expect(again.count == 1)
    }

    @Test("a host that nobody knows is a warning where the mesh lets everything out, an error where it does not")
    func severity() throws {
        for (mode, severity) in [("ALLOW_ANY", IstioCheck.Severity.warning), ("REGISTRY_ONLY", .error)] {
            var script = WorldScript()
            script.coverage.add(.services)
            script.add(.virtualServices, WorldScript.object("shop", "web", spec: WorldScript.route("wbe")))
            script.add(
                .configMaps,
                WorldScript.map(
                    ("metadata", WorldScript.map(("namespace", .text("istio-system")), ("name", .text("istio")))),
                    ("mesh", WorldScript.map(("outboundTrafficPolicy", WorldScript.map(("mode", .text(mode))))))))
            let found = script.judge()
            #expect(found.checks.map(\.severity) == [severity] && found.assumptions.isEmpty)
        }
    }

    @Test("a mirror to nowhere has a code of meshtop's own")
    func mirror() throws {
        var script = WorldScript()
        script.coverage.add(.services)
        script.add(.services, WorldScript.object("shop", "web", spec: .map([])))
        let route = WorldScript.map(
            ("route", .list([WorldScript.map(("destination", WorldScript.map(("host", .text("web")))))])),
            ("mirror", WorldScript.map(("host", .text("nowhere")))))
        script.add(
            .virtualServices,
            WorldScript.object(
                "shop", "web", spec: WorldScript.map(("hosts", .list([.text("web")])), ("http", .list([route])))))
        let checks = script.checks()
        let check = try #require(checks.first)
        #expect(check.code == "MESH1101" && check.path == "spec/http[0]/mirror/host")
    }

    @Test("Kiali's annotation silences what it names", arguments: [("", 0), ("KIA1101", 0), ("KIA1104", 1)])
    func ignored(row: (String, Int)) throws {
        var script = WorldScript()
        script.coverage.add(.services)
        script.add(
            .virtualServices,
            WorldScript.object(
                "shop", "web", spec: WorldScript.route("wbe"), annotations: ["kiali.io/ignore-validations": row.0]))
        let checks = script.checks()
        #expect(checks.count == row.1)
    }

    @Test("a rule that is exported to its own namespace is missed by the others that see the route")
    func exported() throws {
        var script = WorldScript()
        script.coverage.add(.services)
        script.coverage.add(.destinationRules)
        script.add(.services, WorldScript.object("shop", "web", spec: .map([])))
        script.add(.virtualServices, WorldScript.object("shop", "web", spec: WorldScript.route("web", subset: "v1")))
        let subsets: ObjectValue = .list([
            WorldScript.map(("name", .text("v1")), ("labels", WorldScript.map(("version", .text("v1")))))
        ])
        func rule(_ exportTo: [ObjectValue]) -> ObjectValue {
            WorldScript.object(
                "shop", "web",
                spec: WorldScript.map(("host", .text("web")), ("subsets", subsets), ("exportTo", .list(exportTo))))
        }
        script.add(.destinationRules, rule([.text("*")]))
        let seen = script.checks()
        #expect(!seen.contains { $0.code == "KIA1107" })
        script.add(.destinationRules, rule([.text(".")]))
        let missed = script.checks()
        #expect(missed.contains { $0.code == "KIA1107" })
    }

    @Test("the mode of a port: the mesh, then the namespace, then the workload, then the port")
    func modes() throws {
        var script = WorldScript()
        for place in ["istio-system", "shop"] { script.coverage.add(.peerAuthentications, in: place) }
        script.add(.virtualServices, WorldScript.object("shop", "web", spec: WorldScript.route("web")))
        func mode(_ port: Int?) -> BypassRow.MutualTLS {
            EffectiveMutualTLS(
                IstioScene(script.world, script.coverage, workloads: MeshWorkloads(script.world.cluster, [:]))
            ).mode(["app": "cart"], in: "shop", port: port)
                .mode
        }
        #expect(mode(nil) == .unset)
        script.add(
            .peerAuthentications, WorldScript.object("istio-system", "default", spec: WorldScript.mode("PERMISSIVE")))
        #expect(mode(nil) == .permissive)
        script.add(.peerAuthentications, WorldScript.object("shop", "default", spec: WorldScript.mode("STRICT")))
        #expect(mode(nil) == .strict)
        script.add(
            .peerAuthentications,
            WorldScript.object("shop", "cart", spec: WorldScript.mode("UNSET", app: "cart", port: ("8558", "DISABLE"))))
        #expect(mode(nil) == .strict && mode(8_558) == .disabled && mode(25_520) == .strict)
        script.coverage = Coverage()
        script.world = IstioWorld()
        #expect(mode(nil) == .unknown)
    }

    @Test("nothing of the old and a field of a newer version do no harm")
    func junk() throws {
        let seed: UInt64 = 19
        var random = RandomObservations(seed: seed)
        var script = WorldScript()
        for _ in 0..<2_000 {
            let report = random.anyKubernetesReport()
            switch report.change {
            case .listed(let objects), .changed(let objects):
                for object in objects { script.add(report.resource, object) }
            case .removed(let names): for name in names { script.world.forget(report.resource, name) }
            case .unchanged: break
            }
        }
        _ = script.judge()
    }

    @Test("ports that a pod declares by name or number are a member's; what nobody declares is at its default")
    func ports() {
        func shape(_ ports: [(String, Int64)]) -> PodShape {
            let list = ports.map { WorldScript.map(("name", .text($0.0)), ("containerPort", .integer($0.1))) }
            let container = WorldScript.map(("name", .text("app")), ("ports", .list(list)))
            return PodShape(.map([]), WorldScript.map(("containers", .list([container]))))
        }
        #expect(MemberPorts.ports(shape([("http", 8080)]), known: []).isEmpty)
        #expect(
            MemberPorts.ports(shape([("remoting", 25_520), ("management", 8_558)]), known: []).map(\.number) == [
                25_520, 8_558,
            ])
        #expect(MemberPorts.ports(shape([("x", 8_558)]), known: []).map(\.number) == [25_520, 8_558])
        #expect(MemberPorts.ports(shape([("x", 7_626)]), known: []).map(\.number) == [17_355, 7_626])
        #expect(
            MemberPorts.ports(shape([]), known: [MemberPort(number: 2_550, role: .remoting)]).map(\.number) == [2_550])
    }
}
