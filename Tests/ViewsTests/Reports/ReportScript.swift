// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import Testing

@testable import Views

/// A mesh that is told what happens, in virtual time, and the lines that are printed meanwhile. Hosts are 10.0.0.N.
struct ReportScript {
    private(set) var mesh = Mesh()
    private var report = LineReport()
    /// All lines so far.
    private(set) var lines: [UInt8] = []
    private(set) var observations: [Observation] = []
    var time: Double = 0

    init(sources: [Int] = [], options: SessionOptions = SessionOptions()) {
        apply(.started(options))
        for last in sources { add(last) }
    }

    static func source(_ last: Int) -> SourceID { SourceID(.management, "http://10.0.0.\(last):8558") }
    static func stream(_ last: Int) -> SourceID { SourceID(.sse, "http://10.0.0.\(last):8558/cluster/domain-events") }

    static func member(_ last: Int, _ status: MemberStatus = .up, uid: Int64? = nil, roles: [String] = ["web"])
        -> Member
    {
        let node = UniqueAddress(Scene.address(last), uid: uid ?? Int64(last) &* -0x1E37_79B9_7F4A_7C15)
        return Member(node: node, status: status, roles: Roles(roles + ["dc-default"]))
    }

    mutating func apply(_ payload: Observation.Payload, from source: SourceID? = nil) {
        let at = Timestamp(milliseconds: 1_767_225_600_000) + .milliseconds(Int64(time * 1000))
        let observation = Observation(at: at, source: source, payload)
        observations.append(observation)
        let changes = mesh.apply(observation)
        lines += report.lines(after: observation, changes: changes, at: mesh.now, snapshot: mesh.snapshot)
    }

    mutating func add(_ last: Int) {
        apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.source(last))
    }

    mutating func answer(
        _ last: Int, _ list: MemberList, unreachable: [Int: [Int]] = [:], leader: Int? = nil
    ) {
        let first = leader.map { Scene.address($0) } ?? list.members.first?.node.address
        let records = unreachable.map { subject, observers in
            UnreachableRecord(subject: Scene.address(subject), observers: observers.map { Scene.address($0) }.sorted())
        }
        let view = MembershipView(
            observer: Scene.address(last), members: list, unreachable: records, leader: first, oldest: first)
        let reply = Reply(latency: .microseconds(3100), server: "akka-http/10.2.10")
        apply(.membership(view, reply), from: Self.source(last))
    }

    mutating func fail(_ last: Int, _ code: SourceFailure.Code = .refused, _ message: String = "connection refused") {
        let retryAt = Timestamp(milliseconds: 1_767_225_602_000)
        apply(.failed(SourceFailure(code, message), retryAt: retryAt), from: Self.source(last))
    }

    /// All of them answer the same; then a tick, and two seconds pass.
    mutating func round(_ observers: [Int], _ members: [Member], unreachable: [Int: [Int]] = [:]) {
        let list = MemberList(members)
        for observer in observers { answer(observer, list, unreachable: unreachable) }
        tick()
    }

    mutating func tick() {
        apply(.tick)
        time += 2
    }

    var snapshot: MeshSnapshot { mesh.snapshot() }

    var document: [UInt8] { SnapshotDocument.json(snapshot, sequence: 1) }
}

extension ReportScript {
    private static let three = [7, 8, 9].map { member($0) }

    static let healthy: ReportScript = {
        var script = ReportScript(sources: [7, 8, 9])
        script.apply(.readiness(.passed), from: source(7))
        script.apply(.liveness(.passed), from: source(7))
        script.round([7, 8, 9], three)
        return script
    }()

    /// .9 was killed 14 s ago.
    static let oneUnreachable: ReportScript = {
        var script = healthy
        for _ in 0..<8 {
            script.fail(9)
            script.round([7, 8], three, unreachable: [9: [7, 8]])
        }
        return script
    }()

