// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Finds the members among pods: their management endpoints, and their logs.
struct PodFinder {
    /// Maximum number of pods whose endpoints are offered.
    static let maximumPods = 5_000
    /// The readiness paths of Akka Management and of Pekko's (akka.md §2.1).
    private static let healthPaths: Set<String> = ["/ready", "/alive", "/startup", "/health/ready", "/health/alive"]

    private let options: KubernetesOptions
    private let server: Endpoint
    /// What was offered of each pod.
    private var offered: [ObjectName: Offer] = [:]

    private struct Offer {
        let uid: String
        var seeds: [ManagementSeed]
        var logs: [PodLog]
        /// The instances of containers whose logs are followed, or were until their end.
        var followed: Set<String> = []
    }

    /// - Parameters:
    ///   - options: what is looked for.
    ///   - server: the API server.
    init(_ options: KubernetesOptions, server: Endpoint) {
        self.options = options
        self.server = server
    }

    /// Learns what has become of pods.
    ///
    /// - Parameter change: what was observed.
    /// - Returns: targets that have come and gone.
    mutating func record(_ change: KubernetesReport.Change) -> [CollectorAction] {
        switch change {
        case .listed(let objects):
            let names = Set(objects.compactMap(\.objectName))
            return offered.keys.filter { !names.contains($0) }.sorted().flatMap { remove($0) }
                + objects.flatMap { update($0) }
        case .changed(let objects): return objects.flatMap { update($0) }
        case .removed(let names): return names.flatMap { remove($0) }
        case .unchanged: return []
        }
    }

    private mutating func remove(_ name: ObjectName) -> [CollectorAction] {
        guard let offer = offered.removeValue(forKey: name) else { return [] }
        return Self.changes(from: offer, to: nil)
    }

    private mutating func update(_ object: ObjectValue) -> [CollectorAction] {
        guard let pod = Pod(object) else { return [] }
        // A pod of the same name with another uid is another one.
        let before = offered[pod.name]
        let known = before?.uid == pod.uid ? before : nil
        guard known != nil || offered.count < Self.maximumPods else { return [] }
        var offer = Offer(uid: pod.uid, seeds: seeds(pod, object), logs: [])
        if options.followsLogs, isMember(pod, object) {
            offer.logs = logs(pod, known: known)
            offer.followed = known?.followed ?? []
            offer.followed.formUnion(offer.logs.filter { !$0.isPrevious }.map(\.instance))
        }
        let isEmpty = offer.seeds.isEmpty && offer.logs.isEmpty
        offered[pod.name] = isEmpty ? nil : offer
        return Self.changes(from: before, to: isEmpty ? nil : offer)
    }

    private static func changes(from old: Offer?, to new: Offer?) -> [CollectorAction] {
        let (oldSeeds, newSeeds) = (old?.seeds ?? [], new?.seeds ?? [])
        let (oldLogs, newLogs) = (old?.logs ?? [], new?.logs ?? [])
        return oldSeeds.filter { !newSeeds.contains($0) }.map { .lost(.management($0)) }
            + oldLogs.filter { !newLogs.contains($0) }.map { .lost(.podLog($0)) }
            + newSeeds.filter { !oldSeeds.contains($0) }.map { .found(.management($0)) }
            + newLogs.filter { !oldLogs.contains($0) }.map { .found(.podLog($0)) }
    }

    // MARK: - Endpoints

    private func seeds(_ pod: Pod, _ object: ObjectValue) -> [ManagementSeed] {
        guard !pod.phase.isOver, pod.node != nil || !pod.addresses.isEmpty else { return [] }
        let ports = managementPorts(pod, object)
        let endpoints = ports.isEmpty ? [] : endpoints(pod, ports)
        return endpoints.isEmpty ? [] : [ManagementSeed(endpoints: endpoints, pod: pod.name)]
    }

    /// Whether a member is expected in the pod.
    private func isMember(_ pod: Pod, _ object: ObjectValue) -> Bool { !managementPorts(pod, object).isEmpty }

