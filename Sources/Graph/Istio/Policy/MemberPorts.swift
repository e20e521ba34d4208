// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The ports of a pod by which members talk to each other, as far as its declaration tells (akka.md §2.1, kubernetes.md §4.4).
enum MemberPorts {
    private static let remotingNames: Set<String> = [
        "remoting", "akka-remote", "akka-remoting", "remote", "artery", "akka-artery", "pekko-remote", "pekko-remoting",
        "akka", "pekko", "cluster", "akka-cluster", "pekko-cluster", "tcp-remoting", "tcp-artery",
    ]
    private static let managementNames: Set<String> = [
        "management", "akka-management", "pekko-management", "akka-mgmt-http", "akkamgmthttp", "http-management",
        "tcp-management", "akka-mgmt", "pekko-mgmt",
    ]
    private static let remotingNumbers: Set<Int> = [25_520, 17_355, 2_552, 2_551, 25_521]
    private static let managementNumbers: Set<Int> = [8_558, 7_626]

    /// - Parameters:
    ///   - shape: what the pod declares.
    ///   - known: what is known of the member in it.
    /// - Returns: remoting first; empty for a pod that no member is expected in.
    static func ports(_ shape: PodShape, known: [MemberPort]) -> [MemberPort] {
        var found = Set(known)
        for port in shape.ports {
            let name = port.name ?? ""
            if managementNames.contains(name) || managementNumbers.contains(port.number) {
                found.insert(MemberPort(number: port.number, role: .management))
            } else if remotingNames.contains(name) || remotingNumbers.contains(port.number) {
                found.insert(MemberPort(number: port.number, role: .remoting))
            }
        }
        if let probe = shape.probePort, managementNumbers.contains(probe) || !found.isEmpty {
            found.insert(MemberPort(number: probe, role: .management))
        }
        // A member has both. The one that nobody declares is at its default.
        if !found.isEmpty, !found.contains(where: { $0.role == .remoting }) {
            let isPekko = found.contains { $0.number == 7_626 }
            found.insert(MemberPort(number: isPekko ? 17_355 : 25_520, role: .remoting))
        }
        let roles: [BypassRow.Role] = [.remoting, .management]
        return roles.flatMap { role in found.filter { $0.role == role }.sorted { $0.number < $1.number } }
    }
}
