import Model

extension JSONWriter {
    mutating func associationCounts(_ counts: AssociationCounts) {
        object { writer in
            writer.name("idle")
            writer.integer(counts.idle)
            writer.name("active")
            writer.integer(counts.active)
            writer.name("gated")
            writer.integer(counts.gated)
            writer.name("quarantined")
            writer.integer(counts.quarantined)
            writer.name("unknown")
            writer.integer(counts.unknown)
        }
    }

    mutating func downing(_ downing: DowningSnapshot?) {
        guard let downing else { return null() }
        object { writer in
            writer.name("strategy")
            writer.string(downing.strategy)
            writer.name("stableAfter")
            writer.seconds(downing.stableAfter)
            writer.name("decisionNotBefore")
            writer.time(downing.decisionNotBefore)
        }
    }

    mutating func estimatedPhi(_ phi: EstimatedPhi?) {
        guard let phi else { return null() }
        object { writer in
            writer.name("value")
            writer.number(phi.value)
            writer.name("infinite")
            writer.bool(phi.isInfinite)
            writer.name("observedAt")
            writer.time(phi.observedAt)
        }
    }

    mutating func association(_ row: AssociationSnapshot) {
        object { writer in
            writer.name("observer")
            writer.string(row.observer.address.text)
            writer.name("observerUid")
            writer.string(row.observer.knownUid.map { String($0) })
            writer.name("subject")
            writer.string(row.subject.address.text)
            writer.name("subjectUid")
            writer.string(row.subject.knownUid.map { String($0) })
            writer.name("current")
            writer.bool(row.isCurrent)
            writer.associationState(row)
            writer.name("evidence")
            writer.array(row.evidence) { $0.string($1) }
            writer.name("phi")
            writer.phi(row.phi)
        }
    }

    private mutating func associationState(_ row: AssociationSnapshot) {
        name("state")
        string(row.status.state.rawValue)
        name("transport")
        string(row.transport.rawValue)
        name("until")
        time(row.status.until)
        name("since")
        time(row.status.since)
        name("harmless")
        bool(row.status.isHarmless)
        name("backoff")
        bool(row.status.isBackingOff)
        name("monitored")
        bool(row.isMonitored)
        name("expected")
        bool(row.isExpected)
        name("origin")
        string(row.origin?.rawValue)
        name("observedAt")
        time(row.observedAt)
        name("freshness")
        string(row.freshness.rawValue)
    }

    private mutating func phi(_ phi: PhiMeasurement?) {
        guard let phi else { return null() }
        object { writer in
            writer.name("value")
            writer.number(phi.value)
            writer.name("infinite")
            writer.bool(phi.isInfinite)
            writer.name("threshold")
            writer.number(phi.threshold)
            writer.name("available")
            writer.bool(phi.isAvailable)
            writer.name("silence")
            writer.seconds(phi.silence)
            writer.phiScale(phi)
            writer.name("observedAt")
            writer.time(phi.observedAt)
        }
    }

    private mutating func phiScale(_ phi: PhiMeasurement) {
        name("mean")
        seconds(phi.mean)
        name("deviation")
        seconds(phi.deviation)
        name("acceptablePause")
        seconds(phi.acceptablePause)
        name("untilThreshold")
        seconds(phi.untilThreshold)
        name("assumed")
        bool(phi.isAssumed)
        name("origin")
        string("measured")
        name("via")
        string(phi.carrier.rawValue)
    }
}
