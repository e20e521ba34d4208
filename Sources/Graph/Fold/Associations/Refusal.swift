// SPDX-License-Identifier: Apache-2.0
import Model

/// That a member's management port refuses connections: its process has gone, or is about to.
///
/// A process that is killed closes its connections in good order, and Artery says nothing of that: its next line may come eight seconds
/// later, or never. The process's management port shows it at once, by refusing connections; a node that is only paused or cut off does
/// not refuse. It is no proof, because management may end before the actor system does, and none at all if a proxy refuses.
struct Refusal: Hashable {
    var since: Timestamp
    /// Whether the member's own machine refuses, and not a proxy or a forwarded port.
    var isDirect: Bool
    /// Whether it ever answered: a port that never was open says nothing by being closed.
    var hasAnswered: Bool

    /// The members of a cluster of which all management sources refuse connections.
    static func all(in cluster: String, _ sources: SourceBook) -> [Address: Refusal] {
        var refusing: [Address: Refusal] = [:]
        var others: Set<Address> = []
        for source in sources.all where source.id.kind == .management && source.cluster == cluster {
            guard let member = source.member else { continue }
            guard source.state == .failing, source.failures.last?.code == .refused else {
                others.insert(member)
                continue
            }
            let known = refusing[member]
            refusing[member] = Refusal(
                since: max(known?.since ?? source.stateSince, source.stateSince),
                isDirect: (known?.isDirect ?? true) && source.id.host == member.host,
                hasAnswered: (known?.hasAnswered ?? false) || source.lastSuccess != nil)
        }
        return others.isEmpty ? refusing : refusing.filter { !others.contains($0.key) }
    }
}

extension SourceID {
    /// The host of a target that is a URL, without brackets.
    fileprivate var host: String? {
        let bytes = Array(target.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let authority = target.utf8.dropFirst(colon + 3).prefix { $0 != UInt8(ascii: "/") }
        if authority.first == UInt8(ascii: "[") {
            return String(Substring(authority.dropFirst().prefix { $0 != UInt8(ascii: "]") }))
        }
        return String(Substring(authority.prefix { $0 != UInt8(ascii: ":") }))
    }
}
