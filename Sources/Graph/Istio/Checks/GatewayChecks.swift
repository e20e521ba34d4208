// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of Gateways (business/checkers/gateways).
enum GatewayChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.workloads.union([.gateways, .namespaces, .configMaps])

    private struct Key: Hashable {
        let port: Int
        let selector: [String: String]
    }

    private struct Host {
        let gateway: Int
        let server: Int
        let place: Int
        let name: String
        let namespace: String

        var path: String { "spec/servers[\(server)]/hosts[\(place)]" }

        func sharesNamespace(with other: Host) -> Bool {
            namespace == other.namespace || namespace == "*" || other.namespace == "*"
        }
    }

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        checkSelectors(scene, &sink)
        var groups: [Key: [Host]] = [:]
        for (index, gateway) in scene.gateways.enumerated() {
            for (server, entry) in gateway.servers.enumerated() {
                for (place, text) in entry.hosts.enumerated() {
                    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                    let namespace = parts.count > 1 ? (parts[0] == "." ? gateway.head.namespace : parts[0]) : "*"
                    groups[Key(port: entry.port, selector: gateway.selector.labels), default: []].append(
                        Host(
                            gateway: index, server: server, place: place,
                            name: (parts.count > 1 ? parts[1] : text).lowercased(), namespace: namespace))
                }
            }
        }
        for hosts in groups.values where hosts.count > 1 { compare(hosts, scene, &sink) }
    }

    private static func checkSelectors(_ scene: IstioScene, _ sink: inout CheckSink) {
        for gateway in scene.gateways {
            let isMatched = scene.workloads.all.values.contains { workloads in
                workloads.contains { gateway.selector.matches($0.labels) }
            }
            guard !isMatched else { continue }
            // Its pods may run in any namespace.
            guard scene.coverage.knows(.pods), scene.coverage.knows(.deployments) else {
                sink.skip("KIA0302", gateway.head, missing: "workloads of other namespaces")
                continue
            }
            sink.say("KIA0302", .warning, gateway.head, "spec/selector", "no workload has the labels that it selects")
        }
    }

    /// KIA0301: the same host on the same port of the same pods.
    private static func compare(_ hosts: [Host], _ scene: IstioScene, _ sink: inout CheckSink) {
        var byName: [String: [Int]] = [:]
        var bySuffix: [String: [Int]] = [:]
        for (place, host) in hosts.enumerated() {
            byName[host.name, default: []].append(place)
            guard host.name != "*", !host.name.hasPrefix("*.") else { continue }
            for index in host.name.indices where host.name[index] == "." {
                bySuffix[String(host.name[index...]), default: []].append(place)
            }
        }
        for (place, host) in hosts.enumerated() {
            let others =
                host.name == "*"
                ? Array(hosts.indices)
                : (byName[host.name] ?? []) + (byName["*"] ?? []) + wildcards(of: host.name, byName)
                    + (host.name.hasPrefix("*.") ? bySuffix[String(host.name.dropFirst())] ?? [] : [])
            let later = others.filter { $0 > place && host.sharesNamespace(with: hosts[$0]) }.sorted()
            guard !later.isEmpty else { continue }
            say(host, scene, &sink)
            var seen: Set<Int> = [host.gateway]
            for other in later where seen.insert(hosts[other].gateway).inserted { say(hosts[other], scene, &sink) }
        }
    }

    /// The places of `*.rest` that a name lies within.
    private static func wildcards(of name: String, _ byName: [String: [Int]]) -> [Int] {
        guard !name.hasPrefix("*.") else { return [] }
        return name.indices.filter { name[$0] == "." }.flatMap { byName["*" + name[$0...]] ?? [] }
    }

    private static func say(_ host: Host, _ scene: IstioScene, _ sink: inout CheckSink) {
        sink.say(
            "KIA0301", .warning, scene.gateways[host.gateway].head, host.path,
            "the host \(host.name) is there more than once on the same port of the same pods")
    }
}
