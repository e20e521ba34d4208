// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Fold

/// The rules of CONTRACT.md, "Health of a member", one by one.
@Suite("The health of a member")
struct MemberHealthTests {
    private static let now = second(100)

    /// A member that is Up, reachable by all four others, and ready.
    private func facts(_ change: (inout MemberHealth.Facts) -> Void = { _ in }) -> MemberHealth.Facts {
        var facts = MemberHealth.Facts(
            status: .up, isListed: true, unreachableBy: [], unreachableSince: nil, terminatedFor: [],
            differsSince: nil, ready: .passed, observers: 4, renewal: .zero)
        change(&facts)
        return facts
    }

    private func health(_ change: (inout MemberHealth.Facts) -> Void = { _ in }) -> Health {
        MemberHealth.evaluate(facts(change), at: Self.now)
    }

    @Test("is healthy when nothing speaks against it, and says nothing then")
    func healthy() {
        #expect(health() == Health(level: .healthy))
        #expect(health { $0.ready = nil } == Health(level: .healthy))
        #expect(health { $0.status = .unknown("New") }.level == .healthy)
    }

    @Test("is unknown when it was removed, whatever else is known, and when no voting view lists it")
    func unknown() {
        let removed = health {
            $0.status = .removed
            $0.unreachableBy = [address("b")]
        }
        #expect(removed == Health(level: .unknown, reasons: ["removed from the cluster"]))
        #expect(health { $0.isListed = false } == Health(level: .unknown, reasons: ["no voting view lists it"]))
    }

    @Test("is a failure when it is Down")
    func down() {
        #expect(health { $0.status = .down } == Health(level: .failure, reasons: ["Down"]))
    }

    @Test(
        "is not ready on its way in and out",
        arguments: [
            MemberStatus.joining, .weaklyUp, .leaving, .exiting, .preparingForShutdown, .readyForShutdown,
        ])
    func underWay(status: MemberStatus) {
        #expect(health { $0.status = status } == Health(level: .notReady, reasons: [status.name]))
    }

    @Test("is degraded while unreachable for any observer, and a failure after more than 20 s")
    func unreachable() {
        func since(_ seconds: Double) -> Health {
            health {
                $0.unreachableBy = [address("b")]
                $0.unreachableSince = second(100 - seconds)
            }
        }
        #expect(since(20) == Health(level: .degraded, reasons: ["unreachable by 1 of the 4 that monitor it"]))
        #expect(
            since(20.001)
                == Health(level: .failure, reasons: ["unreachable by 1 of the 4 that monitor it for more than 20 s"]))
    }

    @Test("counts no fewer observers than those that have lost it")
    func observers() {
        let health = health {
            $0.unreachableBy = [address("b"), address("c")]
            $0.unreachableSince = second(99)
            $0.observers = 1
        }
        #expect(health.reasons == ["unreachable by 2 of the 2 that monitor it"])
    }

    @Test("is degraded while it is terminated for any observer")
    func terminated() {
        let health = health { $0.terminatedFor = [address("b"), address("c")] }
        #expect(health == Health(level: .degraded, reasons: ["terminated for b:25520, c:25520"]))
    }

    @Test("is degraded when views differ for more than 5 s and the time in which all are renewed")
    func difference() {
        func differing(_ seconds: Double, renewal: Duration) -> Health.Level {
            health {
                $0.differsSince = second(100 - seconds)
                $0.renewal = renewal
            }.level
        }
        #expect(differing(5, renewal: .zero) == .healthy)
        #expect(differing(5.001, renewal: .zero) == .degraded)
        #expect(differing(7, renewal: .seconds(2)) == .healthy)
        #expect(differing(7.001, renewal: .seconds(2)) == .degraded)
    }

    @Test("is not ready when its readiness check does not pass, with the check's own words")
    func readiness() {
        #expect(health { $0.ready = .notPassed("db") } == Health(level: .notReady, reasons: ["not ready: db"]))
        #expect(health { $0.ready = .notPassed("") } == Health(level: .notReady, reasons: ["not ready"]))
    }

    @Test("is a failure while it stands in a quarantine, and names each peer once")
    func quarantine() {
        let health = health { $0.quarantinedWith = [address("c"), address("b"), address("c")] }
        #expect(health == Health(level: .failure, reasons: ["quarantine with b:25520, c:25520"]))
    }

    @Test("is degraded while it has gated a current member")
    func gate() {
        #expect(health { $0.gatedTo = [address("b")] } == Health(level: .degraded, reasons: ["gated to b:25520"]))
    }

    @Test("is as bad as what its own health endpoints report")
    func endpoints() {
        let subject = ProbeSubject.member(host: "a", port: nil)
        let health = health {
            $0.probes = [.init(subject: subject, level: .degraded, reason: "readyz 503")]
        }
        #expect(health == Health(level: .degraded, reasons: ["readyz 503"]))
    }

    @Test("has the reasons of all rules, the worst first")
    func order() {
        let health = health {
            $0.status = .leaving
            $0.gatedTo = [address("b")]
            $0.quarantinedWith = [address("c")]
        }
        #expect(health.level == .failure)
        #expect(health.reasons == ["quarantine with c:25520", "gated to b:25520", "Leaving"])
    }

    @Test("is never healthy by log lines alone: they report what fails")
    func lines() {
        func lines(_ change: (inout MemberHealth.Facts) -> Void = { _ in }) -> Health {
            health {
                $0.isFromLogs = true
                $0.isListed = false
                change(&$0)
            }
        }
        #expect(lines() == Health(level: .unknown, reasons: [MemberHealth.linesOnly]))
        #expect(lines { $0.status = .joining }.level == .unknown)
        #expect(lines { $0.status = .down } == Health(level: .failure, reasons: ["Down"]))
        #expect(lines { $0.terminatedFor = [address("b")] }.level == .degraded)
    }
}
