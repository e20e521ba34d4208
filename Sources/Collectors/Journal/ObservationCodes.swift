// SPDX-License-Identifier: Apache-2.0
import Model

/// The numbers that stand for cases in a journal. They are written down here, one by one, because a case that is renamed or moved in
/// the source must keep its number in files.
enum ObservationCode {
    static let started: UInt8 = 1
    static let tick: UInt8 = 2
    static let refresh: UInt8 = 3
    static let ended: UInt8 = 4
    static let sourceAdded: UInt8 = 5
    static let sourceRemoved: UInt8 = 6
    static let failed: UInt8 = 7
    static let membership: UInt8 = 8
    static let membershipUnchanged: UInt8 = 9
    static let readiness: UInt8 = 10
    static let liveness: UInt8 = 11
    static let streamOpened: UInt8 = 12
    static let streamEvent: UInt8 = 13
    static let streamReplayed: UInt8 = 14
    static let streamHeartbeat: UInt8 = 15
    static let lifecycle: UInt8 = 16
    static let logProgress: UInt8 = 17
    static let bridge: UInt8 = 18
    static let probed: UInt8 = 21
    static let startup: UInt8 = 22
    static let acknowledged: UInt8 = 60
    static let telemetry: UInt8 = 30
    static let metrics: UInt8 = 19
    static let metricsUnchanged: UInt8 = 20
    static let kubernetes: UInt8 = 40
    static let contactPoint: UInt8 = 41
}

/// The numbers of the domain events.
enum DomainEventCode {
    static let member: UInt8 = 1
    static let memberRemoved: UInt8 = 2
    static let unreachable: UInt8 = 3
    static let reachable: UInt8 = 4
    static let dataCenterUnreachable: UInt8 = 5
    static let dataCenterReachable: UInt8 = 6
    static let leaderChanged: UInt8 = 7
    static let roleLeaderChanged: UInt8 = 8
    static let shuttingDown: UInt8 = 9
    static let unknown: UInt8 = 10
}

/// A closed set of words with a number for each.
struct CodeTable<Value: Hashable & Sendable>: Sendable {
    private let pairs: [(code: UInt8, value: Value)]

    init(_ pairs: [(code: UInt8, value: Value)]) { self.pairs = pairs }

    func code(of value: Value) -> UInt8? { pairs.first { $0.value == value }?.code }
    func value(of code: UInt8) -> Value? { pairs.first { $0.code == code }?.value }
}

extension CodeTable where Value == SourceKind {
    static let sourceKinds = CodeTable([
        (1, .management), (2, .sse), (3, .bridge), (4, .log), (5, .prometheus), (6, .kubernetes), (7, .journal),
        (8, .probe), (9, .podLog),
    ])
}

extension CodeTable where Value == SourceFailure.Code {
    static let failures = CodeTable([
        (1, .refused), (2, .timeout), (3, .reset), (4, .dns), (5, .tls), (6, .http), (7, .auth), (8, .format),
        (9, .tooLarge),
        (10, .closed), (11, .other),
    ])
}

extension CodeTable where Value == ProbeReport.Verdict {
    static let verdicts = CodeTable([(1, .passing), (2, .warning), (3, .failing)])
}

extension CodeTable where Value == EndReason {
    static let endReasons = CodeTable([
        (1, .count), (2, .duration), (3, .signal), (4, .inputEnded), (5, .outputClosed), (6, .error),
    ])
}

extension CodeTable where Value == MemberStatus {
    /// `unknown` has no number: its text is written, after a zero.
    static let statuses = CodeTable([
        (1, .joining), (2, .weaklyUp), (3, .up), (4, .leaving), (5, .exiting), (6, .down), (7, .removed),
        (8, .preparingForShutdown), (9, .readyForShutdown),
    ])
}
