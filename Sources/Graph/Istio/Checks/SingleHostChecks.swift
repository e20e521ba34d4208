// SPDX-License-Identifier: Apache-2.0
internal import Model

/// KIA1106: several VirtualServices for one host on the same gateway (virtualservices/single_host_checker.go).
enum SingleHostChecks {
    private struct Place: Hashable {
        let gateway: String
        let namespace: String
        let isComplete: Bool
    }

    private struct Entry {
        let service: Int
        let sight: Sight
        let host: String
    }

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        var byPlace: [Place: [String: [Entry]]] = [:]
        for (index, service) in scene.virtualServices.enumerated() {
            let sight = scene.sight(scene.reach(service), service.hosts, of: service.head.namespace)
            guard !sight.isNobody else { continue }
            for name in service.hosts {
                let host = scene.host(name, in: service.head.namespace)
                for gateway in service.gateways.isEmpty ? ["no-gateway"] : service.gateways {
                    let place = Place(gateway: gateway, namespace: host.namespace, isComplete: host.isComplete)
                    byPlace[place, default: [:]][host.service, default: []].append(
                        Entry(service: index, sight: sight, host: name))
                }
            }
        }
        for hosts in byPlace.values {
            for entries in hosts.values where entries.count > 1 {
                say(entries, CommonSight(entries.map(\.sight)), scene, &sink)
            }
            guard hosts.count > 1, let stars = hosts["*"] else { continue }
            let others = hosts.filter { $0.key != "*" }.flatMap(\.value)
            let (star, other) = (CommonSight(stars.map(\.sight)), CommonSight(others.map(\.sight)))
            for entry in others where star.meets(entry.sight) { say(entry, scene, &sink) }
            for entry in stars where other.meets(entry.sight) { say(entry, scene, &sink) }
        }
    }

    private static func say(_ entries: [Entry], _ common: CommonSight, _ scene: IstioScene, _ sink: inout CheckSink) {
        for entry in entries where common.isShared(entry.sight) { say(entry, scene, &sink) }
    }

    private static func say(_ entry: Entry, _ scene: IstioScene, _ sink: inout CheckSink) {
        sink.say(
            "KIA1106", .warning, scene.virtualServices[entry.service].head, "spec/hosts",
            "another virtual service has the host \(entry.host) on the same gateway: which of their routes come first is not defined"
        )
    }
}
