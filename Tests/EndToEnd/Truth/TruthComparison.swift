// SPDX-License-Identifier: Apache-2.0
import Fold
import Model

/// Holds what meshtop printed each second against what was true in every node that lived.
struct TruthComparison {
    /// So far apart what was printed and what was true may have been told.
    private static let nearby = Duration.milliseconds(1000)
    /// The time in which phi must have had the value that is shown.
    private static let phiWindow = Duration.milliseconds(2500)

    fileprivate struct Witness {
        var name: String
        var samples: [TruthSample]
        var changes: TruthChanges
    }

    private let recording: TruthRecording
    private let mode: TruthMode
    private let run: String
    private let witnesses: [Witness]
    private var score = TruthScore()

    init(_ recording: TruthRecording, _ mode: TruthMode) {
        self.recording = recording
        self.mode = mode
        run = "\(recording.name) \(mode.rawValue)"
        let kills = recording.labels.filter { $0.kind == "inject" && $0.what == "kill" }.flatMap { label in
            recording.nodes.filter { label.on.contains($0.node) }.map {
                (address: $0.address, at: Timestamp(milliseconds: label.atMs))
            }
        }
        witnesses = recording.nodes.map { node in
            let samples = recording.truth(node.node)
            return Witness(
                name: node.node, samples: samples,
                changes: TruthChanges(samples, from: recording.start, to: recording.end, kills: kills))
        }
    }

    /// Compares all lines of a run.
    mutating func score(_ lines: [String]) -> TruthScore {
        score = TruthScore()
        let pictures = lines.compactMap(TruthPicture.init)
        // What meshtop has not had the time to hear of is no error of its picture.
        guard let first = pictures.first else { return score }
        for picture in pictures where picture.at >= max(first.at, recording.start) + .seconds(2) {
            for witness in witnesses { compare(picture, witness) }
        }
        return score
    }

    private mutating func compare(_ picture: TruthPicture, _ witness: Witness) {
        guard let place = witness.nearest(to: picture.at) else { return }
        let sample = witness.samples[place]
        guard (sample.at - picture.at).magnitude <= Self.nearby, sample.isMember else { return }
        // A log is no list: it names those to whom something happened.
        if mode != .logsAlone { compareMembers(picture, sample, witness) }
        for member in sample.members ?? [] where member.address != sample.address {
            compareAssociation(picture, sample, member, witness)
        }
        compareDeparted(picture, sample, witness, place)
        for detector in sample.detectors ?? [] { comparePhi(picture, sample, detector, witness, place) }
    }

    // MARK: - Members

    private mutating func compareMembers(_ picture: TruthPicture, _ sample: TruthSample, _ witness: Witness) {
        let view = picture.views[sample.address]
        let shown = Dictionary((view?.members ?? []).map { ($0.address, "\($0.uid) \($0.status)") }) { $1 }
        let truth = sample.memberFacts
        for address in Set(truth.keys).union(shown.keys).sorted() {
            guard witness.changes.isStill(["member"], address, at: picture.at) else {
                score.leftOut += 1
                continue
            }
            let fact = Fact("member", sample.address, address)
            let (real, told) = (truth[address] ?? "no member", shown[address] ?? "no member")
            judge(\.members, fact, real, view == nil ? nil : told, picture, view?.freshness ?? "no view")
        }
        compareReachability(picture, sample, view, witness)
    }

    private mutating func compareReachability(
        _ picture: TruthPicture, _ sample: TruthSample, _ view: ClusterDocument.View?, _ witness: Witness
    ) {
        let rows = Dictionary((view?.unreachable ?? []).map { ($0.subject, $0) }) { $1 }
        for (address, truth) in sample.reachabilityFacts.sorted(by: { $0.key < $1.key }) {
            guard witness.changes.isStill(["member", "reachability"], address, at: picture.at) else {
                score.leftOut += 1
                continue
            }
            let row = rows[address]
            let told = row.map {
                TruthSample.reachability(observers: $0.observers.sorted(), isTerminated: $0.status == "terminated")
            }
            let fact = Fact("reachability", sample.address, address)
            judge(\.reachability, fact, truth, view == nil ? nil : told ?? "reachable", picture, view?.freshness ?? "")
        }
    }

    // MARK: - Associations

    private mutating func compareAssociation(
        _ picture: TruthPicture, _ sample: TruthSample, _ member: MemberRow, _ witness: Witness
    ) {
        guard let truth = sample.associationState(to: member.address, uid: member.uid),
            witness.changes.isStill(["association", "member"], member.address, at: picture.at)
        else { return score.leftOut += 1 }
        let row = picture.row(sample.address, sample.uid, to: member.address, member.uid)
        let shown = row?.state ?? "unknown"
        score.associations[truth, default: [:]][shown, default: 0] += 1
        if shown != truth {
            note(Fact("association", sample.address, member.address), truth, shown, picture, evidence(row))
        }
    }