    static let removed: ReportScript = {
        var script = oneUnreachable
        script.fail(9)
        script.round([7, 8], Array(three.prefix(2)))
        return script
    }()

    static let partition: ReportScript = {
        var script = healthy
        script.answer(7, MemberList(three), unreachable: [9: [7, 8]])
        script.answer(8, MemberList(three), unreachable: [9: [7, 8]])
        script.answer(9, MemberList(three), unreachable: [7: [9], 8: [9]], leader: 9)
        script.tick()
        return script
    }()

    /// Text that would move the cursor, end a string, a line or a label, or turn the direction of writing.
    static let hostileText = "\u{1B}[2J\u{9B}31m\"\\|<b>\r\n\t\0\u{7F}\u{202E}é漢"

    static let hostile: ReportScript = {
        var script = ReportScript(sources: [7])
        let name = "Up" + hostileText
        let members = [
            member(7, roles: [hostileText]), member(8, .unknown(name)), member(9, .joining, roles: ["a\"b"]),
        ]
        script.apply(.readiness(.notPassed(hostileText)), from: source(7))
        script.round([7], members)
        script.add(8)
        script.fail(8, .http, "HTTP 500: " + hostileText)
        script.time -= 1
        script.tick()
        return script
    }()

    /// So many members, four of which are asked; one of those has a list of its own.
    static func large(_ count: Int, allPairs: Bool = false) -> ReportScript {
        var script = ReportScript(sources: [0, 1, 2, 3], options: SessionOptions(allPairs: allPairs))
        let members = (0..<count).map { member($0) }
        let (shared, equal) = (MemberList(members), MemberList(members))
        let other = MemberList(members.dropLast() + [member(count - 1, .leaving)])
        for (last, list) in [(0, shared), (1, other), (2, equal), (3, shared)] { script.answer(last, list) }
        script.tick()
        return script
    }
}

/// What a document says, read back by somebody else's parser.
struct ParsedDocument {
    let root: [String: Any]

    init(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let value = try JSONSerialization.jsonObject(with: Data(bytes))
        root = try #require(value as? [String: Any], sourceLocation: sourceLocation)
    }

    func array(_ path: String...) -> [[String: Any]] {
        var value: Any? = root
        for name in path {
            let container = (value as? [[String: Any]])?.first ?? value as? [String: Any]
            value = container?[name]
        }
        return value as? [[String: Any]] ?? []
    }
}

extension [UInt8] {
    /// One text per line; a line feed ends each.
    var textLines: [String] { String(decoding: self, as: UTF8.self).split(separator: "\n").map(String.init) }
}

/// JSON over several lines, so that a golden shows what changed; strings in it hold no brackets that would matter.
func spread(_ bytes: [UInt8]) -> String {
    var (text, depth, isInString, isEscaped) = ("", 0, false, false)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        if isInString {
            isInString = isEscaped || scalar != "\""
            isEscaped = !isEscaped && scalar == "\\"
            text.unicodeScalars.append(scalar)
            continue
        }
        switch scalar {
        case "{", "[":
            depth += 1
            text += "\(scalar)"
            if depth <= 4 { text += "\n" + String(repeating: "  ", count: depth) }
        case "}", "]":
            depth -= 1
            let isEmpty = text.trimmingSuffix(while: \.isWhitespace).hasSuffix(scalar == "}" ? "{" : "[")
            if isEmpty {
                text = String(text.trimmingSuffix(while: \.isWhitespace))
            } else if depth < 4 {
                text += "\n" + String(repeating: "  ", count: depth)
            }
            text += "\(scalar)"
        case ",": text += depth <= 4 ? ",\n" + String(repeating: "  ", count: depth) : ", "
        default:
            isInString = scalar == "\""
            text.unicodeScalars.append(scalar)
        }
    }
    return text + "\n"
}

extension String {
    fileprivate func trimmingSuffix(while isUnwanted: (Character) -> Bool) -> Substring {
        var end = endIndex
        while end > startIndex, isUnwanted(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
