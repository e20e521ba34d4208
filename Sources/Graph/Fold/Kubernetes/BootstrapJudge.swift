// SPDX-License-Identifier: Apache-2.0
import Model

/// Says why pods have not formed a cluster, or which of them is about to: Akka's own decision, from outside (kubernetes.md §10.2).
struct BootstrapJudge {
    /// How long every contact point may answer that there is no cluster, before one of them should have formed it.
    static let patience = Duration.seconds(60)

    /// A contact point with what is known of its pod.
    private struct Contact {
        let row: KubernetesSnapshot.PodRow
        let host: String
        let port: Int?
        let answer: BootstrapSnapshot.Answer?
        let failure: SourceFailure?
        let seeds: [Address]
        let since: Timestamp?

        var address: String {
            let bracketed = host.contains(":") ? "[\(host)]" : host
            return port.map { "\(bracketed):\($0)" } ?? bracketed
        }
    }

    private let snapshot: KubernetesSnapshot
    private let candidates: [KubernetesSnapshot.PodRow]
    private let contacts: [Contact]
    private let clues: BootstrapClues
    private let now: Timestamp

    init(
        _ snapshot: KubernetesSnapshot, _ candidates: Set<ObjectName>, _ sources: SourceBook, _ clues: BootstrapClues,
        at now: Timestamp
    ) {
        self.clues = clues
        self.snapshot = snapshot
        self.now = now
        // Pods that are not placed yet have no endpoint; their siblings tell that they want to be members too.
        let workloads = Set(snapshot.pods.filter { candidates.contains($0.pod.name) }.compactMap(\.workload))
        self.candidates = snapshot.pods.filter { row in
            candidates.contains(row.pod.name) || row.workload.map { workloads.contains($0) } ?? false
        }
        var found: [ObjectName: SourceRecord] = [:]
        for id in sources.ids where id.kind == .management {
            guard let source = sources[id], let place = source.origin.pod else { continue }
            // The way that was tried last.
            if found[place.pod].map({ $0.state != .ok }) ?? true { found[place.pod] = source }
        }
        contacts = self.candidates.compactMap { row in
            guard row.pod.phase == .running, !row.pod.isTerminating, let host = row.pod.addresses.first else {
                return nil
            }
            let source = found[row.pod.name]
            return Contact(
                row: row, host: host, port: source.flatMap { Self.port(of: $0.id) },
                answer: source.flatMap(Self.answer), failure: source?.failure, seeds: source?.contact?.seeds ?? [],
                since: source?.contact?.since)
        }.sorted { ContactOrder(host: $0.host, port: $0.port) < ContactOrder(host: $1.host, port: $1.port) }
    }

    private static func answer(of source: SourceRecord) -> BootstrapSnapshot.Answer? {
        guard let failure = source.failure else { return source.contact?.answer }
        switch failure.code {
        case .refused: return .refused
        case .timeout: return .timeout
        case .auth: return .denied
        default: return .other
        }
    }

    /// The port of a URL, or of a path through an API server.
    static func port(of id: SourceID) -> Int? {
        var text = id.target[...]
        if let end = text.firstRange(of: "/proxy") { text = text[..<end.lowerBound] }
        return text.lastIndex(of: ":").flatMap { Int(text[text.index(after: $0)...]) }
    }

    // MARK: - Verdict

    /// `nil` where no pod looks as if it wanted to be a member.
    var verdict: BootstrapSnapshot? {
        guard !candidates.isEmpty || !snapshot.pods.isEmpty else { return nil }
        // Where no endpoint can be reached from here and pods are ready, there is a cluster that we do not see.
        let hasAnswer = contacts.contains { $0.failure == nil && $0.answer != nil }
        guard hasAnswer || !candidates.contains(where: \.pod.isReady) else { return nil }
        let blocker = blocker
        let lowest = contacts.first?.address
        return BootstrapSnapshot(
            contactPoints: contacts.map {
                BootstrapSnapshot.ContactPoint(
                    address: $0.address, pod: $0.row.pod.name, answer: $0.answer, seeds: $0.seeds)
            },
            required: required, found: contacts.count, lowest: lowest, formsBy: blocker == nil ? lowest : nil,
            blocker: blocker)
    }

