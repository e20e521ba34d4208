// SPDX-License-Identifier: Apache-2.0
/// How members in pods are reached.
package enum PodReach: String, CaseIterable, Hashable, Sendable {
    /// At the pod's address, and where that does not answer through the API server.
    case auto
    /// At the pod's address only.
    case direct
    /// Through the API server only.
    case proxy
    /// Through the API server and the kubelet, as `kubectl port-forward` does.
    case forward
}

/// What is looked for in Kubernetes.
package struct KubernetesOptions: Sendable {
    /// The kubeconfig that the user names.
    package var kubeconfig: String?
    /// The context that the user names.
    package var context: String?
    /// The namespaces; none: that of the context.
    package var namespaces: [String]
    /// Whether all namespaces are watched.
    package var allNamespaces: Bool
    /// Which pods are looked at, as kubectl's `--selector`.
    package var selector: String?
    /// The name of the management port.
    package var portName: String
    /// How members are reached.
    package var reach: PodReach
    /// Whether the logs of members are followed.
    package var followsLogs: Bool
    /// Whether events of Kubernetes are watched.
    package var watchesEvents: Bool
    /// Whether what Istio is told to do is watched, where there is Istio.
    package var watchesIstio: Bool
    /// Our environment: where kubeconfigs lie, whether this is a pod, what plug-ins inherit.
    package var environment: [String: String]

    /// Every property as given.
    package init(
        kubeconfig: String? = nil, context: String? = nil, namespaces: [String] = [], allNamespaces: Bool = false,
        selector: String? = nil, portName: String = "management", reach: PodReach = .auto, followsLogs: Bool = true,
        watchesEvents: Bool = true, watchesIstio: Bool = true, environment: [String: String] = [:]
    ) {
        self.kubeconfig = kubeconfig
        self.context = context
        self.namespaces = namespaces
        self.allNamespaces = allNamespaces
        self.selector = selector
        self.portName = portName
        self.reach = reach
        self.followsLogs = followsLogs
        self.watchesEvents = watchesEvents
        self.watchesIstio = watchesIstio
        self.environment = environment
    }
}

extension CollectorFactory {
    /// Watches pods and what belongs to them, and finds members in them.
    ///
    /// - Parameters:
    ///   - options: what is looked for.
    ///   - read: reads kubeconfigs, certificates and tokens.
    /// - Returns: the factory.
    package static func kubernetes(
        _ options: KubernetesOptions, read: @escaping FileReader.Function = KubernetesOptions.readFile
    ) -> CollectorFactory {
        // Groups, then lists, then members at their addresses, then through the API server.
        CollectorFactory(firstAnswerTimeouts: 8) { KubernetesCollector(options, $0, read: read) }
    }
}

extension KubernetesOptions {
    /// Reads a file of the size that kubeconfigs may have.
    @Sendable package static func readFile(_ path: String) throws(FileError) -> [UInt8]? {
        try FileReader.read(path, maximum: KubeConfig.maximumSize)
    }
}
