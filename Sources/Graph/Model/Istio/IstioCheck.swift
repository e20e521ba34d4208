// SPDX-License-Identifier: Apache-2.0
/// Names an object of the Kubernetes API with its kind.
package struct ObjectReference: Hashable, Sendable, Comparable {
    /// `VirtualService`, `Deployment`.
    package let kind: String
    /// Its namespace and name.
    package let name: ObjectName

    /// A kind and a name.
    package init(kind: String, _ name: ObjectName) {
        self.kind = kind
        self.name = name
    }

    /// `VirtualService shop/web`.
    package var text: String { "\(kind) \(name.text)" }

    /// By namespace, kind, then name.
    package static func < (left: ObjectReference, right: ObjectReference) -> Bool {
        (left.name.namespace, left.kind, left.name.name) < (right.name.namespace, right.kind, right.name.name)
    }
}

extension ObjectName {
    /// `shop/web`; the name alone for objects that lie in no namespace.
    package var text: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// What is wrong with an object of Istio's configuration, or with one that Istio reads.
package struct IstioCheck: Hashable, Sendable, Comparable {
    /// How bad it is; the worst first.
    package enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
        /// It does not do what it says.
        case error
        /// It does something else than it seems to.
        case warning
        /// Worth knowing.
        case info

        /// The worse comes first.
        package static func < (left: Severity, right: Severity) -> Bool { left.order < right.order }

        private var order: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .info: 2
            }
        }
    }

    /// Kiali's code (kiali.md §5), or one of meshtop's own, which begin with `MESH`.
    package var code: String
    /// How bad it is.
    package var severity: Severity
    /// The object.
    package var object: ObjectReference
    /// The place in the object: `spec/http[0]/route[1]/destination`; empty for the whole.
    package var path: String
    /// What is wrong, in words.
    package var text: String
    /// File and line, where the object was read of a file.
    package var place: String?

    /// Every property as given.
    package init(
        code: String, severity: Severity, object: ObjectReference, path: String, text: String, place: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.object = object
        self.path = path
        self.text = text
        self.place = place
    }

    /// `KIA1101 VirtualService shop/web (deploy/web.yaml:12) spec/http[0]: what is wrong`.
    package var sentence: String {
        let file = place.map { " (\($0))" } ?? ""
        return "\(code) \(object.text)\(file)\(path.isEmpty ? "" : " \(path)"): \(text)"
    }

    /// By object, the worse first, then place and code.
    package static func < (left: IstioCheck, right: IstioCheck) -> Bool {
        if left.object != right.object { return left.object < right.object }
        if left.severity != right.severity { return left.severity < right.severity }
        return (left.path, left.code, left.text) < (right.path, right.code, right.text)
    }
}

/// A check that could not be made, because what it needs was not read.
package struct UnjudgedCheck: Hashable, Sendable, Comparable {
    /// Its code.
    package var code: String
    /// The object.
    package var object: ObjectReference
    /// What was not read: `services of namespace pay`.
    package var missing: String

    /// Every property as given.
    package init(code: String, object: ObjectReference, missing: String) {
        self.code = code
        self.object = object
        self.missing = missing
    }

    /// By what is missing, then code and object.
    package static func < (left: UnjudgedCheck, right: UnjudgedCheck) -> Bool {
        if left.missing != right.missing { return left.missing < right.missing }
        return left.code == right.code ? left.object < right.object : left.code < right.code
    }
}
