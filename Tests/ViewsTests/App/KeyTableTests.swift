// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The table of keys") struct KeyTableTests {
    /// Somewhere in the application: a scene, and the keys that lead there.
    private struct Place {
        let scene: Scene
        let keys: [Key]
        var size = Size(columns: 80, rows: 24)

        init(_ scene: Scene, _ keys: String, _ more: [Key] = [], size: Size = Size(columns: 80, rows: 24)) {
            self.scene = scene
            self.keys = keys.unicodeScalars.map { $0 == "\n" ? .enter : .character($0) } + more
            self.size = size
        }

        var session: Session { Session(scene, size: size).pressing(keys) }
    }

    /// One key of one row of the table.
    private struct Entry: Hashable, CustomStringConvertible {
        let key: Key
        let action: Action
        let context: KeyContext

        var description: String { "\(key.label): \(action) in \(context)" }
    }

    private static let small = Size(columns: 80, rows: 10)
    private static let graph = TrafficScene.tiers(30, namespaces: ["billing", "shop"]).scene("graph")
    private static let matrix = RemotingScene.trouble(60).scene("matrix")

    /// The newest event has one before it of the same pair.
    private static let pairs = TimelineScene.scene(
        "pairs", TimelineScene.incidentEvents + [TimelineScene.reach(1, 8, 9, isReachable: true)])

    private static let places: [Place] = [
        Place(pairs, "5"), Place(pairs, "5{"), Place(pairs, "5\n"), Place(pairs, "5{\n"), Place(matrix, "4a"),
        Place(.partition, ""), Place(.partition, "j"), Place(.healthy, "2"), Place(.healthy, "2G"),
        Place(.healthy, "2/10.0\n"), Place(.healthy, "2j\n", size: small), Place(.healthy, "2j\nG", size: small),
        Place(.oneUnreachable, "2"), Place(.oneUnreachable, "2\n"), Place(.oneUnreachable, "2?"),
        Place(.incidents, ""), Place(.incidents, "j"),
        Place(.severalClusters, "4"), Place(matrix, "4"), Place(matrix, "4>>jj"), Place(matrix, "4G"),
        Place(TimelineScene.incident, "5"), Place(TimelineScene.incident, "5jj"),
        Place(TimelineScene.incident, "5--jjj"),
        Place(TimelineScene.incident, "5fx"), Place(TimelineScene.incident, "5jj\n", size: small),
        Place(TimelineScene.incident, "5jjjj\n", size: small), Place(graph, "3"), Place(graph, "3", [.right]),
        Place(graph, "3", [.right, .tab, .right, .down]), Place(graph, "3++LLJJ", [.right, .right, .tab]),
        Place(graph, "3/!healthy\n"), Place(MeshTraffic.shop, "3"), Place(MeshTraffic.shop, "6"),
        Place(MeshTraffic.shop, "6jj"), Place(MeshTraffic.shop, "6\n", size: small),
        Place(MeshTraffic.shop, "6ejj\n", size: small), Place(.healthy, "7"), Place(.healthy, "7jj"),
    ]

    private static let all: Set<Entry> = Set(
        KeyMap.bindings.flatMap { binding in
            binding.keys.map { Entry(key: $0, action: binding.action, context: binding.context) }
        })

    /// The keys that work in a place, by the table.
    private static func live(_ app: AppState) -> [Entry] {
        KeyMap.live(in: app.keyContexts(app.context)).flatMap { binding in
            binding.keys.map { Entry(key: $0, action: binding.action, context: binding.context) }
        }
    }

    /// A screen of a replay, where there are other moments.
    private static var replayed: Session {
        var session = Session(.healthy)
        let mode = TimeState.Mode.replay(name: "a.mtr", speed: 1, isPaused: false, hasEnded: false)
        _ = session.app.handle(.time(TimeState(mode: mode, from: Scene.now, until: Scene.now + .seconds(60))))
        return session
    }

    @Test("every key changes something, or asks the run loop for something, somewhere it is offered")
    func everyKey() {
        var missing = Self.all
        for session in Self.places.map(\.session) + [Self.replayed] {
            let (frame, scene) = (session.app.frame(), session.app.screens.graph.scene)
            for entry in Self.live(session.app) where missing.contains(entry) {
                var changed = session
                changed.press(entry.key)
                let hasEffect = !changed.effects.isEmpty || changed.app.screens.graph.scene !== scene
                if hasEffect || changed.app.frame() != frame { missing.remove(entry) }
            }
        }
        #expect(missing.isEmpty, "\(missing.map(\.description).sorted())")
    }

    @Test("no key is in the table twice for one place, and every row has words for the help")
    func table() {
        #expect(Self.all.count == KeyMap.bindings.reduce(0) { $0 + $1.keys.count })
        for binding in KeyMap.bindings {
            #expect(!binding.keys.isEmpty && !binding.help.isEmpty && !binding.keyText.isEmpty)
        }
        let places = KeyMap.bindings.flatMap { binding in binding.keys.map { "\($0) \(binding.context)" } }
        #expect(Set(places).count == places.count)
    }

    @Test("what works on one screen stands before what works everywhere, so that it is not shadowed")
    func order() {
        for id in ScreenID.allCases {
            let live = KeyMap.live(in: [.list, .openable, .nested, .on(id)])
            for binding in KeyMap.bindings where binding.context == .on(id) {
                let kept = live.first { $0.action == binding.action && $0.context == binding.context }
                #expect(kept?.keys == binding.keys, "\(binding.keyText) on \(id.name)")
            }
        }
    }

    @Test("a key that is not in the table does nothing")
    func unknown() {
        for place in Self.places.prefix(4) {
            var session = place.session
            let frame = session.app.frame()
            session.press(.function(9), .delete, .character("é"), .control("z"))
            #expect(session.effects.isEmpty && session.app.frame() == frame)
        }
    }
}
