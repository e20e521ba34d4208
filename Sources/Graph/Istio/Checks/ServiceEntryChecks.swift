// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of ServiceEntries (business/checkers/serviceentries): KIA1211, KIA1212.
enum ServiceEntryChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union([.serviceEntries])

    private struct Key: Hashable {
        let host: String
        let port: Int
    }

    private struct Place {
        let entry: Int
        let port: Int
        let proto: String
        let sight: Sight
    }

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        var places: [Key: [Place]] = [:]
        for (index, entry) in scene.entries.enumerated() {
            ExportChecks.check(entry.exportTo, entry.head, scene, &sink)
            let sight = scene.sight(scene.reach(entry), entry.hosts, of: entry.head.namespace)
            guard !sight.isNobody else { continue }
            for (place, port) in entry.ports.enumerated() {
                for host in entry.hosts {
                    places[Key(host: host.lowercased(), port: port.number), default: []].append(
                        Place(entry: index, port: place, proto: port.proto, sight: sight))
                }
            }
        }
        for (key, places) in places where places.count > 1 {
            let common = CommonSight(places.map(\.sight))
            let shared = places.filter { common.isShared($0.sight) }
            let disagree = Set(shared.map(\.proto)).count > 1
            for place in shared {
                sink.say(
                    disagree ? "KIA1212" : "KIA1211", .warning, scene.entries[place.entry].head,
                    "spec/ports[\(place.port)]",
                    disagree
                        ? "service entries disagree on the protocol of \(key.host):\(key.port)"
                        : "\(key.host):\(key.port) is in more than one service entry")
            }
        }
    }
}
