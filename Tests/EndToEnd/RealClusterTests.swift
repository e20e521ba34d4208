// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The main job against real clusters: what the kit's ground truth says, and what meshtop says.
///
/// CI runs one flavour of each fork; `MESHTOP_FLAVOURS=all` runs all six, `MESHTOP_FLAVOURS=a,b` those.
@Suite("Real clusters", .serialized, .enabled(if: ClusterKit.reasonToSkip == nil, "needs the cluster kit and Java"))
struct RealClusterTests {
    static let all = [
        "akka26-artery", "akka26-classic", "pekko-artery", "pekko-classic", "akka25-classic", "akka25-artery",
    ]

    static var flavours: [String] {
        switch ProcessInfo.processInfo.environment["MESHTOP_FLAVOURS"] {
        case nil, "": ["akka26-artery", "pekko-classic"]
        case "all": all
        case .some(let list): list.split(separator: ",").map(String.init)
        }
    }

    @Test("Up, pause, kill, restart and leave are shown as they are, to every observer", arguments: flavours)
    func matrix(flavour: String) throws {
        let kit = try ClusterKit(name: flavour, base: "127.0.81")
        defer { kit.stop() }
        try kit.up(flavour)
        let port = flavour.hasPrefix("pekko") ? 7626 : 8558
        let incident = try Incident(kit: kit, flavour: flavour, management: "http://127.0.81.1:\(port)")
        defer { incident.finish() }
        try incident.expectAllUp()
        try incident.pauseAndResume("n3")
        try incident.killAndRestart("n3")
        try incident.leave("n3")
        try incident.expectCleanEnd()
    }
}

/// One cluster with a `meshtop watch` on its first member.
private struct Incident {
    let kit: ClusterKit
    let flavour: String
    let watch: RunningCommand

    init(kit: ClusterKit, flavour: String, management: String) throws {
        self.kit = kit
        self.flavour = flavour
        watch = try RunningCommand(
            Command.meshtop, ["watch", "-o", "jsonl", "--interval", "1", "--management", management])
    }

    func finish() {
        watch.terminate()
        watch.waitForExit()
    }

    // MARK: - Steps

    func expectAllUp() throws {
        let isUp = waitForCluster("3 members up") { cluster in
            cluster.current.count == 3
                && cluster.current.allSatisfy { $0.status == "Up" && $0.health.level == "healthy" }
                && cluster.views.count == 3
        }
        report("up", truth: summary(of: ["n1", "n2", "n3"]), isRight: isUp)
        #expect(cluster?.partitions.count == 1)
        #expect(cluster?.stack == (flavour.hasPrefix("pekko") ? "pekko" : "akka"))
        #expect(cluster?.transport == (flavour.hasSuffix("classic") ? "classic" : "artery"))
        try expectTruth(of: ["n1", "n2", "n3"])
    }

    func pauseAndResume(_ node: String) throws {
        // A paused process keeps its truth to itself.
        let address = address(of: node)
        try kit.run(["pause", node])
        try kit.wait("unreachable=\(node)")
        let others = ["n1", "n2", "n3"].filter { $0 != node }
        let isSeen = waitForCluster("\(node) unreachable by both others") { cluster in
            cluster.members.first { $0.address == address }?.unreachableBy.count == 2
        }
        report("pause", truth: summary(of: others), isRight: isSeen)
        expectFailure("timeout")
        try kit.run(["resume", node])
        try kit.wait("converged", "up=3")
        let isBack = waitForCluster("\(node) reachable again") { cluster in
            cluster.current.count == 3 && cluster.current.allSatisfy { $0.unreachableBy.isEmpty && $0.status == "Up" }
        }
        report("resume", truth: summary(of: ["n1", "n2", "n3"]), isRight: isBack)
        try expectTruth(of: ["n1", "n2", "n3"])
    }

    func killAndRestart(_ node: String) throws {
        let address = address(of: node)
        let former = cluster?.current.first { $0.address == address }?.uid
        try kit.run(["kill", node])
        try kit.wait("unreachable=\(node)")
        let isSeen = waitForCluster("\(node) unreachable") { cluster in
            cluster.members.first { $0.address == address }?.unreachableBy.isEmpty == false
        }
        report("kill", truth: summary(of: ["n1", "n2"]), isRight: isSeen)
        expectFailure("refused")
        try kit.run(["restart", node])
        try kit.wait("converged", "up=3", timeout: 90)
        let isRenewed = waitForCluster("\(node) as a new incarnation", seconds: 20) { cluster in
            cluster.current.count == 3 && cluster.current.allSatisfy { $0.status == "Up" }
                && cluster.current.first { $0.address == address }?.uid != former
        }
        report("restart", truth: summary(of: ["n1", "n2", "n3"]), isRight: isRenewed)
        #expect(cluster?.members.first { $0.uid == former }?.status == "Removed")
        try expectTruth(of: ["n1", "n2", "n3"])
    }

