// SPDX-License-Identifier: Apache-2.0
import Model

/// A container was killed because it used more memory than its limit.
enum PodOOMRule: MeshRule {
    /// How long after it is said.
    static let window = Duration.seconds(600)

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.rows.compactMap { row in
            guard let exit = row.pod.exits.first(where: { $0.reason == "OOMKilled" }), let at = exit.at,
                scene.now - at < window
            else { return nil }
            let limit = row.pod.containers.first { $0.name == exit.container }?.memoryLimit
            let said = limit.map { " (limit \($0))" } ?? ""
            return pods.candidate(
                .podOOM, row, severity: .failure,
                "\(row.pod.name.name): container \(exit.container) was killed for its memory\(said), \(row.pod.restarts.of("restart"))",
                since: at, "\(row.pod.name.name) container \(exit.container) ended: OOMKilled (\(exit.code))",
                next: "raise the memory limit, or lower what the JVM takes (-XX:MaxRAMPercentage counts the heap only)")
        }
    }
}

/// A container is started again and again.
enum PodCrashLoopRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.rows.compactMap { row in
            let all = row.pod.containers + row.pod.initContainers
            guard let container = all.first(where: { $0.waitingReason == "CrashLoopBackOff" }) else { return nil }
            let exit = container.lastExit
            let why = exit.map { ": it ended with \($0.reason ?? "code") (\($0.code))" } ?? ""
            return pods.candidate(
                .podCrashLoop, row, severity: .failure,
                "\(row.pod.name.name): container \(container.name) crashes again and again, \(container.restarts.of("restart"))\(why)",
                since: exit?.at, "\(row.pod.name.name) waits in CrashLoopBackOff",
                next: "look at what it wrote last: kubectl logs --previous")
        }
    }
}

/// The kubelet's check of a member fails, again and again.
enum ProbeFailingRule: MeshRule {
    /// How long ago the last failure may be.
    static let window = Duration.seconds(120)
    /// How often it must have failed.
    static let minimum = 3

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        let rows = Dictionary(pods.rows.map { ($0.pod.name, $0) }) { first, _ in first }
        var seen: Set<ObjectName> = []
        return pods.kubernetes.events.reversed().compactMap { event in
            guard event.reason == "Unhealthy", event.count >= minimum, scene.now - event.at < window,
                let row = rows[event.subject], !row.pod.isReady, seen.insert(event.subject).inserted
            else { return nil }
            return pods.candidate(
                .probeFailing, row, "\(row.pod.name.name): \(event.text), \(event.count) times", since: nil,
                "\(event.reason) \(event.text) (\(event.count) times)",
                next: "see which check says no: GET /ready of its management endpoint names it")
        }
    }
}

/// A pod was taken away from its node.
enum PodEvictedRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.rows.compactMap { row in
            let disruption = row.pod.condition("DisruptionTarget").flatMap { $0.holds ? $0 : nil }
            guard row.pod.reason == "Evicted" || disruption != nil else { return nil }
            let why = row.pod.message ?? disruption?.message ?? disruption?.reason ?? ""
            let since = disruption?.since
            if let since, scene.now - since > .seconds(1800) { return nil }
            return pods.candidate(
                .podEvicted, row,
                "\(row.pod.name.name) was evicted\(row.pod.node.map { " from \($0)" } ?? "")\(why.isEmpty ? "" : ": \(why)")",
                since: since, "\(row.pod.name.name) is \(row.pod.statusWord)\(why.isEmpty ? "" : ": \(why)")",
                next: "see what the node ran out of; requests that equal limits keep pods from being evicted first")
        }
    }
}

/// A pod finds no node.
enum PodUnschedulableRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.rows.compactMap { row in
            guard let condition = row.pod.condition("PodScheduled"), !condition.holds,
                condition.reason == "Unschedulable"
            else {
                return nil
            }
            let why = condition.message.map { ": \($0)" } ?? ""
            return pods.candidate(
                .podUnschedulable, row, "\(row.pod.name.name) finds no node\(why)", since: condition.since,
                "PodScheduled is False (Unschedulable)\(why)", next: "add a node, or ask for less")
        }
    }
}

/// A process was killed instead of leaving: its member is unreachable for the others until it is downed.
enum UngracefulStopRule: MeshRule {
    static let window = Duration.seconds(600)

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.rows.compactMap { row in
            let killed = row.pod.exits.first {
                $0.code == 137 && $0.reason != "OOMKilled" && !PodContainer.proxies.contains($0.container)
            }
            guard let exit = killed, let at = exit.at, scene.now - at < window else { return nil }
            let grace = row.pod.gracePeriod.map { " within its \($0.spoken) of grace" } ?? ""
            return pods.candidate(
                .ungracefulStop, row,
                "\(row.pod.name.name): container \(exit.container) was killed (137), it had not ended\(grace)",
                since: at,
                "\(row.pod.name.name) container \(exit.container) ended: \(exit.reason ?? "Error") (137)",
                next:
                    "give it longer (terminationGracePeriodSeconds) than Coordinated Shutdown takes, or see what blocks that"
            )
        }
    }
}

/// A node does not report any more: what runs there is unreachable, and is not replaced for minutes.
enum NodeNotReadyRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let pods = PodScene(scene) else { return [] }
        return pods.kubernetes.nodes.compactMap { node in
            guard let ready = node.ready, !ready.holds else { return nil }
            let there = pods.rows.filter { $0.pod.node == node.name }
            let reference = ObjectReference(kind: "Node", ObjectName(namespace: "", name: node.name))
            let why = [ready.reason, ready.message].compactMap { $0 }.joined(separator: ": ")
            guard let first = there.first,
                let evidence = scene.ledger.objects.evidence(reference, "Ready is \(ready.status): \(why)")
            else { return nil }
            let subjects = there.flatMap(\.subjects)
            var found = Candidate(
                .nodeNotReady, in: first.cluster, about: node.name, severity: .failure, isConfirmed: true,
                title:
                    "node \(node.name) is not ready (\(ready.reason ?? ready.status)): \(there.count.of("pod")) of members are there",
                cause: why.isEmpty ? nil : why, subjects: subjects, since: min(ready.since ?? evidence.at, scene.now),
                evidence: [evidence],
                next: "see whether the node lives; its pods are replaced after tolerationSeconds (300 s by default)")
            found.commands = ["kubectl describe node \(node.name)"]
            found.reach = Candidate.Reach(PodScene.effects.union([.networkPartition, .podEvicted]), Set(subjects))
            return found
        }
    }
}
