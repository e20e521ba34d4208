// SPDX-License-Identifier: Apache-2.0
package import Collectors
package import Model

extension Settings {
    /// Whether no source is named, so that this machine's default ports are tried. A probe of every member is none: it needs members that
    /// another source lists.
    package var usesDefaultSources: Bool {
        self[.management].isEmpty && self[.fileSD].isEmpty && self[.events].isEmpty && self[.prometheus] == nil
            && !self[.kubernetes] && self[.kubernetesDump].isEmpty
            && self[.probe].allSatisfy(\.needsMembers)
    }

    /// What is collected, and how.
    ///
    /// - Parameters:
    ///   - moment: for which moment traffic is asked; `nil`: the present.
    ///   - isOneShot: whether everything is asked at once, because the command prints once and ends.
    /// - Returns: the options of the collectors.
    package func collectorOptions(at moment: Timestamp?, isOneShot: Bool) -> CollectorOptions {
        CollectorOptions(
            collectors(at: moment), interval: self[.interval], timeout: self[.timeout], isOneShot: isOneShot)
    }

    /// One collector for each kind of source that is named; they begin in this order.
    private func collectors(at moment: Timestamp?) -> [CollectorFactory] {
        let listed = self[.management].compactMap { DiscoveryTarget($0) } + self[.fileSD].map { .file($0) }
        let named = self[.management].filter { DiscoveryTarget($0) == nil }
        let seeds = usesDefaultSources ? [ManagementSeed.local] : named.map { ManagementSeed($0) }
        // Also without a seed, for another collector may find members.
        let management = ManagementOptions(
            seeds: seeds, discovers: self[.discover], managementPort: self[.managementPort], asksBridge: self[.bridge])
        var collectors: [CollectorFactory] = [CollectorFactory.access(access)].compactMap { $0 }
        collectors.append(.management(management))
        if !self[.events].isEmpty || (self[.kubernetes] && self[.podLogs]) {
            let options = LogOptions(
                targets: self[.events], zone: self[.logZone] ?? .utc, rules: self[.observer])
            collectors.append(.logs(options))
        }
        if let endpoint = self[.prometheus] {
            let options = PrometheusOptions(
                endpoint: endpoint, rules: self[.metric], graph: graph, window: self[.window], at: moment)
            collectors.append(.prometheus(options))
        }
        if !self[.probe].isEmpty { collectors.append(.probes(self[.probe])) }
        // Behind those that take what they find.
        if let discovery = CollectorFactory.discovery(listed) { collectors.append(discovery) }
        if self[.kubernetes] { collectors.append(.kubernetes(pods)) }
        if !self[.kubernetesDump].isEmpty {
            collectors.append(.dump(self[.kubernetesDump], namespace: self[.namespace].first ?? "default"))
        }
        return collectors
    }

    /// What is looked for in Kubernetes.
    private var pods: KubernetesOptions {
        KubernetesOptions(
            kubeconfig: self[.kubeconfig], context: self[.context], namespaces: self[.namespace],
            allNamespaces: self[.allNamespaces], selector: self[.selector], portName: self[.portName],
            reach: self[.via], followsLogs: self[.podLogs], watchesEvents: self[.kubeEvents],
            watchesIstio: self[.istio],
            environment: environment)
    }

    /// How sources are reached, and who we are to them.
    private var access: AccessOptions {
        AccessOptions(
            authorities: self[.caFile], certificates: self[.certFile], keys: self[.keyFile],
            tokens: self[.bearerTokenFile], serverNames: self[.serverName], proxies: self[.proxyURL])
    }
}
