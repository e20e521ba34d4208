// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What all objects have in common.
struct ObjectHead: Hashable, Sendable {
    /// Kiali's annotation with the codes that are not to be said of an object.
    static let ignoring = "kiali.io/ignore-validations"

    let reference: ObjectReference
    let createdAt: Timestamp?
    /// File and line, where it was read of a file.
    let place: String?
    /// Codes that are not to be said of it.
    let ignored: Set<String>
    /// Whether nothing is to be said of it.
    let isIgnored: Bool

    var name: ObjectName { reference.name }
    var namespace: String { reference.name.namespace }

    init?(_ kind: String, _ object: ObjectValue) {
        guard let name = object.objectName else { return nil }
        reference = ObjectReference(kind: kind, name)
        let metadata = object["metadata"]
        createdAt = metadata["creationTimestamp"].time
        place = object["place"].text
        if case .text(let codes) = metadata["annotations"][Self.ignoring] {
            let list = codes.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
            ignored = Set(list)
            isIgnored = list.isEmpty
        } else {
            (ignored, isIgnored) = ([], false)
        }
    }

    /// Whether a code may be said of it.
    func allows(_ code: String) -> Bool { !isIgnored && !ignored.contains(code) }

    /// The older of two counts, then the name.
    func isOlder(than other: ObjectHead) -> Bool {
        let (mine, others) = (createdAt?.microseconds ?? 0, other.createdAt?.microseconds ?? 0)
        return mine == others ? name < other.name : mine < others
    }
}

extension ObjectValue {
    /// The texts of a list; numbers as they are written.
    var words: [String] {
        items.compactMap { item in
            if case .text(let text) = item { return text }
            return item.integer.map { "\($0)" }
        }
    }

    /// The fields of a map as labels: numbers and switches that were not quoted are what Kubernetes would refuse, and are kept as texts.
    var labels: [String: String] {
        fields.reduce(into: [:]) { labels, field in
            switch field.value {
            case .text(let text): labels[field.name] = text
            case .integer(let number): labels[field.name] = "\(number)"
            case .bool(let on): labels[field.name] = on ? "true" : "false"
            default: break
            }
        }
    }
}
