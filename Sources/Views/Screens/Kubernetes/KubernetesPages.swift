// SPDX-License-Identifier: Apache-2.0
import Model

/// One pod in full: what Kubernetes says of it, its containers, and its events.
enum PodPage {
    static func lines(of name: ObjectName, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let row = context.snapshot.kubernetes?.pods.first(where: { $0.pod.name == name }) else {
            return [.empty, StyledLine("The pod \(name.namespace)/\(name.name) is gone.", .heading)]
        }
        let pod = row.pod
        var status = StyledLine("\(pod.readyWord) ") + StyledLine(pod.statusWord, PodLine.role(pod))
        if pod.restarts > 0 { status.append("  \(Format.count(pod.restarts, "restart"))", .degraded) }
        var lines = [
            StyledLine("\(name.namespace)/\(name.name)", .title), .field("Status", status),
            .field("Member", StyledLine(row.member?.address.text ?? context.glyphs.none)),
            .field("Workload", StyledLine(workload(row, context))),
            .field("Node", StyledLine(pod.node ?? "not placed yet") + node(pod, context)),
            .field(
                "Address",
                StyledLine(pod.addresses.isEmpty ? context.glyphs.none : pod.addresses.joined(separator: ", "))),
            .field("Started", StyledLine(pod.startedAt.map { ago($0, context) } ?? context.glyphs.none)),
        ]
        if let at = pod.deletionAt {
            lines.append(
                .field("Ends", StyledLine("at \(Format.clock(at, zone: context.zone)) at the latest", .passing)))
        }
        lines.append(.field("Sidecar", StyledLine(pod.sidecar.rawValue)))
        lines.append(.field("Cost", StyledLine(pod.deletionCost.map { "\($0)" } ?? "0 (no deletion cost annotated)")))
        if let grace = pod.gracePeriod { lines.append(.field("Grace period", StyledLine("\(Format.setting(grace))"))) }
        lines += conditions(pod, context, width: width) + containers(pod, context, width: width)
        return lines + events(context) { $0.kind == "Pod" && $0.subject == name }
    }

    private static func workload(_ row: KubernetesSnapshot.PodRow, _ context: ScreenContext) -> String {
        let name = row.workload.map { "\($0.kind) \($0.name)" } ?? context.glyphs.none
        return name + (row.revision.map { ", revision \($0)" } ?? "")
    }

    private static func node(_ pod: Pod, _ context: ScreenContext) -> StyledLine {
        guard let node = context.snapshot.kubernetes?.nodes.first(where: { $0.name == pod.node }),
            let ready = node.ready,
            !ready.holds
        else { return .empty }
        return StyledLine("  not ready: \(ready.reason ?? ready.status)", .failure)
    }

    private static func ago(_ moment: Timestamp, _ context: ScreenContext) -> String {
        "\(Format.clock(moment, zone: context.zone)), \(Format.span(context.age(of: moment))) ago"
    }

    private static func conditions(_ pod: Pod, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let failing = pod.conditions.filter {
            !$0.holds && $0.type != "PodReadyToStartContainers" || $0.type == "DisruptionTarget"
        }
        return failing.flatMap { condition in
            let since = condition.since.map { " for \(Format.span(context.age(of: $0)))" } ?? ""
            let why = [condition.reason, condition.message].compactMap { $0 }.joined(separator: ": ")
            let text = "\(condition.type) is \(condition.status)\(since)\(why.isEmpty ? "" : ", \(why)")"
            return TextFitting.wrap(text, width: max(10, width - 15)).enumerated().map {
                StyledLine.field($0.offset == 0 ? "Condition" : "", StyledLine($0.element, .degraded))
            }
        }
    }

    private static func containers(_ pod: Pod, _ context: ScreenContext, width: Int) -> [StyledLine] {
        var lines = [StyledLine.empty, StyledLine("containers", .heading)]
        for container in pod.initContainers + pod.containers {
            var line = StyledLine("  \(container.name)  ") + state(container, context)
            if container.restarts > 0 { line.append("  \(Format.count(container.restarts, "restart"))", .degraded) }
            if let limit = container.memoryLimit { line.append("  memory limit \(limit)", .muted) }
            lines.append(line)
            guard let exit = container.lastExit else { continue }
            let at = exit.at.map { " \(ago($0, context))" } ?? ""
            lines.append(StyledLine("      ended before: \(exit.reason ?? "code") (\(exit.code))\(at)", .muted))
            for words in TextFitting.wrap(exit.message ?? "", width: max(10, width - 8)).prefix(6) where !words.isEmpty
            {
                lines.append(StyledLine("        \(words)", .muted))
            }
        }
        return lines
    }

