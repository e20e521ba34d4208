// SPDX-License-Identifier: Apache-2.0
package import Model

/// A row of `associations[]`.
struct AssociationDocument: JSONObject {
    let row: AssociationSnapshot

    func fields(_ json: inout JSONWriter) {
        json.field("observer", row.observer.address)
        json.field("observerUid", uid: row.observer.knownUid)
        json.field("subject", row.subject.address)
        json.field("subjectUid", uid: row.subject.knownUid)
        json.field("current", row.isCurrent)
        state(&json)
        json.field("evidence", row.evidence)
        json.field("phi", row.phi)
    }

    private func state(_ json: inout JSONWriter) {
        json.field("state", row.status.state)
        json.field("transport", row.transport)
        json.field("until", row.status.until)
        json.field("since", row.status.since)
        json.field("harmless", row.status.isHarmless)
        json.field("backoff", row.status.isBackingOff)
        json.field("monitored", row.isMonitored)
        json.field("expected", row.isExpected)
        json.field("origin", row.origin)
        json.field("observedAt", row.observedAt)
        json.field("freshness", row.freshness)
    }
}

extension AssociationCounts: JSONObject {
    /// The `associationCounts` of a cluster.
    package func fields(_ json: inout JSONWriter) {
        json.field("idle", idle)
        json.field("active", active)
        json.field("gated", gated)
        json.field("quarantined", quarantined)
        json.field("unknown", unknown)
    }
}

extension PhiMeasurement: JSONObject {
    /// The `phi` of an association.
    package func fields(_ json: inout JSONWriter) {
        json.field("value", value)
        json.field("infinite", isInfinite)
        json.field("threshold", threshold)
        json.field("available", isAvailable)
        json.field("silence", silence)
        json.field("mean", mean)
        json.field("deviation", deviation)
        json.field("acceptablePause", acceptablePause)
        json.field("untilThreshold", untilThreshold)
        json.field("assumed", isAssumed)
        json.field("origin", "measured")
        json.field("via", carrier)
        json.field("observedAt", observedAt)
    }
}

extension EstimatedPhi: JSONObject {
    /// The `estimatedPhi` of a member.
    package func fields(_ json: inout JSONWriter) {
        json.field("value", value)
        json.field("infinite", isInfinite)
        json.field("observedAt", observedAt)
    }
}

extension DowningSnapshot: JSONObject {
    /// The `downing` of a cluster.
    package func fields(_ json: inout JSONWriter) {
        json.field("strategy", strategy)
        json.field("stableAfter", stableAfter)
        json.field("decisionNotBefore", decisionNotBefore)
        json.field("forecast", forecast)
    }
}

extension DowningForecast: JSONObject {
    /// The `forecast` of a cluster's `downing`.
    package func fields(_ json: inout JSONWriter) {
        json.field("certainty", certainty)
        json.field("decision", decision)
        json.field("down", down)
        json.field("survive", survive)
        json.field("at", at)
        json.field("by", by)
        json.name("strategies")
        guard let strategies else { return json.null() }
        json.object { json in
            for option in strategies {
                json.key(option.name)
                json.object { $0.field("down", option.down) }
            }
        }
    }
}