    private mutating func compareDeparted(
        _ picture: TruthPicture, _ sample: TruthSample, _ witness: Witness, _ place: Int
    ) {
        for association in sample.associations ?? [] {
            // Somebody who is about to join is no member either, and no row is promised.
            guard let uid = association.uid, witness.departed(association.peer, uid, until: place) else { continue }
            guard witness.changes.isStill(["association", "member"], association.peer, at: picture.at) else {
                score.leftOut += 1
                continue
            }
            let row = picture.row(sample.address, sample.uid, to: association.peer, uid)
            let shown = row?.state ?? "unknown"
            score.departed[association.state, default: [:]][shown, default: 0] += 1
            if shown != association.state {
                let fact = Fact("departed", sample.address, "\(association.peer)#\(uid)")
                note(fact, association.state, shown, picture, evidence(row))
            }
        }
    }

    private func evidence(_ row: AssociationRow?) -> String {
        guard let row else { return "no row" }
        return "\(row.origin ?? "nobody"), \(row.freshness): \(row.evidence.last ?? "")"
    }

    // MARK: - Phi

    private mutating func comparePhi(
        _ picture: TruthPicture, _ sample: TruthSample, _ detector: TruthSample.Detector, _ witness: Witness,
        _ place: Int
    ) {
        guard mode == .bridge, let member = sample.members?.first(where: { $0.address == detector.peer }) else {
            return
        }
        guard witness.changes.isStill(["availability", "member"], detector.peer, at: picture.at) else {
            return score.leftOut += 1
        }
        let phi = picture.row(sample.address, sample.uid, to: detector.peer, member.uid)?.phi
        let fact = Fact("phi", sample.address, detector.peer)
        let told = phi.map { $0.available ? "available" : "unavailable" }
        judge(\.phiAvailability, fact, detector.available ? "available" : "unavailable", told, picture, "")
        guard let phi else { return score.phiValue.uncovered += 1 }
        let range = phiRange(witness, place, detector.peer, at: picture.at)
        if let range, range.contains(phi.number) {
            score.phiValue.right += 1
        } else {
            score.phiValue.wrong += 1
            let truth = range.map { "\($0.lowerBound)...\($0.upperBound)" } ?? "not told"
            note(fact, truth, "\(phi.number)", picture, "observed at \(phi.observedAt)")
        }
    }

    /// Between which values phi was lately: those that the truth was asked for, and what it rose to between two questions, which follows
    /// from the node's own history and the time of its next heartbeat.
    private func phiRange(
        _ witness: Witness, _ place: Int, _ peer: String, at now: Timestamp
    ) -> ClosedRange<Double>? {
        var values: [Double] = []
        for (index, sample) in witness.samples.enumerated() where index <= place + 1 {
            guard now - sample.at <= Self.phiWindow + .seconds(1), sample.at - now <= .seconds(1),
                let detector = sample.detectors?.first(where: { $0.peer == peer })
            else { continue }
            values.append(detector.value)
            // Both times are whole milliseconds, cut off; at the cliff's foot phi rises by a tenth in one.
            let rise = min(1000, max(0, (now - sample.at).inSeconds * 1000)) + 2
            if let later = detector.value(silence: detector.sinceMs + rise) { values.append(later) }
        }
        guard let least = values.min(), let most = values.max() else { return nil }
        // Below a millionth phi tells nothing, and rises tenfold in the time that a busy machine takes between two instructions.
        return least - 1e-6...max(most * (1 + 1e-9), most + 1e-6)
    }

    // MARK: - Judging

    private struct Fact {
        var kind: String
        var pair: String

        init(_ kind: String, _ observer: String, _ subject: String) {
            self.kind = kind
            pair = "\(Self.place(observer)) to \(Self.place(subject))"
        }

        private static func place(_ address: String) -> Substring {
            address.split(separator: "@").last ?? Substring(address)
        }
    }

    private mutating func judge(
        _ path: WritableKeyPath<TruthScore, TruthScore.Agreement>, _ fact: Fact, _ truth: String, _ shown: String?,
        _ picture: TruthPicture, _ evidence: String
    ) {
        guard let shown else {
            score[keyPath: path].uncovered += 1
            return note(fact, truth, "unknown", picture, evidence)
        }
        guard shown != truth else { return score[keyPath: path].right += 1 }
        score[keyPath: path].wrong += 1
        note(fact, truth, shown, picture, evidence)
    }

    private mutating func note(
        _ fact: Fact, _ truth: String, _ shown: String, _ picture: TruthPicture, _ evidence: String
    ) {
        score.disagreements.append(
            TruthScore.Disagreement(
                run: run, second: (picture.at - recording.start).inSeconds, fact: fact.kind, pair: fact.pair,
                truth: truth, shown: shown, evidence: evidence))
    }
}

extension TruthComparison.Witness {
    /// Whether an incarnation was a member and is none any more.
    fileprivate func departed(_ address: String, _ uid: String, until place: Int) -> Bool {
        let fact = { (sample: TruthSample) in
            (sample.members ?? []).contains { $0.address == address && $0.uid == uid }
        }
        return !fact(samples[place]) && samples[..<place].contains(where: fact)
    }

    /// The sample that was told nearest to a moment.
    fileprivate func nearest(to now: Timestamp) -> Int? {
        samples.indices.min { (samples[$0].at - now).magnitude < (samples[$1].at - now).magnitude }
    }
}
