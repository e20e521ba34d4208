// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import TestSupport
import Testing

@testable import Collectors

/// Files that are only in memory.
struct MemoryFiles {
    var files: [String: String]

    init(_ files: [String: String]) { self.files = files }

    var dump: DumpFiles {
        let files = files
        return DumpFiles(
            list: { path in
                let inside = files.keys.filter { $0.hasPrefix(path + "/") }
                guard !inside.isEmpty else { return files[path] == nil ? [] : nil }
                let names = Set(inside.map { $0.dropFirst(path.count + 1).prefix { $0 != "/" } }.map(String.init))
                return names.map { DumpFiles.Entry(name: $0, isFolder: files["\(path)/\($0)"] == nil) }
            }, read: { path in files[path].map { Array($0.utf8) } })
    }

    func read(_ path: String) -> DumpContents { DumpReader(dump, namespace: "default").read(path) }
}

@Suite("Files that stand for an API server")
struct DumpReaderTests {
    private static let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n"

    @Test("documents, lists, lists of JSON and folders are read, whatever else lies there")
    func forms() throws {
        let files = MemoryFiles([
            "deploy/a.yaml": "# nothing\n---\n\(Self.service)---\nkind: Kustomization\nresources: []\n---\n",
            "deploy/b/c.yml":
                "apiVersion: v1\nkind: List\nitems:\n- \(Self.service.replacing("\n", with: "\n  ").replacing("web", with: "pay"))\n",
            "deploy/b/pods.json":
                #"{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "p", "namespace": "shop"}, "spec": {}}]}"#,
            "deploy/readme.md": "kind: Service",
            "deploy/.hidden.yaml": "{",
            "deploy/gateway.yaml": "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n",
        ])
        let contents = files.read("deploy")
        #expect(contents.failures.isEmpty, "\(contents.failures)")
        #expect(contents.objects[.services]?.keys.map(\.name).sorted() == ["pay", "web"])
        #expect(contents.objects[.pods]?.keys.map(\.text) == ["shop/p"])
        #expect(contents.objects[.gateways] == nil && contents.others == 2 && contents.files == 4)
        let web = try #require(contents.objects[.services]?[ObjectName(namespace: "shop", name: "web")])
        #expect(web["place"].text == "deploy/a.yaml:3")
    }

    @Test("objects without a namespace lie in that of the command; those without a name are an error with their place")
    func names() {
        let files = MemoryFiles([
            "x.yaml": "kind: Service\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Pod\napiVersion: v1\n"
        ])
        let contents = files.read("x.yaml")
        #expect(contents.objects[.services]?.keys.map(\.text) == ["default/a"])
        #expect(contents.failures == ["x.yaml:5: this Pod has no metadata.name"])
    }

    @Test("broken YAML is an error with file, line and column, and the other files are read")
    func broken() throws {
        let files = MemoryFiles(["d/a.yaml": "kind: [\n", "d/b.yaml": Self.service, "d/c.json": "{\"kind\": "])
        let contents = files.read("d")
        #expect(contents.failures.count == 2)
        #expect(try #require(contents.failures.first).hasPrefix("d/a.yaml:2:1: not valid YAML"))
        #expect(try #require(contents.failures.last).hasPrefix("d/c.json:"))
        #expect(contents.objects[.services]?.count == 1)
    }

    @Test("secrets are not kept")
    func secrets() {
        let text =
            "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  initContainers:\n  - {name: istio-init, args: [-b, '*']}\n"
            + "  - {name: other, args: [password]}\n  containers:\n  - {name: app, args: [password], env: [{name: KEY, value: password}]}\n"
        let contents = MemoryFiles([
            "p.yaml": text + "---\nkind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata: {a: password}\n"
        ]).read("p.yaml")
        let pod = contents.objects[.pods]?.values.first
        #expect(!"\(contents)".contains("password"))
        #expect(pod?["spec"]["initContainers"].items.first?["args"].items.count == 2)
    }