    private var required: Int? {
        clues.required(at: now)
            ?? candidates.lazy.flatMap { $0.pod.containers }.compactMap(\.requiredContactPoints).first
    }

    /// The first thing that is in the way, and what to change.
    private var blocker: String? {
        noCandidates ?? said ?? tooFew ?? deadContact ?? silentContact ?? noneForms
    }

    /// What the nodes themselves say is in the way.
    private var said: String? {
        guard let (clue, pod) = clues.newest(at: now) else { return nil }
        let row = candidates.first { $0.pod.name == pod }
        switch clue {
        case .forbidden:
            let account = row?.pod.serviceAccount ?? "default"
            return "the nodes may not ask the Kubernetes API for pods; add "
                + "{apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]} to a Role of "
                + "system:serviceaccount:\(pod.namespace):\(account)"
        case .noPort(let text):
            return "the nodes find pods but none with the port they look for: \(text); "
                + "name the container's port as contact-point-discovery.port-name says"
        case .noPods(let text):
            return "the nodes find no pods: \(text); "
                + "label the pods app=NAME, or set pod-label-selector and pod-namespace to what they have"
        case .notItself(let text):
            return "a node does not find itself: \(text); set management.http.hostname to the pod's address"
        case .seedNodes:
            return "seed-nodes are configured, so Cluster Bootstrap does nothing; "
                + "take cluster.seed-nodes out, or see why they do not answer"
        }
    }

    private var noCandidates: String? {
        guard candidates.isEmpty else { return nil }
        let running = snapshot.pods.filter { $0.pod.phase == .running }
        guard let row = running.first else {
            guard let row = snapshot.pods.first(where: { !$0.pod.phase.isOver }) else { return "no pod is running" }
            let why = row.pod.condition("PodScheduled").flatMap { $0.holds ? nil : $0.message } ?? row.pod.statusWord
            return "no pod is running, such as \(row.pod.name.name): \(why)"
        }
        let ports = row.pod.applications.flatMap(\.ports).prefix(6).map { "\($0.name ?? "unnamed") \($0.number)" }
        let shown = ports.isEmpty ? "it declares no ports" : "it has \(ports.joined(separator: ", "))"
        return "no pod declares a management port, such as \(row.pod.name.name): \(shown); "
            + "add to its container: ports: [{name: management, containerPort: 8558}], or name the port with --port-name"
    }

