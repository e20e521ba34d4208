// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Listing and watching")
struct WatchMachineTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)
    private static let shop = WatchedCollection(resource: .pods, namespace: "shop")

    private static func machine(_ collection: WatchedCollection = shop, selector: String? = nil) -> WatchMachine {
        WatchMachine(collection, selector: selector, reader: ObjectReader())
    }

    private static func pod(_ name: String, version: Int = 1) -> String {
        #"{"metadata":{"name":"\#(name)","namespace":"shop","resourceVersion":"\#(version)"}}"#
    }

    private static func list(_ names: [String], version: String = "10", next: String? = nil) -> HTTPResponse {
        let more = next.map { #","continue":"\#($0)""# } ?? ""
        return KubernetesFixtures.response(
            200,
            #"{"metadata":{"resourceVersion":"\#(version)"\#(more)},"items":[\#(names.map { pod($0) }.joined(separator: ","))]}"#
        )
    }

    /// A machine whose list was answered, so that it watches from version 10 on.
    private static func watching(_ names: [String] = ["a", "b"]) -> WatchMachine {
        var machine = machine()
        _ = machine.start(at: now)
        _ = machine.answered(list(names), at: now)
        _ = machine.opened(at: now)
        return machine
    }

    private static func names(_ actions: [WatchMachine.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .list(let path): "list \(path)"
            case .watch(let path): "watch \(path)"
            case .cancel: "cancel"
            case .report(.listed(let objects)): "listed \(objects.compactMap { $0.objectName?.name })"
            case .report(.changed(let objects)): "changed \(objects.compactMap { $0.objectName?.name })"
            case .report(.removed(let gone)): "removed \(gone.map(\.name))"
            case .report(.unchanged): "unchanged"
            case .fail(let failure, let until): "fail \(failure.code.rawValue) \((until - now).inSeconds)"
            case .refuse: "refuse"
            }
        }
    }

    private static let watchPath =
        "/api/v1/namespaces/shop/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=10"

    // MARK: - Lists

    @Test("a list is followed by a watch from its version on")
    func begin() {
        var machine = Self.machine(selector: "app=shop,tier!=x")
        let selector = "&labelSelector=app%3Dshop%2Ctier%21%3Dx"
        #expect(Self.names(machine.start(at: Self.now)) == ["list /api/v1/namespaces/shop/pods?limit=100\(selector)"])
        #expect(!machine.hasSettled)
        #expect(
            Self.names(machine.answered(Self.list(["a", "b"]), at: Self.now))
                == [#"listed ["a", "b"]"#, "watch \(Self.watchPath)\(selector)"])
        #expect(machine.hasSettled)
    }

    @Test("chunks are asked for one after the other, larger where objects are small")
    func chunks() {
        var machine = Self.machine()
        _ = machine.start(at: Self.now)
        let first = Self.names(machine.answered(Self.list(["a"], next: "T/1"), at: Self.now))
        #expect(first == [#"listed ["a"]"#, "list /api/v1/namespaces/shop/pods?limit=1000&continue=T%2F1"])
        #expect(!machine.hasSettled)
        let last = Self.names(machine.answered(Self.list(["b"]), at: Self.now))
        #expect(last == [#"changed ["b"]"#, "watch \(Self.watchPath)"])
    }

    @Test(
        "the size of chunks has bounds", arguments: [(1, 1, 1000), (4 << 20, 1, 50), (10 << 20, 500, 200), (1, 0, 100)])
    func limits(bytes: Int, objects: Int, limit: Int) {
        #expect(WatchMachine.limit(bytes: bytes, objects: objects) == limit)
    }

    @Test("a token that has expired begins the list anew", arguments: ["410-continue.json"])
    func expiredToken(name: String) throws {
        var machine = Self.machine()
        _ = machine.start(at: Self.now)
        _ = machine.answered(Self.list(["a"], next: "T"), at: Self.now)
        let body = try KubernetesFixtures.bytes("v1.36", name)
        #expect(
            Self.names(machine.answered(KubernetesFixtures.response(410, body), at: Self.now))
                == ["list /api/v1/namespaces/shop/pods?limit=100"])
    }

    @Test("real pages of a real server are read", arguments: KubernetesFixtures.versions)
    func realPages(version: String) throws {
        let first = try KubernetesFixtures.page(version, "pods-page1.json", .pods)
        let second = try KubernetesFixtures.page(version, "pods-page2.json", .pods)
        #expect(first.next != nil && first.next != second.next && !first.objects.isEmpty && !second.objects.isEmpty)
        #expect(Set(first.objects.compactMap(\.objectName)).isDisjoint(with: second.objects.compactMap(\.objectName)))
    }

    @Test("what a second list does not have any more is gone")
    func relist() {
        var machine = Self.watching()
        let line =
            #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"# + "\n"
        #expect(
            Self.names(machine.receive(Array(line.utf8), at: Self.now))
                == ["cancel", "list /api/v1/namespaces/shop/pods?limit=100"])
        #expect(
            Self.names(machine.answered(Self.list(["b", "c"], version: "20"), at: Self.now))
                == [#"changed ["b", "c"]"#, #"removed ["a"]"#, "watch " + Self.watchPath.replacing("=10", with: "=20")])
    }

    // MARK: - Watches

    @Test(
        "a real watch tells what has changed, cut anywhere", arguments: KubernetesFixtures.versions,
        [1, 7, 4096, 1 << 20])
    func realWatch(version: String, piece: Int) throws {
        var machine = Self.watching([])
        let bytes = try KubernetesFixtures.bytes(version, "watch-pods.jsonl")
        var actions: [WatchMachine.Action] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            actions += machine.receive(Array(bytes[start..<min(start + piece, bytes.count)]), at: Self.now)
        }
        let words = Self.names(actions)
        #expect(words.contains { $0.hasPrefix("changed") } && words.contains { $0.hasPrefix("removed") })
        #expect(words.contains("unchanged"), "a bookmark")
        #expect(!words.contains { $0.hasPrefix("fail") }, "\(words)")
        guard case .watching(let version, _) = machine.state else {
            Issue.record("it does not watch any more")
            return
        }
        #expect(version != "10")
    }

    @Test("a real version that is too old comes as a line of a good answer, too")
    func tooOld() throws {
        var machine = Self.watching()
        let bytes = try KubernetesFixtures.bytes("v1.36", "410-watch.jsonl")
        #expect(Self.names(machine.receive(bytes, at: Self.now)).last == "list /api/v1/namespaces/shop/pods?limit=100")
        var other = Self.watching()
        let status = KubernetesFixtures.response(410, #"{"kind":"Status","code":410}"#)
        #expect(Self.names(other.answered(status, at: Self.now)) == ["list /api/v1/namespaces/shop/pods?limit=100"])
    }

    @Test("a watch that ends after a while goes on from the last version, one that ends at once waits")
    func end() {
        var machine = Self.watching()
        let bookmark = #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"33"}}}"# + "\n"
        #expect(Self.names(machine.receive(Array(bookmark.utf8), at: Self.now)) == ["unchanged"])
        let closed = SourceFailure(.closed, "ended")
        let next = Self.names(machine.failed(closed, at: Self.now + .seconds(290)))
        #expect(next == ["watch " + Self.watchPath.replacing("Version=10", with: "Version=33")])
        #expect(Self.names(machine.failed(closed, at: Self.now + .seconds(290.5)))[0].hasPrefix("fail closed"))
    }

    @Test("a watch that breaks is opened again after pauses that grow to half a minute, from the same version")
    func breaks() {
        var machine = Self.watching()
        var now = Self.now
        var pauses: [Double] = []
        for _ in 0..<9 {
            _ = machine.failed(SourceFailure(.reset, "reset"), at: now)
            let wake = machine.nextWake ?? now
            pauses.append((wake - now).inSeconds)
            #expect(machine.advance(to: wake + .microseconds(-1)).isEmpty)
            #expect(Self.names(machine.advance(to: wake)) == ["watch \(Self.watchPath)"])
            now = wake
        }
        #expect(pauses == [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30])
    }

    @Test("a watch of which nothing comes for longer than it may last is broken off", arguments: [0, -1])
    func silence(early: Int64) {
        var machine = Self.watching()
        let moment = Self.now + WatchMachine.silence + .microseconds(early)
        let words = Self.names(machine.advance(to: moment))
        #expect(early < 0 ? words.isEmpty : words[0] == "cancel" && words[1].hasPrefix("fail timeout"))
    }

    @Test("an event at the bound is read, one beyond ends the watch", arguments: [0, 1])
    func longLine(beyond: Int) throws {
        var machine = Self.watching()
        let empty = #"{"type":"ADDED","object":{"metadata":{"name":"c","namespace":"shop"},"x":""}}"#
        let fill = String(repeating: "y", count: WatchLines.maximumLine + beyond - empty.utf8.count)
        let line = empty.replacing(#""x":"""#, with: #""x":"\#(fill)""#) + "\n"
        let words = Self.names(machine.receive(Array(line.utf8), at: Self.now))
        #expect(
            beyond == 0 ? words == [#"changed ["c"]"#] : words[0] == "cancel" && words[1].hasPrefix("fail too-large"))
    }

    @Test("a line that never ends is given up", arguments: ["x"])
    func endless(letter: String) {
        var machine = Self.watching()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var words: [String] = []
        for _ in 0..<100 where words.isEmpty { words = Self.names(machine.receive(piece, at: Self.now)) }
        #expect(words.count == 2 && words[1].hasPrefix("fail too-large"))
    }

    @Test(
        "lines that are no events end the watch with the reason",
        arguments: [
            "{", "[]", #"{"type":"ADDED"}{"#, #"{"type":"SURPRISE","object":{}}"#, #"{"type":"DELETED","object":{}}"#,
        ])
    func badLine(line: String) {
        var machine = Self.watching()
        let words = Self.names(machine.receive(Array((line + "\n").utf8), at: Self.now))
        #expect(words.count == 2 && words[0] == "cancel" && words[1].hasPrefix("fail format"), "\(words)")
    }

    // MARK: - Refusals

    @Test("a right that is missing is a state: the rule is named, and it is asked for again in a minute")
    func denied() throws {
        var machine = Self.machine(WatchedCollection(resource: .nodes, namespace: nil))
        _ = machine.start(at: Self.now)
        let body = try KubernetesFixtures.bytes("v1.36", "403-list-nodes.json")
        let actions = machine.answered(KubernetesFixtures.response(403, body), at: Self.now)
        guard case .fail(let failure, let until)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(failure.code == .auth && until == Self.now + .seconds(60) && machine.hasSettled)
        #expect(
            failure.message.contains(
                #"add {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]} to a ClusterRole of "viewer""#))
        #expect(machine.advance(to: Self.now + .seconds(59)).isEmpty)
        #expect(Self.names(machine.advance(to: Self.now + .seconds(60))) == ["list /api/v1/nodes?limit=100"])
    }

    @Test("a server that does not know us has the credentials read again")
    func unknown() throws {
        var machine = Self.machine()
        _ = machine.start(at: Self.now)
        let body = try KubernetesFixtures.bytes("v1.36", "401-bad.json")
        #expect(
            Self.names(machine.answered(KubernetesFixtures.response(401, body), at: Self.now)) == [
                "refuse", "fail auth 0.8",
            ])
    }

    @Test("a server that wants to be left alone is", arguments: [("429.txt", 5.0), ("429.txt", 0.0)])
    func tooMany(name: String, seconds: Double) throws {
        var machine = Self.machine()
        _ = machine.start(at: Self.now)
        let body = try KubernetesFixtures.bytes("v1.36", name)
        let response = KubernetesFixtures.response(429, body, retryAfter: .seconds(seconds))
        #expect(Self.names(machine.answered(response, at: Self.now)) == ["fail http \(max(0.8, seconds))"])
    }

    @Test("definitions that are not installed are no failure")
    func absent() throws {
        var machine = Self.machine(WatchedCollection(resource: .akkaLeases, namespace: "shop"))
        _ = machine.start(at: Self.now)
        let body = try KubernetesFixtures.bytes("v1.36", "404-group.txt")
        #expect(machine.answered(KubernetesFixtures.response(404, body), at: Self.now).isEmpty)
        #expect(machine.hasSettled && machine.nextWake == Self.now + WatchMachine.absentPause)
        var pods = Self.machine()
        _ = pods.start(at: Self.now)
        #expect(Self.names(pods.answered(KubernetesFixtures.response(404, body), at: Self.now)) == ["fail http 0.8"])
    }

    @Test(
        "answers that are no lists are failures with the place",
        arguments: ["", "{", "[]", "{}", #"{"metadata":{},"items":3}"#, "<html>"])
    func noList(body: String) {
        var machine = Self.machine()
        _ = machine.start(at: Self.now)
        #expect(
            Self.names(machine.answered(KubernetesFixtures.response(200, body), at: Self.now)) == ["fail format 0.8"])
    }

    @Test("messages of refusals give the rule, whatever they are about")
    func rules() {
        let pod =
            #"pods "x" is forbidden: User "me" cannot get resource "pods/log" in API group "" in the namespace "shop""#
        #expect(MissingRight(pod)?.rule == #"{apiGroups: [""], resources: [pods/log], verbs: [get]}"#)
        #expect(MissingRight(pod)?.namespace == "shop" && MissingRight(pod)?.user == "me")
        let anonymous =
            #"x is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope"#
        #expect(MissingRight(anonymous)?.advice.contains("no credentials have arrived") == true)
        #expect(MissingRight("RBAC: access denied") == nil && MissingRight("") == nil)
    }
}
