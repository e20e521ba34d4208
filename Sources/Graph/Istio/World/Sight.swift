// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Who sees an object: those who learn of it and import it.
enum Sight: Sendable {
    /// All that import everything, and maybe others.
    case open
    case only([String])

    var isNobody: Bool { if case .only(let names) = self { names.isEmpty } else { false } }
}

/// Which of several objects about the same thing somebody sees together.
struct CommonSight {
    private var open = 0
    private var counts: [String: Int] = [:]
    private var restricted = 0

    init(_ sights: [Sight]) {
        for sight in sights {
            switch sight {
            case .open: open += 1
            case .only(let names):
                if !names.isEmpty { restricted += 1 }
                for name in names { counts[name, default: 0] += 1 }
            }
        }
    }

    /// Whether who sees this one, which is among them, sees another of them too.
    func isShared(_ sight: Sight) -> Bool {
        switch sight {
        case .open: open > 1 || restricted > 0
        case .only(let names): open > 0 && !names.isEmpty || names.contains { counts[$0] ?? 0 > 1 }
        }
    }

    /// Whether who sees this one, which is not among them, sees one of them too.
    func meets(_ sight: Sight) -> Bool {
        switch sight {
        case .open: open > 0 || restricted > 0
        case .only(let names): open > 0 && !names.isEmpty || names.contains { counts[$0] != nil }
        }
    }
}

extension IstioScene {
    /// Who sees an object.
    ///
    /// - Parameters:
    ///   - reach: who learns of it.
    ///   - hosts: the hosts that it names, of which one must be imported.
    ///   - namespace: its namespace.
    /// - Returns: those who see it.
    func sight(_ reach: Reach, _ hosts: [String], of namespace: String) -> Sight {
        if reach == .everywhere, !openViewers.isEmpty { return .open }
        return .only(
            viewers.filter { viewer in
                guard reach.covers(viewer.namespace) else { return false }
                guard let scope = viewer.scope else { return true }
                return hosts.contains { scope.imports(host($0, in: namespace), $0, of: namespace) }
            }.map(\.namespace))
    }
}
