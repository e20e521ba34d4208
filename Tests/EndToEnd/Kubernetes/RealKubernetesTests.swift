// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Members found in pods of real API servers, an old one and a new one.
@Suite(
    "Real API servers", .serialized,
    .enabled(if: KubernetesServer.reasonToSkip == nil, "needs the cluster kit with its API servers, Java and root"))
struct RealKubernetesTests {
    @Test(
        "members, pods, logs, rights, a kill and a restart are shown as they are",
        arguments: KubernetesServer.Version.allCases)
    func matrix(version: KubernetesServer.Version) throws {
        let server = try KubernetesServer(version)
        defer { server.stop() }
        try expectMembers(server)
        try expectRights(server)
        try expectKill(server)
    }

    private func document(_ server: KubernetesServer, _ arguments: [String] = []) throws -> (JSONValue, Int32) {
        let result = try server.meshtop(["snapshot"] + arguments)
        return (try JSONValue(parsing: result.output.utf8), result.status)
    }

    private func members(_ document: JSONValue) -> [JSONValue] {
        document["clusters"]?.items.first?["members"]?.items ?? []
    }

    /// Whatever way leads to them, all three members have their pods.
    private func expectMembers(_ server: KubernetesServer) throws {
        #expect(Deadline.poll(seconds: 20) { ((try? document(server))?.0).map { members($0).count == 3 } ?? false })
        for arguments in [
            [], ["--via", "proxy"], ["--context", "certificate"], ["--context", "plugin"], ["--selector", "app=shop"],
        ] {
            let (document, status) = try document(server, arguments)
            let members = members(document)
            #expect(status == 0 && members.count == 3, "\(arguments) \(document["sources"] ?? .null)")
            for member in members {
                #expect(member["status"]?.text == "Up" && member["ready"] == .bool(true))
                #expect(member["pod"]?["namespace"]?.text == "kit" && member["pod"]?["node"]?.text == "kit-node")
                #expect(member["pod"]?["workload"]?["name"]?.text == "shop" && member["pod"]?["revision"]?.text == "1")
                #expect(member["workload"]?["name"]?.text == "shop")
            }
            let kinds = (document["sources"]?.items ?? []).compactMap { $0["kind"]?.text }
            #expect(kinds.count { $0 == "podlog" } == 3 && kinds.count { $0 == "management" } == 3)
            #expect(document["workloads"]?.items.first?["rollout"]?.text == "idle")
        }
    }

    private func expectRights(_ server: KubernetesServer) throws {
        let (nobody, status) = try document(server, ["--context", "nobody"])
        #expect(status == 1)
        let pods = (nobody["sources"]?.items ?? []).first {
            $0["target"]?.text?.hasSuffix("/namespaces/kit/pods") ?? false
        }
        #expect(pods?["error"]?["code"]?.text == "auth")
        let rule =
            #"add {apiGroups: [""], resources: [pods], verbs: [get, list, watch]} to a Role in namespace kit of "nobody""#
        #expect(pods?["error"]?["message"]?.text?.contains(rule) == true, "\(pods ?? .null)")
        let doctor = try server.meshtop(["doctor", "--context", "nobody"])
        #expect(doctor.status == 1 && doctor.output.contains("rules:"))
        let (stranger, end) = try document(server, ["--context", "stranger"])
        #expect(end == 1 && (stranger["sources"]?.items ?? []).contains { $0["error"]?["code"]?.text == "auth" })
        let (empty, _) = try document(server, ["--namespace", "no-such-namespace"])
        #expect(empty["clusters"]?.items.isEmpty == true)
    }

    /// A process that is killed for memory, and its restart.
    private func expectKill(_ server: KubernetesServer) throws {
        try server.cluster("kill n3")
        let isSeen = Deadline.poll(seconds: 20) {
            guard let (document, _) = try? document(server) else { return false }
            return members(document).contains {
                $0["pod"]?["lastExit"]?["reason"]?.text == "OOMKilled"
                    && $0["pod"]?["status"]?.text == "CrashLoopBackOff"
            }
        }
        #expect(isSeen, "the kill is seen")
        try server.cluster("restart n3")
        let isBack = Deadline.poll(seconds: 60, every: 1) {
            guard let (document, _) = try? document(server) else { return false }
            let up = members(document).filter { $0["removedAt"] == .null && $0["status"]?.text == "Up" }
            return up.count == 3
                && up.contains { $0["pod"]?["restarts"] == .number(1) && $0["pod"]?["status"]?.text == "Running" }
        }
        #expect(isBack, "the restart is seen")
    }
}