    private static func state(_ container: PodContainer, _ context: ScreenContext) -> StyledLine {
        switch container.state {
        case .unknown: return StyledLine("not started", .unknown)
        case .running(let since):
            let span = since.map { " for \(Format.span(context.age(of: $0)))" } ?? ""
            return StyledLine("running\(span)", container.isReady ? .healthy : .degraded)
                + StyledLine(container.isReady ? "" : ", not ready", .degraded)
        case .waiting(let reason, let message):
            return StyledLine(reason ?? "waiting", .degraded) + StyledLine(message.map { ": \($0)" } ?? "", .muted)
        case .terminated(let exit, _):
            return StyledLine("\(exit.reason ?? "ended") (\(exit.code))", exit.code == 0 ? .muted : .failure)
        }
    }

    /// Events of Kubernetes that are asked for, the newest first.
    static func events(_ context: ScreenContext, _ isWanted: (KubernetesEvent) -> Bool) -> [StyledLine] {
        let events = (context.snapshot.kubernetes?.events ?? []).filter(isWanted)
        guard !events.isEmpty else { return [] }
        return [.empty, StyledLine("events, the newest first", .heading)]
            + events.reversed().map { KubernetesScreen.eventLine($0, nameWidth: $0.subject.name.cellWidth, context) }
    }
}

/// One workload in full: how its pods are replaced, and what that does to members.
enum WorkloadPage {
    /// How long a region of shards and the singletons may take to be handed over (akka-cluster-sharding, `reference.conf`).
    private static let handOff = Duration.seconds(60)

    static func lines(of kind: String, _ name: ObjectName, _ context: ScreenContext, width: Int) -> [StyledLine] {
        guard let kubernetes = context.snapshot.kubernetes,
            let row = KubernetesRow.all(kubernetes).first(where: {
                $0.owner == Pod.Owner(kind: kind, name: name.name) && $0.namespace == name.namespace
            })
        else { return [.empty, StyledLine("\(kind) \(name.name) is gone.", .heading)] }
        var lines = [StyledLine("\(kind) \(name.namespace)/\(name.name)", .title)]
        if let workload = row.workload {
            let replicas = workload.replicas
            lines += [
                .field("Rollout", row.rolloutLine(context)),
                .field(
                    "Replicas",
                    StyledLine(
                        "\(replicas.wanted) wanted, \(replicas.ready) ready, \(replicas.updated) updated, \(replicas.available) available"
                    )),
                .field("Revision", StyledLine(row.revisions(context.glyphs))),
                .field("Replaces", StyledLine(strategy(workload.strategy))),
            ]
        }
        lines += order(row, context).flatMap { label, text in
            TextFitting.wrap(text, width: max(10, width - 15)).enumerated().map {
                StyledLine.field($0.offset == 0 ? label : "", StyledLine($0.element))
            }
        }
        lines += [.empty, StyledLine("pods", .heading)]
        let nameWidth = min(width / 3, row.pods.map(\.pod.name.name.cellWidth).max() ?? 10)
        for pod in row.pods {
            lines.append(StyledLine("  ") + PodLine.line(pod, nameWidth: nameWidth, context))
            if let trouble = PodLine.trouble(pod, context) { lines.append(StyledLine("      ") + trouble) }
        }
        let pods = Set(row.pods.map(\.pod.name))
        return lines + PodPage.events(context) { $0.subject == name || pods.contains($0.subject) }
    }

    private static func strategy(_ strategy: Workload.Strategy) -> String {
        switch strategy {
        case .rolling(let surge, let unavailable):
            let bounds = [surge.map { "maxSurge \($0)" }, unavailable.map { "maxUnavailable \($0)" }].compactMap { $0 }
            return "a few pods at a time\(bounds.isEmpty ? "" : ", \(bounds.joined(separator: ", "))")"
        case .recreate: return "all pods at once (Recreate): the whole cluster restarts"
        case .onDelete: return "a pod when it is deleted by hand"
        case .unknown(let word): return word
        }
    }

    /// Who is deleted next, what that does to singletons, and whether there is time for it.
    private static func order(_ row: KubernetesRow, _ context: ScreenContext) -> [(String, String)] {
        var lines: [(String, String)] = []
        let order = DeletionOrder(row.pods)
        if let next = order.next { lines.append(("Leaves next", next)) }
        if row.hasMembers, let singletons = order.singletons { lines.append(("Singletons", singletons)) }
        if let grace = row.pods.lazy.compactMap(\.pod.gracePeriod).first, row.hasMembers {
            let isShort = grace < handOff
            lines.append(
                (
                    "Grace period",
                    "\(Format.setting(grace))"
                        + (isShort
                            ? ", shorter than a hand-off may take (\(Format.setting(handOff))): members may be killed before they have left"
                            : "")
                ))
        }
        return lines
    }
}
