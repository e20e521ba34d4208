// SPDX-License-Identifier: Apache-2.0
import Model

/// A pod in one line, and what is wrong with it in another.
enum PodLine {
    /// Words of STATUS that are the ordinary course of things.
    private static let ordinary: Set<String> = ["Running", "Completed", "Succeeded"]

    /// Whether something is wrong that the status says.
    static func isTroubled(_ pod: Pod) -> Bool {
        !ordinary.contains(pod.statusWord) && !pod.isTerminating || pod.phase == .failed
    }

    static func line(
        _ row: KubernetesSnapshot.PodRow, nameWidth: Int, _ context: ScreenContext
    ) -> StyledLine {
        let pod = row.pod
        let name = TextFitting.cutMiddle(pod.name.name, to: nameWidth, glyphs: context.glyphs)
        var line = StyledLine(TextFitting.pad(name, to: nameWidth) + "  ")
        line = line + member(row, context)
        line.append("  \(pod.readyWord) ", pod.isReady || pod.phase == .succeeded ? .plain : .degraded)
        line.append(pod.statusWord, role(pod))
        if pod.restarts > 0 { line.append("  \(Format.count(pod.restarts, "restart"))", .degraded) }
        if let revision = row.revision { line.append("  rev \(revision)", .muted) }
        if isOldest(row, context) { line.append("  oldest", .joining) }
        if let cost = pod.deletionCost { line.append("  cost \(cost)", .muted) }
        if let node = pod.node { line.append("  \(node)", .muted) }
        return line
    }

    static func role(_ pod: Pod) -> Role {
        if pod.isTerminating { return .passing }
        return isTroubled(pod) ? .failure : pod.isReady ? .healthy : .degraded
    }

    /// The member in it, with the sign of its status.
    private static func member(_ row: KubernetesSnapshot.PodRow, _ context: ScreenContext) -> StyledLine {
        guard let node = row.member else {
            return StyledLine(context.glyphs.none + "  " + (row.pod.addresses.first ?? "no address"), .muted)
        }
        let sign = row.cluster.flatMap { context.picture.cluster($0)?.snapshot.members.first { $0.node == node } }
        return (sign?.sign(in: context.glyphs) ?? StyledLine(context.glyphs.none, .unknown))
            + StyledLine("  " + context.picture.names.text(of: node.address, .distinct))
    }

    private static func isOldest(_ row: KubernetesSnapshot.PodRow, _ context: ScreenContext) -> Bool {
        guard let node = row.member, let cluster = row.cluster.flatMap({ context.picture.cluster($0) }) else {
            return false
        }
        return cluster.snapshot.members.first { $0.node == node }?.isOldest ?? false
    }

    /// How a container ended last, why it waits, or why the pod is not placed; `nil` where all is well.
    static func trouble(_ row: KubernetesSnapshot.PodRow, _ context: ScreenContext) -> StyledLine? {
        let pod = row.pod
        if let exit = pod.lastExit, exit.code != 0 || isTroubled(pod) { return exitLine(exit, pod, context) }
        if let scheduling = pod.condition("PodScheduled"), !scheduling.holds, let why = scheduling.message {
            return StyledLine(why, .muted)
        }
        guard isTroubled(pod) else { return nil }
        let waiting = pod.lastingContainers.lazy.compactMap { container -> String? in
            if case .waiting(_, let message) = container.state { message } else { nil }
        }.first
        return (waiting ?? pod.message).map { StyledLine($0, .muted) }
    }

    private static func exitLine(_ exit: Pod.Exit, _ pod: Pod, _ context: ScreenContext) -> StyledLine {
        var line = StyledLine("last exit \(exit.reason ?? "code") (\(exit.code))", exit.code == 0 ? .muted : .failure)
        if let at = exit.at { line.append(" \(Format.clock(at, zone: context.zone))", .muted) }
        let limit = pod.lastingContainers.first { $0.name == exit.container }?.memoryLimit
        if exit.reason == "OOMKilled", let limit { line.append("   memory limit \(limit)") }
        if let words = exit.message { line.append("   \(SafeText.line(of: words, maximum: 120))", .muted) }
        return line
    }
}
