// SPDX-License-Identifier: Apache-2.0
package import Model

/// The generator of tests with random input.
package typealias SeededGenerator = SplitMix

/// Observations of every kind with contents drawn at random, likely and unlikely ones.
package struct RandomObservations {
    var generator: SplitMix
    var time: Int64 = 1_700_000_000_000_000
    private var lists: [MemberList] = []
    var lastTelemetry: Telemetry?

    /// - Parameter seed: equal seeds, equal observations.
    package init(seed: UInt64) { generator = SplitMix(seed: seed) }

    /// The next observation, a little later than the one before.
    ///
    /// - Throws: never, as long as the addresses drawn are valid.
    package mutating func next() throws -> Observation {
        time += Int64.random(in: -5...3_000_000, using: &generator)
        let source = chance(0.8) ? SourceID(pick(SourceKind.allCases), text()) : nil
        return Observation(at: Timestamp(microseconds: time), source: source, try payload())
    }

    private mutating func payload() throws -> Observation.Payload {
        switch Int.random(in: 0..<26, using: &generator) {
        case 0:
            .started(
                SessionOptions(
                    interval: duration(), timeout: duration(), allPairs: chance(0.5), graph: graphOptions(),
                    expectedMembers: chance(0.3) ? ["x" + text(): 3, "": 5] : [:]))
        case 1: .tick
        case 2: .refresh
        case 3: .ended(pick(EndReason.allCases), exit: pick([0, 1, 143, .min, .max]))
        case 4:
            .sourceAdded(
                SourceOrigin(
                    cluster: optional(text()), isConfigured: chance(0.5), member: optional(try address()),
                    subject: optional(probeSubject()), pod: optional(podPlace())))
        case 5: .sourceRemoved
        case 6:
            .failed(
                SourceFailure(pick(SourceFailure.Code.allCases), text()), retryAt: Timestamp(microseconds: time + 30))
        case 7, 8: .membership(try view(), reply())
        case 9: .membershipUnchanged(reply())
        case 10: .readiness(probe())
        case 11: .liveness(probe())
        case 12: .streamOpened
        case 13: .streamEvent(try event(), replayed: chance(0.5))
        case 14: .lifecycle(try lifecycleEvent(), late: chance(0.2))
        case 15: .lifecycle(try lifecycleEvent(), late: chance(0.2))
        case 16: .logProgress(progress())
        case 17: .bridge(try bridgeReport(), reply())
        case 18: .telemetry(telemetry(), reply())
        case 19: .metrics(try metricReport(), reply())
        case 20: .metricsUnchanged(reply())
        case 21: .probed(probeReport(), reply())
        case 22: .kubernetes(kubernetesReport())
        case 23: .contactPoint(pick([.seeds, .none, .refused, .timeout, .denied, .other]), seeds: [try address()])
        case 24: .acknowledged(incident: optional(text()))
        default: chance(0.5) ? .streamReplayed : .streamHeartbeat
        }
    }

    private mutating func view() throws -> MembershipView {
        if lists.isEmpty || chance(0.5) {
            lists.append(MemberList(try (0..<Int.random(in: 0...40, using: &generator)).map { _ in try member() }))
        }
        let records = try (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            UnreachableRecord(subject: try address(), observers: [try address()])
        }
        return MembershipView(
            observer: try address(), members: pick(lists), unreachable: records, leader: optional(try address()),
            oldest: optional(try address()))
    }

    private mutating func event() throws -> DomainEvent {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: .member(try member())
        case 1: .memberRemoved(try member(), previousStatus: status())
        case 2: .unreachable(try member())
        case 3: .reachable(try member())
        case 4: .dataCenterUnreachable(text())
        case 5: .dataCenterReachable(text())
        case 6: .leaderChanged(optional(try address()))
        case 7: .roleLeaderChanged(role: text(), optional(try address()))
        case 8: .shuttingDown
        default: .unknown(type: text())
        }
    }

    private mutating func member() throws -> Member {
        let uid = chance(0.1) ? pick([.min, .max, 0, -1]) : Int64.random(in: .min ... .max, using: &generator)
        return Member(
            node: UniqueAddress(try address(), uid: uid), status: status(),
            roles: Roles((0..<Int.random(in: 0...3, using: &generator)).map { _ in text() }))
    }

    mutating func address() throws -> Address {
        let scheme = pick(["akka", "akka.tcp", "pekko", "pekko.ssl.tcp"])
        let host = pick(["10.0.0.7", "node-1.shop.svc", "[fd00::7]", "127.1.2.3"])
        return try Address(parsing: "\(scheme)://Shop@\(host):\(Int.random(in: 0...65_535, using: &generator) / 1_000)")
    }

    mutating func status() -> MemberStatus { chance(0.1) ? .unknown(text()) : pick(MemberStatus.named) }

    private mutating func reply() -> Reply {
        Reply(latency: duration(), server: optional(pick(["akka-http/10.2.10", "x"])))
    }

    private mutating func probeReport() -> ProbeReport {
        ProbeReport(pick(ProbeReport.Verdict.allCases), status: pick([200, 503, 0, .min, .max]), text: text())
    }

    private mutating func probeSubject() -> ProbeSubject {
        chance(0.5)
            ? .workload(WorkloadName(namespace: text(), name: text()))
            : .member(host: pick(["10.0.0.7", "node-1.shop.svc", text()]), port: optional(pick([0, 25_520, .max])))
    }

    private mutating func probe() -> ProbeAnswer { pick([.passed, .notPassed(text()), .unavailable(text())]) }

    mutating func duration() -> Duration {
        chance(0.8)
            ? .microseconds(Int64.random(in: -10...5_000_000, using: &generator))
            : Duration(
                secondsComponent: pick([0, 1, -1, .max]), attosecondsComponent: pick([1, 999_999_999_999_999_999]))
    }

    mutating func text() -> String {
        pick([
            "", "a", "web", "dc-eu", "K", "\u{212A}", "é", "e\u{301}", "\u{1B}[2J", "日本",
            String(repeating: "x", count: 1_100), "\0",
        ])
    }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }
    mutating func optional<Value>(_ value: Value) -> Value? { chance(0.5) ? value : nil }
    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }
}