    @Test("the settings of a mesh are read of the document within the ConfigMap")
    func settings() {
        let text =
            "kind: ConfigMap\napiVersion: v1\nmetadata: {name: istio, namespace: mesh}\ndata:\n  mesh: |-\n    rootNamespace: mesh\n    trustDomain: prod\n"
        let object = MemoryFiles(["c.yaml": text]).read("c.yaml").objects[.configMaps]?.values.first
        #expect(object?["mesh"]["rootNamespace"].text == "mesh" && object?["data"].isNull == true)
    }

    @Test("folders are followed to a depth, and no deeper")
    func depth() {
        func path(_ levels: Int) -> String { "d/" + (1..<levels).map { "l\($0)/" }.joined() + "a.yaml" }
        for (levels, isRead) in [(DumpFiles.maximumDepth, true), (DumpFiles.maximumDepth + 1, false)] {
            let contents = MemoryFiles([path(levels): Self.service]).read("d")
            #expect(contents.failures.isEmpty == isRead && (contents.count == 1) == isRead, "\(levels)")
        }
    }

    @Test("the file system's folders are read")
    func system() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dump-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "inner"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.service.utf8).write(to: folder.appending(path: "inner/a.yaml"))
        try FileManager.default.createSymbolicLink(at: folder.appending(path: "inner/back"), withDestinationURL: folder)
        let contents = DumpReader(.system, namespace: "default").read(folder.path)
        #expect(contents.count == 1 && contents.failures.isEmpty)
        #expect(DumpReader(.system, namespace: "default").read(folder.path + "/nothing").failures.count == 1)
    }
}

@Suite("YAML of others")
struct LenientYAMLTests {
    private static func read(_ text: String, nodes: Int = 1_000, depth: Int = 16) throws(YAMLError) -> [ObjectValue] {
        try YAMLReader.documents(
            Array(text.utf8), YAMLLimits(size: 10_000, nodes: nodes, depth: depth, isLenient: true)
        )
        .map { ObjectValue($0) }
    }

    @Test("aliases, merge keys and tags mean what they say")
    func aliases() throws {
        let value = try #require(
            try Self.read("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nmany: [*b, *b]\ntext: !!str 12\n").first)
        #expect(value["use"]["x"].count == 1 && value["use"]["y"].count == 3)
        #expect(value["many"].items.count == 2 && value["text"].text == "12")
    }

    @Test("anchors that expand for ever end at the bound, with their place")
    func bomb() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let error = #expect(throws: YAMLError.self) { try Self.read(text) }
        #expect(error?.message.contains("those that aliases repeat included") == true)
        #expect((error?.line ?? 0) > 5)
        #expect(throws: YAMLError.self) { try Self.read("a: &a [*a]\n") }
        #expect(throws: YAMLError.self) { try Self.read("a: *nowhere\n") }
    }

    @Test("the number of values and the depth are bounded, those of aliases included")
    func bounds() throws {
        // A mapping, a list, its three values, and three more that the alias repeats with their list.
        let text = "a: &a [x, y, z]\nb: *a\n"
        #expect(try Self.read(text, nodes: 9).count == 1)
        #expect(throws: YAMLError.self) { try Self.read(text, nodes: 8) }
        #expect(try Self.read("[[[x]]]", depth: 4).count == 1)
        #expect(throws: YAMLError.self) { try Self.read("[[[x]]]", depth: 3) }
    }
}

@Suite("Istio's configuration against Kiali")
struct KialiCaseTests {
    private struct Case {
        let name: String
        let items: [ObjectValue]
        let kiali: [ObjectValue]
    }