    func leave(_ node: String) throws {
        let address = address(of: node)
        try kit.run(["leave", node])
        try kit.wait("removed=\(node)")
        let isGone = waitForCluster("\(node) removed") { cluster in
            cluster.current.count == 2
                && cluster.members.contains { $0.address == address && $0.status == "Removed" && $0.removedAt != nil }
        }
        report("leave", truth: summary(of: ["n1", "n2"]), isRight: isGone)
        let left = lines.filter { $0.kind == "event" && $0.type == "member" && $0.subject == address }.compactMap(\.to)
        #expect(left.contains("Leaving") || left.contains("Exiting"))
        try expectTruth(of: ["n1", "n2"])
    }

    func expectCleanEnd() throws {
        watch.terminate(SIGINT)
        #expect(watch.waitForExit() == 130)
        #expect(lines.last?.kind == "end")
        #expect(lines.last?.reason == "signal")
        #expect(lines.map(\.seq) == Array(1...max(1, lines.count)))
        let schema = try JSONSchema.meshtop()
        for line in watch.lines { #expect(schema.violations(ofText: line.utf8) == []) }
    }

    // MARK: - Looking

    private var lines: [Line] { watch.lines.compactMap(Line.init) }
    private var cluster: ClusterDocument? { lines.last { $0.kind == "snapshot" }?.clusters?.first }

    private func expectFailure(_ code: String) {
        let isTold = Deadline.poll(seconds: 5, every: 0.2) {
            let sources = lines.last { $0.kind == "snapshot" }?.sources ?? []
            return sources.contains { $0.state == "failing" && $0.error?.code == code }
        }
        #expect(isTold, "\(flavour): no source fails with \(code)")
    }

    private func address(of node: String) -> String? { kit.truth(node)?.address }

    private func waitForCluster(
        _ what: String, seconds: Double = 6, _ condition: (ClusterDocument) -> Bool
    ) -> Bool {
        let isSeen = Deadline.poll(seconds: seconds, every: 0.2) { cluster.map(condition) ?? false }
        #expect(isSeen, "\(flavour): \(what); last: \(watch.lines.last ?? "nothing") \(watch.errorText)")
        return isSeen
    }

    /// Every view must list what its own node's truth lists, with the same uids, statuses and unreachable subjects.
    private func expectTruth(of nodes: [String]) throws {
        for node in nodes {
            let isSame = Deadline.poll(seconds: 5, every: 0.3) { agrees(node) }
            #expect(isSame, "\(flavour): the view of \(node) differs from its truth: \(watch.lines.last ?? "")")
        }
    }

    private func agrees(_ node: String) -> Bool {
        guard let truth = kit.truth(node), let cluster,
            let view = cluster.views.first(where: { $0.observer == truth.address })
        else { return false }
        let shown = Set((view.members ?? []).map(\.text))
        let real = Set((truth.members ?? []).map(\.text))
        let cutOff = Set((truth.reachability ?? []).filter { $0.status == "Unreachable" }.map(\.subject))
        return shown == real && Set(view.unreachable.map(\.subject)) == cutOff && view.leader == truth.leader
            && view.computedLeader == truth.leader
    }

    /// A line of the matrix for the closing note, when MESHTOP_MATRIX names a file.
    private func report(_ step: String, truth: String, isRight: Bool) {
        let members = (cluster?.members ?? []).map { member in
            "\(member.address.suffix(12)) \(member.status)"
                + (member.unreachableBy.isEmpty ? "" : " unreachable by \(member.unreachableBy.count)")
        }
        let line =
            "| \(flavour) | \(step) | \(truth) | \(members.joined(separator: "; ")) | \(isRight ? "yes" : "NO") |"
        print(line)
        guard let path = ProcessInfo.processInfo.environment["MESHTOP_MATRIX"] else { return }
        let former = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try? (former + line + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func summary(of nodes: [String]) -> String {
        nodes.compactMap { kit.truth($0) }.map { truth in
            let rows = (truth.members ?? []).map { "\($0.address.suffix(12)) \($0.status)" }.joined(separator: "; ")
            let cut = (truth.reachability ?? []).filter { $0.status != "Reachable" }
                .map { "\($0.observer.suffix(12))→\($0.subject.suffix(12)) \($0.status)" }.joined(separator: "; ")
            return "\(truth.node ?? "?"): \(rows)\(cut.isEmpty ? "" : " [\(cut)]")"
        }.joined(separator: " / ")
    }
}
