// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

/// What limits data from outside, at the bound and just beyond it.
@Suite("Bounds of what is shown") struct BoundsTests {
    // MARK: - The graph

    private static func apps(_ count: Int, namespaces: Int = 1) -> TrafficScene {
        var scene = TrafficScene()
        for number in 0..<count { scene.app("app\(1000 + number)", in: "ns\(number % namespaces)") }
        return scene
    }

    @Test("300 things are drawn, more than that as one with those that matter least")
    func items() {
        let whole = DrawnGraphBuilder.build(ShownGraph(Self.apps(300).graph), GraphSettings(), foldsNamespaces: false)
        #expect(whole.items.count == 300 && !whole.items.contains { $0.kind == .rest })
        let bounded = DrawnGraphBuilder.build(ShownGraph(Self.apps(301).graph), GraphSettings(), foldsNamespaces: false)
        #expect(bounded.items.count == 300 && bounded.items.last?.kind == .rest)
        #expect(bounded.items.last?.nodes.count == 2)
    }

    @Test("namespaces are folded from 61 nodes on")
    func folding() {
        for (count, isFolded) in [(60, false), (61, true)] {
            let drawn = DrawnGraphBuilder.build(
                ShownGraph(Self.apps(count, namespaces: 3).graph), GraphSettings(), foldsNamespaces: false)
            #expect(drawn.items.contains { $0.kind == .box } == isFolded, "\(count)")
        }
    }

    @Test("12 members have a sign each, more are counted")
    func signs() {
        func text(_ count: Int) -> String? {
            let scene = RemotingScene(count)
            let picture = Picture(scene.snapshot())
            let addresses = (0..<count).map { scene.node($0).address }
            return MemberFace.faces(of: addresses, in: picture).first?.signs(.unicode).text
        }
        #expect(text(12) == String(repeating: "●", count: 12))
        #expect(text(13) == "13●")
    }

    @Test("names on the graph are cut at 24 cells, and four versions of an app are listed")
    func faces() {
        var scene = TrafficScene()
        for version in 1...5 { scene.app("web", "v\(version)") }
        for version in 1...4 { scene.app("cart", "v\(version)") }
        scene.app(String(repeating: "n", count: 30), nil)
        let drawn = DrawnGraphBuilder.build(ShownGraph(scene.graph), GraphSettings(), foldsNamespaces: false)
        let faces = GraphFaces(
            ShownGraph(scene.graph), drawn: drawn, picture: Picture(Builder().snapshot()), glyphs: .unicode,
            arrangement: GraphArrangement(zoom: .full))
        func lines(_ name: String) -> [StyledLine] {
            drawn.items.first { $0.title(in: scene.graph).hasPrefix(name) }.map(faces.lines) ?? []
        }
        #expect(lines("web").map(\.text).last == "  +2 versions" && lines("web").count == 4)
        #expect(lines("cart").count == 4 && lines("cart").last?.text.contains("v4") == true)
        #expect(lines("nnn").first?.width == 2 + 24)
    }

    // MARK: - The matrix

    @Test("50 membership lists are searched for members that they leave out")
    func lists() {
        func unlisted(_ count: Int) -> Int {
            let scene = RemotingScene(count, .views)
            var snapshot = scene.snapshot()
            let members = snapshot.clusters[0].members.map { Member(node: $0.node, status: .up, roles: $0.roles) }
            for number in snapshot.clusters[0].views.indices {
                let missing = snapshot.clusters[0].members[(number + 1) % count].node
                snapshot.clusters[0].views[number].members = MemberList(members.filter { $0.node != missing })
            }
            let pairs = Picture(snapshot).clusters[0].pairs
            return (0..<count).reduce(0) { sum, observer in
                sum + pairs.entries(of: observer).count { $0.signs.reach == .unlisted }
            }
        }
        #expect(unlisted(50) == 50)
        #expect(unlisted(53) == 50)
    }

