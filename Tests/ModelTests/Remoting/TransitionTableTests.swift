// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

/// A row of a transition table as it stands in the doc comment of its machine: the documentation is the list of tests.
struct TransitionRow: Sendable, CustomTestStringConvertible {
    let transport: RemotingTransport
    let input: String
    let before: String
    let after: String

    var testDescription: String { "\(transport) | \(input) | \(before) | \(after)" }

    /// The rows of a file's tables, read from the source.
    static func rows(of transport: RemotingTransport, _ file: String) -> [TransitionRow] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Graph/Model/Remoting/\(file).swift")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("/// |") }.map { line in
            line.dropFirst(5).split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return rows.filter { $0.count == 3 && $0[0] != "input" && $0[0].first != "-" }
            .map { TransitionRow(transport: transport, input: $0[0], before: $0[1], after: $0[2]) }
    }

    static let all = rows(of: .classic, "ClassicAssociation") + rows(of: .artery, "ArteryAssociation")

    /// The links before, as the second column names them.
    var links: [AssociationLink] {
        let gated = AssociationLink.gated(until: transport == .classic ? second(8) : nil)
        let named: [(String, AssociationLink)] = [
            ("unknown", .unknown), ("idle", .idle), ("active", .active), ("gated", gated),
        ]
        return named.filter { before == "any" || before.contains($0.0) }.map(\.1)
    }
}

@Suite("Each row of the transition tables of associations")
struct TransitionTableTests {
    private static let uid: Int64 = 7
    private static let start = second(3)
    private static let moment = second(5)

    /// A machine with a link, set by the bridge as at second 3.
    private func machine(_ transport: RemotingTransport, _ link: AssociationLink) -> AssociationMachine {
        var machine = AssociationMachine(transport)
        let state: AssociationState
        var until: Timestamp?
        switch link {
        case .unknown: return machine
        case .idle: state = .idle
        case .active: state = .active
        case .gated(let end): (state, until) = (.gated, end)
        }
        let report = BridgeReport.Association(
            peer: address("b"), uid: Self.uid, state: state, isBackingOff: transport == .artery && state == .gated,
            gatedUntil: until)
        _ = machine.apply(.report(report), at: Self.start)
        return machine
    }

    /// The inputs that the first column means. A row without inputs here fails its test.
    private static let inputs: [String: [LifecycleEvent.Kind]] = [
        // Classic.
        "C04 Associated; a handshake that was completed; F04 reachable": [
            .associated(inbound: true), .associated(inbound: false), .handshakeCompleted, .reachable,
        ],
        "C04 Disassociated": [.disassociated(inbound: true), .disassociated(inbound: false)],
        "C05 because of a shutdown or a quarantine": [
            .associationFailed(.shutDown, inbound: false), .associationFailed(.quarantinedByPeer, inbound: false),
            .associationFailed(.quarantinedHere, inbound: true),
        ],
        "C05 otherwise, C14, C18": [
            .associationFailed(.refused, inbound: false), .handshakeTimedOut(after: nil),
            .connectionFailed(nil, .refused),
        ],
        "C06, C07, C08, C10": [.gated(for: .seconds(9), .refused), .gated(for: .seconds(9), .unknownUid)],
        "C07 \"has quarantined this system\"": [.gated(for: .seconds(9), .quarantinedByPeer)],
        "C09, C11": [.quarantined(harmless: false, reason: ""), .quarantined(harmless: true, reason: "")],
        "C13": [.quarantineKept],
        "unreachable, terminated": [.unreachable(expected: false), .terminated],
        "an event of Artery": [
            .connectionOpened, .connectionClosed, .streamRestarted(.control, .other), .streamGaveUp(.control),
            .idleStopped(.control), .associationRemoved, .livenessProbed(idle: .seconds(60)),
            .quarantineIgnored(reason: ""), .quarantineTold,
        ],
        // Artery.
        "T03 opened; a handshake that was completed; F04 reachable": [
            .connectionOpened, .handshakeCompleted, .reachable,
        ],
        "T02, C18 of a planned stop (quarantined, idle)": [
            .connectionFailed(.control, .stoppedQuarantined), .connectionFailed(.message, .stoppedIdle),
        ],
        "T02 otherwise, T04, T05": [
            .connectionFailed(.control, .refused), .streamRestarted(.message, .other),
            .handshakeTimedOut(after: .seconds(20)),
        ],
        "T06": [.streamGaveUp(.control)],
        "T12 of the control stream": [.idleStopped(.control), .idleStopped(nil)],
        "T12 of another stream, T03 closed, T13": [
            .idleStopped(.message), .idleStopped(.largeMessage), .connectionClosed,
            .livenessProbed(idle: .seconds(60)),
        ],
        "T11": [.associationRemoved],
        "T08": [.quarantined(harmless: false, reason: "")],
        "T09": [.quarantined(harmless: true, reason: "")],
        "T10 with the uid of the present incarnation": [.quarantineIgnored(reason: "")],
        "T10 otherwise, T14, T15": [.quarantinedByPeer, .quarantineTold],
        "C04, C06, C07, C08, C10, C13": [
            .associated(inbound: true), .disassociated(inbound: false), .gated(for: .seconds(5), .other),
            .quarantineKept,
        ],
    ]

