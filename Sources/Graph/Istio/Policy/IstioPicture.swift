// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Puts together what is shown of Istio's configuration.
struct IstioPicture {
    private let scene: IstioScene
    private let values: [ObjectReference: ObjectValue]
    private let checks: [IstioCheck]
    private let unjudged: [UnjudgedCheck]
    private let ports: [ObjectName: [MemberPort]]

    init(
        _ scene: IstioScene, _ values: [ObjectReference: ObjectValue],
        _ found: (checks: [IstioCheck], unjudged: [UnjudgedCheck]), _ ports: [ObjectName: [MemberPort]]
    ) {
        self.scene = scene
        self.values = values
        (checks, unjudged) = found
        self.ports = ports
    }

    var snapshot: IstioSnapshot {
        IstioSnapshot(
            objects: objects, checks: checks, policies: BypassTable(scene, known: ports).rows,
            splits: SplitFinder(scene).splits, unjudged: unjudged, assumptions: assumptions,
            services: ServicePolicies(scene).all)
    }

    private var objects: [IstioSnapshot.ObjectRow] {
        let found = Dictionary(grouping: checks, by: \.object)
        let rows = values.map { reference, value in
            IstioSnapshot.ObjectRow(
                object: reference, summary: ObjectSummary.line(reference.kind, value["spec"]),
                checks: found[reference] ?? [], value: value)
        }
        func severity(_ row: IstioSnapshot.ObjectRow) -> Int {
            row.checks.first.map { IstioCheck.Severity.allCases.firstIndex(of: $0.severity) ?? 3 } ?? 3
        }
        return rows.sorted {
            (severity($0), $0.object) < (severity($1), $1.object)
        }
    }

    private var assumptions: [String] {
        scene.settings.isRead
            ? []
            : [
                "the mesh's settings (ConfigMap istio) were not read: root namespace \(scene.root), trust domain cluster.local, automatic mTLS and no calls of unknown hosts are assumed"
            ]
    }
}

/// What an object does, in one line.
enum ObjectSummary {
    static func line(_ kind: String, _ spec: ObjectValue) -> String {
        switch kind {
        case "VirtualService":
            let routes = ["http", "tcp", "tls"].map { ($0, spec[$0].items.count) }.filter { $0.1 > 0 }
            return words(spec["hosts"]) + " " + routes.map { "\($0.1) \($0.0)" }.joined(separator: " ")
        case "DestinationRule":
            let subsets = spec["subsets"].items.compactMap { $0["name"].text }
            return (spec["host"].text ?? "") + (subsets.isEmpty ? "" : " subsets \(short(subsets))")
        case "PeerAuthentication":
            let ports = spec["portLevelMtls"].fields.map { "\($0.name) \($0.value["mode"].text ?? "")" }
            return (spec["mtls"]["mode"].text ?? "UNSET") + selector(spec)
                + (ports.isEmpty ? "" : " ports \(short(ports))")
        case "AuthorizationPolicy":
            let count = spec["rules"].items.count
            return (spec["action"].text ?? "ALLOW") + " \(count) rule\(count == 1 ? "" : "s")" + selector(spec)
        case "Sidecar": return "egress " + short(spec["egress"].items.flatMap { $0["hosts"].items.compactMap(\.text) })
        case "ServiceEntry": return words(spec["hosts"]) + " " + (spec["resolution"].text ?? "")
        case "Gateway": return short(spec["servers"].items.flatMap { $0["hosts"].items.compactMap(\.text) })
        default: return selector(spec)
        }
    }

    private static func words(_ list: ObjectValue) -> String { short(list.items.compactMap(\.text)) }

    private static func short(_ words: [String]) -> String {
        words.prefix(4).joined(separator: ", ") + (words.count > 4 ? ", …" : "")
    }

    private static func selector(_ spec: ObjectValue) -> String {
        let labels = spec["selector"]["matchLabels"].labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return labels.isEmpty ? "" : " of \(short(labels))"
    }
}
