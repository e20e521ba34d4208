// SPDX-License-Identifier: Apache-2.0
package import Model

/// One fact as it was first observed, with the number of the observation that brought it.
package struct Sighting: Hashable, Sendable {
    /// When it happened: by our clock for answers and for lines that came as they were written, by the line's own stamp for history.
    package var at: Timestamp
    /// What the line or the answer has as its time.
    package var stamp: Timestamp
    /// The number of the observation.
    package var observation: Int
    /// The source that brought it.
    package var source: SourceID
    /// Who reports it; `nil` for meshtop's own observations.
    package var observer: Address?
    /// What it says.
    package var text: String

    /// Whether it happened before another: what came together is judged by its own stamps, the rest by when it came.
    package func isBefore(_ other: Sighting, by margin: Duration = .zero) -> Bool {
        let distance = other.at - at
        guard distance < .milliseconds(1500), distance > .milliseconds(-1500), stamp != at || other.stamp != other.at
        else {
            return distance >= margin
        }
        return other.stamp - stamp >= margin
    }

    /// The fact as evidence of a finding.
    package func evidence(_ text: String? = nil) -> FindingEvidence {
        FindingEvidence(
            at: stamp, source: source, observer: observer, observation: observation, text: text ?? self.text)
    }
}

/// Where an observation stands: what all of its facts have in common.
struct Entry {
    var now: Timestamp
    var number: Int
    var source: SourceID

    func sighting(_ observer: Address?, _ text: String, at: Timestamp? = nil, stamp: Timestamp? = nil) -> Sighting {
        Sighting(
            at: at ?? now, stamp: stamp ?? at ?? now, observation: number, source: source, observer: observer,
            text: text)
    }
}
