// SPDX-License-Identifier: Apache-2.0
/// Whether the traffic of a member's port goes past the proxy of its pod, in one direction: what the running pod does, and what the next one would do.
package struct BypassRow: Hashable, Sendable {
    /// What the port is for.
    package enum Role: String, Hashable, Sendable {
        case remoting
        case management
    }

    /// Seen from the pod.
    package enum Direction: String, Hashable, Sendable, CaseIterable {
        case inbound
        case outbound
    }

    /// What becomes of connections.
    package enum Capture: String, Hashable, Sendable {
        /// They go past the proxy.
        case bypassed
        /// The proxy takes them.
        case captured
        /// Not read, or it depends on addresses.
        case unknown
    }

    /// What a port's proxy asks of its callers.
    package enum MutualTLS: String, Hashable, Sendable {
        /// Plain text is refused.
        case strict
        /// Both are taken.
        case permissive
        /// TLS of the mesh is not offered.
        case disabled
        /// No object says anything: both are taken.
        case unset
        /// The objects that say so were not read.
        case unknown
    }

    /// The namespace.
    package var namespace: String
    /// The pod; `nil` for a template of which there is no pod.
    package var pod: String?
    /// The workload that makes such pods.
    package var workload: Pod.Owner?
    /// The port of the container.
    package var port: Int
    /// What the port is for.
    package var role: Role
    /// Seen from the pod.
    package var direction: Direction
    /// What the running pod does.
    package var live: Capture
    /// What a pod of today's template would do.
    package var template: Capture
    /// How a proxy stands beside the running pod.
    package var sidecar: Pod.Sidecar
    /// What the policies say for this port.
    package var mutualTLS: MutualTLS
    /// The object that says so.
    package var decidedBy: ObjectReference?
    /// The annotation of the pod template that bypasses the port, as a line of YAML; `nil` where nothing is to be done.
    package var advice: String?

    /// Every property as given.
    package init(
        namespace: String, pod: String?, workload: Pod.Owner?, port: Int, role: Role, direction: Direction,
        live: Capture, template: Capture, sidecar: Pod.Sidecar, mutualTLS: MutualTLS, decidedBy: ObjectReference?,
        advice: String?
    ) {
        self.namespace = namespace
        self.pod = pod
        self.workload = workload
        self.port = port
        self.role = role
        self.direction = direction
        self.live = live
        self.template = template
        self.sidecar = sidecar
        self.mutualTLS = mutualTLS
        self.decidedBy = decidedBy
        self.advice = advice
    }
}