    private struct Port {
        let number: Int
        let isSecure: Bool
    }

    /// The management port: by its name, else by what else tells it (kubernetes.md §4.4, §8.4).
    private func managementPorts(_ pod: Pod, _ object: ObjectValue) -> [Port] {
        let isSecure = object["spec"]["containers"].items.contains {
            $0["readinessProbe"]["httpGet"]["scheme"].text == "HTTPS"
        }
        let ports = pod.applications.flatMap(\.ports)
        if let named = ports.first(where: { $0.name == options.portName }) {
            return [Port(number: named.number, isSecure: isSecure)]
        }
        if let known = ports.first(where: { ManagementSeed.defaultPorts.contains($0.number) }) {
            return [Port(number: known.number, isSecure: isSecure)]
        }
        for container in pod.applications {
            guard let probe = container.readiness, probe.path.map({ Self.healthPaths.contains($0) }) ?? false else {
                continue
            }
            let number = probe.port.flatMap { Int($0) } ?? ports.first { $0.name == probe.port }?.number
            if let number, (1...65_535).contains(number) { return [Port(number: number, isSecure: isSecure)] }
        }
        // Pods that the user selects are members, whatever they declare.
        guard options.selector != nil else { return [] }
        return ManagementSeed.defaultPorts.map { Port(number: $0, isSecure: false) }
    }

    private func endpoints(_ pod: Pod, _ ports: [Port]) -> [Endpoint] {
        var direct: [Endpoint] = []
        if let address = pod.addresses.first {
            direct = ports.map {
                Endpoint(
                    scheme: $0.isSecure ? "https" : "http", host: address, port: $0.number,
                    access: .given(.management))
            }
        }
        let proxied = ports.map { proxy(pod.name, $0) }
        switch options.reach {
        case .direct: return direct
        case .proxy: return proxied
        // What a port says in TLS is not spoken there.
        case .forward: return ports.filter { !$0.isSecure }.map { forward(pod.name, $0) }
        case .auto: return direct + proxied
        }
    }

    /// The port through the API server (kubernetes.md §6).
    private func proxy(_ pod: ObjectName, _ port: Port) -> Endpoint {
        var endpoint = server
        let scheme = port.isSecure ? "https:" : ""
        endpoint.path +=
            "/api/v1/namespaces/\(URLText.encoded(pod.namespace))/pods/\(scheme)\(URLText.encoded(pod.name)):\(port.number)/proxy"
        return endpoint
    }

    /// The port by a port-forward of the API server (kubernetes.md §7).
    private func forward(_ pod: ObjectName, _ port: Port) -> Endpoint {
        var endpoint = server
        endpoint.path +=
            "/api/v1/namespaces/\(URLText.encoded(pod.namespace))/pods/\(URLText.encoded(pod.name))/portforward"
        endpoint.forwardedPort = port.number
        return endpoint
    }

    // MARK: - Logs

    /// A log for each running instance of an application's container, and for the instance before one that was started again while we looked.
    private func logs(_ pod: Pod, known: Offer?) -> [PodLog] {
        var logs: [PodLog] = []
        for container in memberContainers(pod) {
            func log(_ instance: String, isPrevious: Bool) -> PodLog {
                PodLog(
                    server: server, pod: pod.name, container: container.name, instance: instance,
                    isPrevious: isPrevious)
            }
            // What was followed until its end has been read.
            if let last = container.lastExit?.containerID, known?.followed.contains(last) != true {
                logs.append(log(last, isPrevious: true))
            }
            if container.isRunning, let instance = container.id { logs.append(log(instance, isPrevious: false)) }
        }
        return logs
    }

    /// The containers in which a member may run: those with the management port, else all of the application.
    private func memberContainers(_ pod: Pod) -> [PodContainer] {
        let named = pod.applications.filter { container in
            container.ports.contains { $0.name == options.portName || ManagementSeed.defaultPorts.contains($0.number) }
        }
        return named.isEmpty ? pod.applications : named
    }
}