    @Test("does what it says, for every link before and every input", arguments: TransitionRow.all)
    func row(row: TransitionRow) throws {
        #expect(!row.links.isEmpty)
        for link in row.links {
            switch row.input {
            case "the gate's time passes": checkGate(row, link)
            case "C04 Disassociated once the gate's time has passed": checkLateEnd(row, link)
            case "heartbeats are answered again": check(row, link, .works)
            case "a new incarnation of the peer": checkIncarnation(row, link)
            case "a row of the bridge": checkReport(row, link)
            case "an event older than the newest taken": checkOld(row, link)
            default:
                let kinds = try #require(Self.inputs[row.input], "this row has no inputs in the test")
                for kind in kinds { check(row, link, .event(kind, uid: Self.uid)) }
            }
        }
    }

    @Test("both tables are found, with all their rows")
    func found() {
        #expect(TransitionRow.all.count { $0.transport == .classic } == 17)
        #expect(TransitionRow.all.count { $0.transport == .artery } == 17)
    }

    private func check(_ row: TransitionRow, _ link: AssociationLink, _ input: AssociationInput) {
        var machine = machine(row.transport, link)
        let outcome = machine.apply(input, at: Self.moment)
        let place = Comment(rawValue: "\(input) in \(link)")
        if row.after.hasPrefix("rejected") {
            #expect(outcome == .rejected(.otherTransport), place)
        } else {
            #expect(!outcome.isRejected, place)
        }
        #expect(machine.link == expectedLink(row, link, input), place)
        let quarantine = machine.status(of: Self.uid)?.state == .quarantined
        #expect(quarantine == row.quarantines, place)
        if quarantine, case .event(.quarantined(let harmless, _), _) = input {
            #expect(machine.status(of: Self.uid)?.isHarmless == harmless, place)
        }
    }

    private func expectedLink(
        _ row: TransitionRow, _ link: AssociationLink, _ input: AssociationInput
    ) -> AssociationLink {
        switch row.after.prefix(while: { $0 != ";" && $0 != ":" }) {
        case "active": .active
        case "idle": .idle
        case "backing off": .gated(until: nil)
        case "gated for the usual time": .gated(until: Self.moment + ClassicAssociation.usualGate)
        case "gated until their time": .gated(until: Self.moment + .seconds(9))
        case "gated": input.isGate ? .gated(until: Self.moment + .seconds(9)) : link
        default: link
        }
    }

    private func checkGate(_ row: TransitionRow, _ link: AssociationLink) {
        var machine = machine(row.transport, link)
        // An input much later that does not bear on the link finds it as it was.
        _ = machine.apply(.event(.unreachable(expected: false), uid: Self.uid), at: second(60))
        #expect(machine.link == link && machine.since == Self.start)
    }

    private func checkLateEnd(_ row: TransitionRow, _ link: AssociationLink) {
        for (moment, expected) in [(second(7.999), link), (second(8), .idle)] {
            var machine = machine(row.transport, link)
            _ = machine.apply(.event(.disassociated(inbound: false), uid: Self.uid), at: moment)
            #expect(machine.link == expected)
        }
    }

    private func checkIncarnation(_ row: TransitionRow, _ link: AssociationLink) {
        var machine = machine(row.transport, link)
        _ = machine.apply(.event(.quarantined(harmless: false, reason: ""), uid: Self.uid), at: Self.moment)
        _ = machine.apply(.incarnation(8), at: second(6))
        // A link of which nothing is known stays so: there was none that could end.
        #expect(machine.link == (link == .unknown ? .unknown : .idle))
        #expect(machine.status(of: 8)?.state != .quarantined)
        #expect(machine.status(of: Self.uid)?.state == .quarantined)
    }

    private func checkReport(_ row: TransitionRow, _ link: AssociationLink) {
        for state in [AssociationState.idle, .active, .gated, .quarantined] {
            var machine = machine(row.transport, link)
            _ = machine.apply(.event(.quarantined(harmless: true, reason: ""), uid: Self.uid), at: second(4))
            let report = BridgeReport.Association(peer: address("b"), uid: Self.uid, state: state)
            _ = machine.apply(.report(report), at: Self.moment)
            #expect(machine.status(of: Self.uid)?.state == state)
        }
    }

    private func checkOld(_ row: TransitionRow, _ link: AssociationLink) {
        guard link != .unknown else { return }
        var machine = machine(row.transport, link)
        func outcome(_ kind: LifecycleEvent.Kind, at: Timestamp) -> AssociationOutcome {
            machine.apply(.event(kind, uid: Self.uid), at: at)
        }
        #expect(outcome(.reachable, at: second(2.999)) == .rejected(.outdated))
        #expect(machine.link == link)
        #expect(!outcome(.quarantined(harmless: false, reason: ""), at: second(1)).isRejected)
        #expect(machine.status(of: Self.uid)?.state == .quarantined)
        #expect(outcome(.reachable, at: Self.start) != .rejected(.outdated))
    }
}

extension TransitionRow {
    /// Whether the incarnation is quarantined afterwards. What a kept quarantine is about is told apart by another test.
    fileprivate var quarantines: Bool { after.contains("uid is quarantined") || after.contains("the current one is") }
}

extension AssociationOutcome {
    fileprivate var isRejected: Bool {
        if case .rejected = self { true } else { false }
    }
}

extension AssociationInput {
    fileprivate var isGate: Bool {
        if case .event(.gated, _) = self { true } else { false }
    }
}
