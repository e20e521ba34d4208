// SPDX-License-Identifier: Apache-2.0
package import Model

extension Finding: JSONObject {
    /// An element of `findings[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("rule", rule)
        json.field("severity", severity)
        json.field("confidence", confidence)
        json.field("title", title)
        json.field("cause", cause)
        json.field("subjects", subjects)
        json.field("since", since)
        json.field("until", until)
        json.field("incident", incident)
        json.field("count", count)
        json.field("impacts", impacts)
        json.field("evidence", evidence)
        json.field("explains", explains)
        json.field("explainedBy", explainedBy)
        json.field("alternatives", alternatives)
        json.field("next", next)
        json.field("commands", commands)
        json.field("help", help)
        json.field("cluster", cluster)
        // Of checks of configuration only.
        if let code { json.field("code", code) }
    }
}

extension FindingImpact: JSONObject {
    /// An element of a finding's `impacts[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("kind", kind)
        json.field("subjects", subjects)
        json.field("text", text)
    }
}

extension FindingEvidence: JSONObject {
    /// An element of a finding's `evidence[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("ts", at)
        json.field("source", source.description)
        json.field("observer", observer)
        json.field("observation", observation)
        json.field("text", text)
    }
}

extension FindingAlternative: JSONObject {
    /// An element of a finding's `alternatives[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("rule", rule)
        json.field("against", against)
    }
}

extension Incident: JSONObject {
    /// An element of `incidents[]`.
    package func fields(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("since", since)
        json.field("until", until)
        json.field("state", state)
        json.field("title", title)
        json.field("root", root)
        json.field("findings", findings)
        json.field("members", members)
    }
}

extension Incident.Members: JSONObject {
    /// The `members` of an incident.
    package func fields(_ json: inout JSONWriter) {
        json.field("before", before)
        json.field("now", now)
        json.field("lost", lost)
        json.field("returned", returned)
    }
}

extension ExpectedMembers: JSONObject {
    /// The `expected` of a cluster.
    package func fields(_ json: inout JSONWriter) {
        json.field("count", count)
        json.field("origin", origin)
    }
}