    private static func fixture() throws -> (mesh: [ObjectValue], cases: [Case]) {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Kubernetes/Fixtures/kiali-cases.json")
        let bytes = Array(try Data(contentsOf: url))
        let value = try JSONParser().parse(PaddedBytes(bytes)) { (reader: inout JSONReader) throws(JSONError) in
            try ObjectValue(
                &reader,
                .only([
                    "mesh": .only([
                        "apiVersion": .all, "kind": .all, "metadata": .all, "spec": .all, "status": .all,
                        "data": ["mesh": .text(maximum: 100_000)],
                    ]), "cases": .all,
                ]))
        }
        let cases = value["cases"].items.map {
            Case(name: $0["name"].text ?? "", items: $0["items"].items, kiali: $0["kiali"].items)
        }
        return (value["mesh"].items, cases)
    }

    /// What meshtop says of objects that a file lists.
    private static func checks(_ items: [ObjectValue]) -> [IstioCheck] {
        var mesh = Mesh()
        let start = Timestamp(microseconds: 1_790_000_000_000_000)
        _ = mesh.apply(Observation(at: start, source: nil, .started(SessionOptions())))
        var collector = DumpCollector(
            ["all.json"], namespace: "default",
            files: MemoryFiles([
                "all.json": json(
                    .map([
                        ObjectField("kind", .text("List")), ObjectField("items", .list(items)),
                    ]))
            ]).dump)
        for action in collector.start(at: start) {
            if case .emit(let observation, _) = action { _ = mesh.apply(observation) }
        }
        _ = mesh.apply(Observation(at: start, source: nil, .refresh))
        return mesh.snapshot().istio?.checks ?? []
    }

    private static func json(_ value: ObjectValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let on): "\(on)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .text(let text):
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
        case .list(let items): "[" + items.map(json).joined(separator: ",") + "]"
        case .map(let fields): "{" + fields.map { "\"\($0.name)\":\(json($0.value))" }.joined(separator: ",") + "}"
        }
    }

    /// Codes of ports, which that Kiali was not asked for.
    private static let others: Set<String> = ["KIA0601", "KIA0602", "KIA0701"]

    /// What may lie in files that are not there: gateways of a namespace of which none was read, and the pods of all namespaces.
    private static let elsewhere: Set<String> = ["KIA1102", "KIA0302"]

    @Test("each of 45 namespaces alone, and all at once, say what Kiali said of them: code, severity and place")
    func cases() throws {
        let (mesh, cases) = try Self.fixture()
        #expect(cases.count == 45)
        let together = Self.checks(mesh + cases.flatMap(\.items))
        for one in cases {
            let spaces = Set(one.items.compactMap { $0["metadata"]["namespace"].text ?? $0["metadata"]["name"].text })
            for said in [Self.checks(mesh + one.items), together.filter { spaces.contains($0.object.name.namespace) }] {
                let mine = Set(
                    said.filter { $0.code.hasPrefix("KIA") && !Self.others.contains($0.code) }.map {
                        "\($0.object.kind) \($0.object.name.text) \($0.code) \($0.severity == .info ? "unknown" : $0.severity.rawValue) \($0.path)"
                    })
                let wanted = Set(
                    one.kiali.filter { !Self.elsewhere.contains($0["code"].text ?? "") }.map { check in
                        let words = ["kind", "namespace", "name", "code", "severity", "path"].map {
                            check[$0].text ?? ""
                        }
                        return "\(words[0]) \(words[1])/\(words[2]) \(words[3]) \(words[4]) \(words[5])"
                    })
                #expect(mine == wanted, "\(one.name)")
            }
        }
    }

    @Test("objects without what they speak of are not judged, and nothing is invented")
    func alone() throws {
        let (_, cases) = try Self.fixture()
        let own: Set<String> = ["VirtualService", "DestinationRule", "AuthorizationPolicy", "Gateway", "Sidecar"]
        let needOthers: Set<String> = [
            "KIA1101", "KIA0202", "KIA0203", "KIA0004", "KIA0101", "KIA0104", "KIA0106", "KIA0302", "KIA1004",
            "KIA0005",
        ]
        for one in cases {
            let said = Self.checks(one.items.filter { own.contains($0["kind"].text ?? "") })
            #expect(!said.contains { needOthers.contains($0.code) }, "\(one.name): \(said)")
        }
    }
}