    @Test("100 members in trouble have lines of their own")
    func troubled() {
        for (count, lines) in [(100, 101), (101, 101)] {
            var scene = RemotingScene(105)
            for observer in 0..<count {
                scene.set(observer, (observer + 1) % count, AssociationStatus(.gated))
            }
            var settings = MatrixSettings()
            settings.grouping = .trouble
            let grid = MatrixGrid(Picture(scene.snapshot()).clusters[0], settings, rows: 12)
            #expect(grid.lines.count == lines, "\(count)")
            #expect(grid.lines.last?.members.count == 105 - 100)
        }
    }

    // MARK: - The timeline

    @Test("three of those that passed an event on are named, the others counted")
    func hearsay() {
        func text(_ count: Int) -> String {
            var event = TimelineScene.reach(1, 7, 9)
            event.hearsay = MeshEvent.Hearsay((20..<(20 + count)).map { Scene.address($0) })
            let names = EventWords.Names(names: AddressNames([]), form: .hostPort)
            return EventWords.text(event, names, .unicode)
        }
        #expect(text(3).hasSuffix("says 10.0.0.20:25520, 10.0.0.21:25520, 10.0.0.22:25520"))
        #expect(text(5).hasSuffix("10.0.0.22:25520 +2"))
    }

    @Test("lanes of former observers are dropped when there are more than 20,000")
    func lanes() {
        var (log, index) = (EventLog(), TimelineIndex())
        func fill(_ part: Int) {
            for number in 0..<EventLog.capacity {
                let host = "10.\(part).\(number / 250).\(number % 250)"
                log.insert(
                    MeshEvent(
                        at: Scene.ago(500 - Double(part) * 100 - Double(number) * 0.01), cluster: "Shop",
                        observer: Scene.address("akka://Shop@\(host):1"), subject: nil, subjectUid: nil,
                        change: .leader(from: nil, to: nil), origin: .sse, text: "leader"))
            }
            index.update(log, TimelineQuestion())
        }
        for part in 0..<3 { fill(part) }
        #expect(index.lanes.count > 2 * EventLog.capacity, "checked before the next log is indexed")
        fill(3)
        #expect(index.lanes.count <= EventLog.capacity && index.passingLanes.count == index.lanes.count)
    }

    // MARK: - Pages

