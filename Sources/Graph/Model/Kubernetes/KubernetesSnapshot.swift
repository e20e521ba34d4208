// SPDX-License-Identifier: Apache-2.0
/// What is known of Kubernetes at one moment, joined with the members.
package struct KubernetesSnapshot: Hashable, Sendable {
    /// Maximum number of events that are kept, the newest.
    package static let maximumEvents = 500

    /// A pod with what follows for it from other objects.
    package struct PodRow: Hashable, Sendable {
        /// The pod.
        package var pod: Pod
        /// The workload that it is of, behind its ReplicaSet; `nil` for a pod that nothing controls.
        package var workload: Pod.Owner?
        /// The revision of the workload that it was made of.
        package var revision: String?
        /// The member that runs in it.
        package var member: UniqueAddress?
        /// The cluster of the member.
        package var cluster: String?

        /// Every property as given.
        package init(pod: Pod, workload: Pod.Owner?, revision: String?, member: UniqueAddress?, cluster: String?) {
            self.pod = pod
            self.workload = workload
            self.revision = revision
            self.member = member
            self.cluster = cluster
        }
    }

    /// A workload with its pods.
    package struct WorkloadRow: Hashable, Sendable {
        /// The workload.
        package var workload: Workload
        /// The cluster of the members in its pods.
        package var cluster: String?
        /// The names of its pods, sorted.
        package var pods: [String]

        /// Every property as given.
        package init(workload: Workload, cluster: String?, pods: [String]) {
            self.workload = workload
            self.cluster = cluster
            self.pods = pods
        }
    }

    /// Sorted by name.
    package var pods: [PodRow]
    /// Sorted by namespace, kind and name.
    package var workloads: [WorkloadRow]
    /// The oldest first.
    package var events: [KubernetesEvent]
    /// Sorted by name.
    package var nodes: [KubernetesNode]
    /// Sorted by name.
    package var leases: [KubernetesLease]
    /// By member: its pod's place in `pods`.
    package var podOfMember: [UniqueAddress: Int]
    /// What is known of a cluster that does not exist yet; `nil` where one does, or nothing wants to be one.
    package var bootstrap: BootstrapSnapshot?

    /// Every property as given.
    package init(
        pods: [PodRow], workloads: [WorkloadRow], events: [KubernetesEvent], nodes: [KubernetesNode],
        leases: [KubernetesLease], podOfMember: [UniqueAddress: Int], bootstrap: BootstrapSnapshot? = nil
    ) {
        self.pods = pods
        self.workloads = workloads
        self.events = events
        self.nodes = nodes
        self.leases = leases
        self.podOfMember = podOfMember
        self.bootstrap = bootstrap
    }

    /// The pod of a member.
    package func pod(of member: UniqueAddress) -> PodRow? { podOfMember[member].map { pods[$0] } }
}

/// Why members have not formed a cluster yet, or who is about to form it (akka.md §11, kubernetes.md §10.2).
package struct BootstrapSnapshot: Hashable, Sendable {
    /// What a contact point answers on `/bootstrap/seed-nodes`.
    package enum Answer: String, Hashable, Sendable {
        /// Members of a cluster that may be joined.
        case seeds
        /// None yet.
        case none
        case refused
        case timeout
        case denied
        case other
    }

    /// A node that others ask.
    package struct ContactPoint: Hashable, Sendable {
        /// `host:port` of its management endpoint.
        package let address: String
        /// Its pod.
        package let pod: ObjectName?
        /// What it answers; `nil` until it was asked.
        package let answer: Answer?
        /// The members that it names.
        package let seeds: [Address]

        /// Every property as given.
        package init(address: String, pod: ObjectName?, answer: Answer?, seeds: [Address]) {
            self.address = address
            self.pod = pod
            self.answer = answer
            self.seeds = seeds
        }
    }

    /// In Akka's order of addresses: the lowest first.
    package var contactPoints: [ContactPoint]
    /// How many contact points must be found before a cluster is formed; `nil` if nothing says.
    package var required: Int?
    /// How many are found.
    package var found: Int
    /// The contact point that forms the cluster.
    package var lowest: String?
    /// The one that would form it now; `nil` while something is in the way.
    package var formsBy: String?
    /// What is in the way, and what to change.
    package var blocker: String?

    /// Every property as given.
    package init(
        contactPoints: [ContactPoint], required: Int?, found: Int, lowest: String?, formsBy: String?, blocker: String?
    ) {
        self.contactPoints = contactPoints
        self.required = required
        self.found = found
        self.lowest = lowest
        self.formsBy = formsBy
        self.blocker = blocker
    }
}
