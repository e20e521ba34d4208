// SPDX-License-Identifier: Apache-2.0
import Model

/// A failure detector that grows uneasy while it still has its subject as available; and one that has calmed down again.
enum PhiRule: ClusterRule {
    private static let settling = Duration.seconds(10)

    static func candidates(in scene: Scene) -> [Candidate] {
        var rising: [Address: [AssociationSnapshot]] = [:]
        for row in scene.cluster.associations where row.isCurrent && isUneasy(row) {
            let subject = row.subject.address
            guard scene.lostBy[subject] == nil, let member = scene.members[subject], member.status == .up,
                !scene.isDeparting(member), scene.now - member.since > settling, row.freshness <= .late
            else { continue }
            rising[subject, default: []].append(row)
        }
        // Who finds several others late that nobody else does was late itself.
        let byObserver = Dictionary(grouping: rising.keys.sorted().flatMap { rising[$0] ?? [] }) { $0.observer.address }
        for observer in byObserver.keys.sorted() {
            let rows = byObserver[observer] ?? []
            let subjects = rows.map(\.subject.address)
            guard rows.count > 1, scene.lostBy[observer] == nil, subjects.allSatisfy({ rising[$0]?.count == 1 }) else {
                continue
            }
            for subject in subjects { rising[subject] = nil }
            rising[observer, default: []] += rows
        }
        return rising.keys.sorted().compactMap { candidate($0, rising[$0] ?? [], scene) }
            + calmed(scene, but: Set(rising.keys))
    }

    /// Phi is a cliff: below 1 the silence on the detector's own scale is what warns.
    private static func isUneasy(_ row: AssociationSnapshot) -> Bool {
        guard let phi = row.phi, phi.isAvailable else { return false }
        if (phi.magnitude ?? 0) >= 1 { return true }
        guard let silence = phi.silence, let limit = phi.limit, limit > .seconds(2) else { return false }
        return silence.inSeconds >= limit.inSeconds * 0.65
    }

    private static func candidate(_ subject: Address, _ rows: [AssociationSnapshot], _ scene: Scene) -> Candidate? {
        let evidence = rows.prefix(4).compactMap { row -> FindingEvidence? in
            guard let phi = row.phi else { return nil }
            let isOfBridge = phi.carrier == .bridge
            let number = scene.answers[isOfBridge ? .bridge : .prometheus]?[isOfBridge ? row.observer.address : nil]
            return number?.evidence(
                "\(row.observer.address.hostPort): phi of \(subject.hostPort) rises\(phi.silence.map { ", silent for \($0.spoken)" } ?? "")"
            )
        }
        guard !evidence.isEmpty else { return nil }
        var found = Candidate(
            .phiRising, in: scene.id, about: subject.text, severity: .degraded, isConfirmed: rows.count > 1,
            title: rows.allSatisfy { $0.observer.address == subject }
                ? "phi rises at \(subject.hostPort): it finds \(rows.count.of("other")) late that nobody else does, so it was late itself"
                : "phi of \(subject.hostPort) rises: its heartbeats are late at \(rows.count.of("member"))",
            cause: "a pause, load or the network", subjects: [subject.text],
            since: evidence.map(\.at).min() ?? scene.now,
            evidence: evidence, next: "wait: it is unreachable in a second or two, or it has been a short pause")
        found.patience = .seconds(3)
        found.reach = Candidate.Reach([.phiRose], [subject.text])
        return found
    }

    private static func calmed(_ scene: Scene, but rising: Set<Address>) -> [Candidate] {
        scene.present.compactMap { member in
            let address = member.node.address
            guard !rising.contains(address), scene.lostBy[address] == nil,
                let memory = scene.memory[.phiRising, scene.id, address.text],
                scene.now - memory.lastHeld < .seconds(30),
                let evidence = memory.evidence.first
            else { return nil }
            var found = Candidate(
                .phiRose, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "phi of \(address.hostPort) rose and fell again below the threshold", subjects: [address.text],
                since: memory.since, evidence: [evidence],
                next: "nothing; if it comes back, look at garbage collection and load")
            found.patience = .zero
            return found
        }
    }
}
