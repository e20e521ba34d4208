// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Support

/// A simulated mesh behind real HTTP on loopback: what `meshtop demo` and `meshtop simulate` serve.
///
/// Two threads of its own: libmicrohttpd's for the connections, and one that accepts them and lets the simulation's time pass.
package final class SimulatedMesh: Sendable {
    private let state: Locked<MeshState>
    private let running: Locked<Running?>
    private let configuration: SimulatedCluster.Configuration
    private let port: UInt16

    private struct Running {
        let thread: pthread_t
        let stopper: Int32
        let server: HTTPServer
    }

    /// - Parameters:
    ///   - scenario: What happens in it.
    ///   - members: How many nodes, 3 to 1,000.
    ///   - seed: Equal seeds give equal simulations.
    ///   - stack: Which software the nodes look like; `nil`: what the scenario is best seen with.
    ///   - services: How many services there are around the cluster.
    ///   - port: The port of all members; 0 takes a free one.
    package convenience init(
        scenario: SimulatedScenario = .healthy, members: Int = 3, seed: UInt64 = 1,
        stack: SimulatedStack? = nil,
        services: Int = 12, port: UInt16 = 0
    ) {
        self.init(
            .init(scenario: scenario, members: members, seed: seed, stack: stack, services: services), port: port)
    }

    /// - Parameters:
    ///   - configuration: What to simulate.
    ///   - port: The port of all members; 0 takes a free one.
    package init(_ configuration: SimulatedCluster.Configuration, port: UInt16 = 0) {
        self.configuration = configuration
        self.port = port
        var bounded = configuration
        bounded.members = min(max(configuration.members, 3), 1000)
        state = Locked(MeshState(SimulatedCluster(bounded)))
        running = Locked(nil)
    }

    deinit { stop() }

    /// Where a mesh answers.
    package struct Addresses: Sendable {
        /// The URL of each member.
        package let management: [String]
        /// The URL of the metrics server.
        package let prometheus: String
        /// Health endpoints of services, each with its workload in front, as `--probe` takes them.
        package let probes: [String]
    }

    /// Starts to serve.
    ///
    /// - Returns: Where it answers.
    package func start() throws(SimulatedMeshError) -> Addresses {
        let members = configuration.members
        guard (3...1000).contains(members) else { throw .badCount(members) }
        // A listener, and a few connections that each of two or three clients may hold.
        let (needed, limit) = (members * 4 + 64, meshtop_raise_descriptor_limit())
        guard limit >= needed else { throw .tooFewDescriptors(needed: needed, limit: limit) }
        let listeners = try Listeners(count: members, port: port)
        let server = HTTPServer(state)
        try server.start(connections: limit)
        let stopper = meshtop_eventfd()
        let clock = MeshClock(state: state, server: server, listeners: listeners, stopper: stopper)
        guard let thread = clock.start() else {
            server.stop()
            throw .noServer
        }
        running.withLock { $0 = Running(thread: thread, stopper: stopper, server: server) }
        let url = { (slot: Int) in "http://\(SimulatedCluster.host(slot: slot)):\(listeners.port)" }
        let metrics = url(SimulatedCluster.metricsPlace)
        return Addresses(
            management: (0..<members).map(url), prometheus: metrics,
            probes: HealthEndpoints.shown.map { "\($0)=\(metrics)/\($0)/readyz" })
    }

    /// Does something to the mesh that its scenario does not.
    func inject(_ fault: SimulatedFault) {
        state.withLock { $0.cluster.inject(fault) }
    }

    /// Stops serving and waits until both threads have ended. Without effect if it does not run.
    package func stop() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let ended else { return }
        meshtop_eventfd_wake(ended.stopper)
        pthread_join(ended.thread, nil)
        ended.server.stop()
        close(ended.stopper)
    }
}
