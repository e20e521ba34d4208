// SPDX-License-Identifier: Apache-2.0
/// A user's rule for the workload that a member belongs to, for clusters of which Prometheus knows no pods: `role:web=shop/checkout`, or a
/// pattern of hosts in place of the role, `checkout-*=shop/checkout`.
package struct MemberRule: Hashable, Sendable {
    /// Which members a rule is about.
    package enum Condition: Hashable, Sendable {
        /// Those that have the role.
        case role(String)
        /// Those whose host fits the pattern, in which `*` stands for any text.
        case host(String)
    }

    /// Which members the rule is about.
    package var condition: Condition
    /// The workload that they belong to.
    package var workload: WorkloadName

    /// - Parameters:
    ///   - condition: which members the rule is about.
    ///   - workload: the workload that they belong to.
    package init(_ condition: Condition, _ workload: WorkloadName) {
        self.condition = condition
        self.workload = workload
    }

    /// Reads a rule.
    ///
    /// - Parameter text: As typed.
    package init?(_ text: String) {
        guard let equals = text.lastIndex(of: "="), equals != text.startIndex else { return nil }
        guard let workload = WorkloadName(text[text.index(after: equals)...]) else { return nil }
        let left = text[..<equals]
        let role = "role:"
        guard left != role else { return nil }
        let condition = left.hasPrefix(role) ? Condition.role(String(left.dropFirst(role.count))) : .host(String(left))
        self.init(condition, workload)
    }

    /// As it is typed.
    package var text: String {
        switch condition {
        case .role(let role): "role:\(role)=\(workload.text)"
        case .host(let pattern): "\(pattern)=\(workload.text)"
        }
    }

    /// Whether the rule is about a member.
    package func holds(host: String, roles: Roles) -> Bool {
        switch condition {
        case .role(let role): roles.names.contains(role)
        case .host(let pattern): pattern.matches(host)
        }
    }
}

/// A workload as Kubernetes and Istio name it.
package struct WorkloadName: Hashable, Comparable, Sendable {
    /// The namespace.
    package var namespace: String
    /// The name.
    package var name: String

    /// - Parameters:
    ///   - namespace: the namespace.
    ///   - name: the name.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Reads `shop/checkout`.
    package init?(_ text: Substring) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let (namespace, name) = (text[..<slash], text[text.index(after: slash)...])
        guard !namespace.isEmpty, !name.isEmpty else { return nil }
        self.init(namespace: String(namespace), name: String(name))
    }

    /// `shop/checkout`.
    package var text: String { "\(namespace)/\(name)" }

    /// Orders by namespace, then name.
    package static func < (left: WorkloadName, right: WorkloadName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

extension String {
    /// Whether a text fits this pattern, in which `*` stands for any text. Linear but for the number of stars.
    fileprivate func matches(_ text: String) -> Bool {
        let parts = utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        var rest = text.utf8[...]
        for (index, part) in parts.enumerated() {
            if index == 0 {
                guard rest.starts(with: part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if index == parts.count - 1 {
                return rest.count >= part.count && rest.suffix(part.count).elementsEqual(part)
            } else {
                guard let after = Self.end(of: part, in: rest) else { return false }
                rest = rest[after...]
            }
        }
        return rest.isEmpty
    }

    private static func end(of part: Substring.UTF8View, in text: Substring.UTF8View) -> Substring.UTF8View.Index? {
        var rest = text
        while rest.count >= part.count {
            if rest.starts(with: part) { return rest.index(rest.startIndex, offsetBy: part.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