    @Test("a problem names 12 members of a side and 8 observers")
    func evidence() {
        var builder = Builder(lasts: Array(1...26))
        builder.partitions = [Array(1...12), Array(13...25), [26]]
        for subject in 13...26 { builder.lose(subject, by: Array(1...9), since: 5) }
        let picture = Picture(builder.snapshot())
        guard let torn = picture.problems.first else { return #expect(Bool(false)) }
        let sides = ProblemEvidence.lines(of: torn, picture)
        #expect(!sides[0].contains("more") && sides[1].hasSuffix("and 1 more"))
        var lost = Builder(lasts: Array(1...11))
        lost.lose(11, by: Array(1...8), since: 5)
        lost.lose(10, by: Array(1...9), since: 5)
        let whole = Picture(lost.snapshot())
        let lines = whole.problems.flatMap { ProblemEvidence.lines(of: $0, whole) }.filter { $0.hasPrefix("lost by") }
        #expect(lines.count { $0.hasSuffix("and 1 more") } == 1 && lines.count == 2)
    }

    @Test("the page of a node lists 60 members and 100 edges of a direction")
    func nodePage() {
        func lines(_ edges: Int, _ members: Int) -> [String] {
            let cluster = RemotingScene(members)
            var scene = TrafficScene()
            let hub = scene.app("hub", members: (0..<members).map { cluster.node($0).address })
            for number in 0..<edges { scene.link(hub, scene.app("app\(number)"), 1) }
            let context = scene.scene("hub", cluster.scene("members")).context()
            return NodePage.lines(of: hub, context, width: 78).map(\.line.text)
        }
        let whole = lines(100, 60)
        #expect(!whole.contains { $0.contains(" more") })
        let bounded = lines(101, 61)
        #expect(bounded.contains("  and 1 more") && bounded.contains("  and 1 more: screen 6"))
        #expect(bounded.count == whole.count + 2)
    }

    @Test("the page of an edge lists 12 answers, 5 hosts and 3 identities of a side")
    func edgePage() {
        func lines(_ answers: Int, _ names: Int) -> [String] {
            var scene = TrafficScene()
            scene.link(scene.app("a"), scene.app("b"), 100)
            var found = scene.scene("edge")
            let shares = (0..<names).map { TrafficEdge.Share(name: "host\($0).example", rate: 1) }
            var graph = scene.graph
            graph.edges[0].responses = (0..<answers).map {
                TrafficEdge.Response(code: "\(200 + $0)", rate: 1, flags: [], hosts: shares)
            }
            var principals = EdgePrincipals()
            principals.source = shares
            graph.edges[0].principals = principals
            found.snapshot?.graph = ShownGraph(graph)
            let context = found.context()
            let id = context.picture.traffic?.edgeIDs.first ?? ""
            return EdgePage.lines(of: id, context, width: 200).map(\.line.text)
        }
        #expect(lines(12, 3).count { $0.contains("1.0/s") } == 12)
        #expect(lines(14, 3).count { $0.contains("1.0/s") } == 12)
        #expect(lines(1, 7).count { $0.contains("host") && $0.hasSuffix("%") } == 5)
        #expect(lines(1, 3).contains { $0.hasSuffix("host2.example") && $0.hasPrefix("Identities") })
        #expect(lines(1, 4).contains { $0.hasSuffix("host2.example and 1 more") })
    }

    // MARK: - What is asked for

    @Test("times are asked for of 200 edges at most, and of 50 rows around the selected one")
    func interest() {
        let scene = MeshTraffic.many(300)
        var session = Session(scene, size: Size(columns: 80, rows: 100))
        session.type("6")
        #expect(session.app.interest.services.count <= 51)
        session.type("!healthy and rt > 100000")
        session.press(.enter)
        let graph = session.app.display.picture?.snapshot.graph?.graph
        #expect((graph?.edges.count ?? 0) > 200)
        let hosts = Set(graph?.edges.prefix(200).flatMap { $0.responses.flatMap(\.hosts).map(\.name) } ?? [])
        #expect(session.app.interest.services.count <= hosts.count + 51)
    }

    // MARK: - Numbers

    @Test(
        "no length of time and no rate takes more than its room",
        arguments: [Int64.min, -1, 0, 1, 59, 60, 3600, 86_400, .max])
    func numbers(value: Int64) {
        let duration = Duration.microseconds(value)
        for text in [
            Format.age(duration), Format.span(duration), Format.latency(duration), Format.setting(duration),
            Format.offset(duration), Format.tenths(duration),
        ] {
            #expect(!text.isEmpty && text.utf8.count <= 21, "\(text)")
        }
        for rate in [0, 0.04, 9.99, 1e4, 1e12, .infinity, .nan] { #expect(Format.rate(rate).utf8.count <= 10) }
    }

    @Test(
        "lengths of time are written in one unit, in two, or with a tenth",
        arguments: [
            (Int64(0), "0s", "0s", "0.0s"), (99, "99s", "1m 39s", "99.0s"), (100, "1m", "1m 40s", "1m"),
            (3600, "60m", "1h", "60m"), (6000, "1h", "1h 40m", "1h"), (90_000, "25h", "1d 1h", "25h"),
            (172_800, "2d", "2d", "2d"),
        ])
    func durations(seconds: Int64, age: String, span: String, tenths: String) {
        let duration = Duration.seconds(seconds)
        #expect(Format.age(duration) == age && Format.span(duration) == span && Format.tenths(duration) == tenths)
    }
}
