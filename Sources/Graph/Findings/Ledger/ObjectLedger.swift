// SPDX-License-Identifier: Apache-2.0
package import Model

/// Which observation first showed each object of Kubernetes as it is now.
package struct ObjectLedger: Sendable {
    private struct Record: Sendable {
        var value: ObjectValue
        var at: Timestamp
        var observation: Int
        var source: SourceID
        /// When it changed, if that was seen.
        var changedAt: Timestamp?
    }

    private var records: [ObjectReference: Record] = [:]

    mutating func record(_ report: KubernetesReport, in entry: Entry) {
        switch report.change {
        case .unchanged: break
        case .listed(let objects), .changed(let objects):
            for object in objects { record(object, report.resource, entry) }
        case .removed(let names):
            for name in names { records[ObjectReference(kind: report.resource.kind, name)] = nil }
        }
    }

    private mutating func record(_ object: ObjectValue, _ resource: KubernetesResource, _ entry: Entry) {
        // Events are read of the picture, and are many.
        guard resource != .events, let name = object.objectName else { return }
        let reference = ObjectReference(kind: resource.kind, name)
        let known = records[reference]
        if let known, known.value == object, known.source == entry.source { return }
        let isChange = known.map { $0.value["spec"] != object["spec"] } ?? false
        records[reference] = Record(
            value: object, at: entry.now, observation: entry.number, source: entry.source,
            changedAt: isChange ? entry.now : known?.changedAt)
    }

    mutating func forget(_ source: SourceID) { records = records.filter { $0.value.source != source } }

    /// An object as evidence.
    ///
    /// - Parameters:
    ///   - object: the object.
    ///   - text: what it says.
    /// - Returns: `nil` where it was not observed.
    package func evidence(_ object: ObjectReference, _ text: String) -> FindingEvidence? {
        records[object].map {
            FindingEvidence(at: $0.at, source: $0.source, observer: nil, observation: $0.observation, text: text)
        }
    }

    /// When the specification of an object was last seen to change.
    package func changedAt(_ object: ObjectReference) -> Timestamp? { records[object]?.changedAt }
}