    private var tooFew: String? {
        let missing = candidates.filter { row in !contacts.contains { $0.row.pod.name == row.pod.name } }
        let wanted = required ?? 2
        guard contacts.count < wanted else { return nil }
        let count =
            "\(contacts.count) of \(wanted) required contact points\(required == nil ? " (Akka's default)" : "")"
        if let ordered = orderedSet { return "\(count): \(ordered)" }
        if let row = missing.first(where: { !$0.pod.phase.isOver }) {
            let scheduling = row.pod.condition("PodScheduled")
            let why = scheduling.flatMap { $0.holds ? nil : $0.message } ?? row.pod.statusWord
            return "\(count): pod \(row.pod.name.name) is not there: \(why)"
        }
        if let row = snapshot.workloads.first(where: { workload in
            candidates.contains {
                $0.workload == Pod.Owner(kind: workload.workload.kind, name: workload.workload.name.name)
            }
        }), row.workload.replicas.wanted < wanted {
            return
                "\(count): \(row.workload.kind) \(row.workload.name.name) has replicas: \(row.workload.replicas.wanted); "
                + "set replicas: \(wanted), or required-contact-point-nr to \(row.workload.replicas.wanted)"
        }
        return "\(count) have been found"
    }

    /// A StatefulSet that starts its next pod once the one before is ready, which it never is without a cluster.
    private var orderedSet: String? {
        let sets = snapshot.workloads.map(\.workload).filter { $0.isOrdered && $0.replicas.all < $0.replicas.wanted }
        let waiting = sets.first { set in
            contacts.contains {
                $0.row.workload == Pod.Owner(kind: set.kind, name: set.name.name) && !$0.row.pod.isReady
            }
        }
        return waiting.map {
            "StatefulSet \($0.name.name) starts its next pod once the one before is ready, and without a cluster none is; "
                + "set podManagementPolicy: Parallel"
        }
    }

    private var deadContact: String? {
        guard let dead = contacts.first(where: { !$0.row.pod.applications.contains(where: \.isRunning) }) else {
            return nil
        }
        let pod = dead.row.pod
        let exit = pod.lastExit.map { ", last exit \($0.reason ?? "code \($0.code)")" } ?? ""
        return
            "contact point \(pod.name.name) does not run (\(pod.statusWord)\(exit)) but counts as one, and all contact points must answer; "
            + "mend the pod, or set contact-point-discovery.contact-with-all-contact-points = off"
    }

    private var silentContact: String? {
        guard let silent = contacts.first(where: { $0.failure != nil }) else { return nil }
        let place = "contact point \(silent.row.pod.name.name) (\(silent.address))"
        switch silent.answer {
        case .refused:
            return "\(place) refuses connections: its management is not started, or bound to 127.0.0.1; "
                + "set management.http.bind-hostname = 0.0.0.0"
        case .timeout:
            return
                "\(place) does not answer in time: a NetworkPolicy or a sidecar may be in between; allow port \(silent.port ?? 8558) between the pods"
        case .denied:
            return
                "\(place) denies access: an AuthorizationPolicy without a rule for port \(silent.port ?? 8558), or a right is missing"
        case .seeds, .some(.none), .other, nil:
            return "\(place) does not answer: \(silent.failure?.message ?? "no answer yet")"
        }
    }

    private var noneForms: String? {
        guard !contacts.isEmpty, contacts.allSatisfy({ $0.answer == BootstrapSnapshot.Answer.none }),
            let since = contacts.compactMap(\.since).max(), now - since > Self.patience
        else { return nil }
        return
            "all \(contacts.count) contact points answer that there is no cluster, for \(Int((now - since).inSeconds)) s, and none forms one; "
            + "\(contacts[0].address) would: is new-cluster-enabled off, or does it not find itself among the contact points?"
    }
}

/// The order in which Akka looks for the lowest address (`ServiceDiscovery.scala`, `addressOrdering`): bytes of addresses are compared with their sign, so
/// 10.0.0.200 comes before 10.0.0.5.
struct ContactOrder: Comparable {
    private let bytes: [Int8]
    private let host: String
    private let port: Int

    init(host: String, port: Int?) {
        self.host = host
        self.port = port ?? 0
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        bytes = parts.count == 4 ? parts.compactMap { $0.map { Int8(bitPattern: $0) } } : Self.bytes6(host)
    }

    /// The bytes of an IPv6 address; none if it is not one.
    private static func bytes6(_ host: String) -> [Int8] {
        guard host.contains(":") else { return [] }
        let halves = host.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map { half in
            half.split(separator: ":").compactMap { UInt16($0, radix: 16) }
        }
        let first = halves.first ?? []
        let last = halves.count > 1 ? halves[1] : []
        let words = first + [UInt16](repeating: 0, count: max(0, 8 - first.count - last.count)) + last
        return words.prefix(8).flatMap { [Int8(bitPattern: UInt8($0 >> 8)), Int8(bitPattern: UInt8($0 & 255))] }
    }

    static func < (left: ContactOrder, right: ContactOrder) -> Bool {
        if left.bytes != right.bytes { return left.bytes.lexicographicallyPrecedes(right.bytes) }
        return left.host == right.host ? left.port < right.port : left.host < right.host
    }
}
