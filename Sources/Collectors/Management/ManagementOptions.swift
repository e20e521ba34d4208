// SPDX-License-Identifier: Apache-2.0
package import Model

/// A cluster's management endpoint as the user gave it.
package struct ManagementSeed: Hashable, Sendable {
    /// The ports tried when none is given: Akka Management's, then Pekko Management's.
    package static let defaultPorts = [8558, 7626]

    /// This machine, which is tried when no source is named.
    package static let local = ManagementSeed(endpoints: defaultPorts.map { Endpoint(host: "localhost", port: $0) })

    /// The name that the user gave to the cluster; `nil`: that of its actor system.
    package var name: String?
    /// Where it may be: the first of them that answers is it, in this order.
    package var endpoints: [Endpoint]
    /// The pod that it is in, if it was found there. Then an endpoint is tried once the one before cannot be reached.
    package var pod: ObjectName?
    /// Whether something lists it that may take it back: a name server, a file, a pod.
    package var isFound: Bool

    /// - Parameters:
    ///   - name: the name that the user gave to the cluster, if any.
    ///   - endpoints: where it may be, in the order of preference.
    ///   - pod: the pod that it is in.
    ///   - isFound: whether something lists it that may take it back.
    package init(name: String? = nil, endpoints: [Endpoint], pod: ObjectName? = nil, isFound: Bool = false) {
        self.name = name
        self.endpoints = endpoints
        self.pod = pod
        self.isFound = isFound || pod != nil
    }

    /// A seed as it was typed; without a port, the default ports of both forks are tried.
    ///
    /// - Parameter address: what `--management` was given.
    package init(_ address: ManagementAddress) {
        let ports = address.port.map { [$0] } ?? Self.defaultPorts
        self.init(
            name: address.name,
            endpoints: ports.map { port in
                Endpoint(
                    scheme: address.scheme, host: address.host, port: port, path: address.path,
                    userInfo: address.userInfo, access: .given(.management))
            })
    }
}

/// What is collected from management endpoints.
package struct ManagementOptions: Sendable {
    /// Where to begin.
    package var seeds: [ManagementSeed]
    /// Whether members that a view lists are asked too.
    package var discovers: Bool
    /// The management port of members that were found; `nil`: the port that answered.
    package var managementPort: Int?
    /// Whether members are asked for their remoting state.
    package var asksBridge: Bool
    /// Maximum number of event streams. Each costs a wake-up every 10 s, and all members of a cluster report the same news.
    package var maximumStreams: Int

    /// - Parameters:
    ///   - seeds: where to begin.
    ///   - discovers: whether members that a view lists are asked too.
    ///   - managementPort: the management port of members that were found; `nil`: the port that answered.
    ///   - asksBridge: whether members are asked for their remoting state.
    ///   - maximumStreams: Maximum number of event streams.
    package init(
        seeds: [ManagementSeed], discovers: Bool = true, managementPort: Int? = nil, asksBridge: Bool = false,
        maximumStreams: Int = 32
    ) {
        self.seeds = seeds
        self.discovers = discovers
        self.managementPort = managementPort
        self.asksBridge = asksBridge
        self.maximumStreams = maximumStreams
    }
}

extension CollectorFactory {
    /// Collects from the management endpoints of clusters.
    ///
    /// - Parameter options: where to begin, and what is asked.
    /// - Returns: the factory.
    package static func management(_ options: ManagementOptions) -> CollectorFactory {
        // A seed is tried on both default ports, then the members that it lists follow.
        CollectorFactory(firstAnswerTimeouts: 3) { ManagementCollector(options, $0) }
    }
}
