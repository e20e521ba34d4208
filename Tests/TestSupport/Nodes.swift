// SPDX-License-Identifier: Apache-2.0
package import Model

/// Short ways to write what tests are about. A name stands for a host: `a` is `akka://Shop@a:25520`, with a uid of its own.

package func address(_ text: String) -> Address {
    let full = text.contains("://") ? text : "akka://Shop@\(text):25520"
    do {
        return try Address(parsing: full)
    } catch {
        preconditionFailure("a test wrote the address \(full), which is \(error)")
    }
}

package func node(_ name: String, uid: Int64? = nil) -> UniqueAddress {
    UniqueAddress(address(name), uid: uid ?? defaultUid(of: name))
}

/// A different number for each name, negative for some, beyond 2^53 for all.
package func defaultUid(of name: String) -> Int64 {
    let seed = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return Int64(bitPattern: seed | 1 << 60)
}

package func member(_ node: UniqueAddress, _ status: MemberStatus = .up, roles: [String] = ["dc-default"]) -> Member {
    Member(node: node, status: status, roles: Roles(roles))
}

package func member(_ name: String, _ status: MemberStatus = .up, roles: [String] = ["dc-default"]) -> Member {
    member(node(name), status, roles: roles)
}

/// 2026-01-01T00:00:00Z, and so many seconds after it.
package func second(_ seconds: Double) -> Timestamp {
    Timestamp(milliseconds: 1_767_225_600_000) + .milliseconds(Int64(seconds * 1000))
}

/// A view with a list of its own.
package func view(
    of observer: String, _ members: [Member], unreachable: [String: [String]] = [:], leader: String? = nil,
    oldest: String? = nil
) -> MembershipView {
    MembershipView(
        observer: address(observer), members: MemberList(members),
        unreachable: unreachable.map { subject, observers in
            UnreachableRecord(subject: address(subject), observers: observers.map(address).sorted())
        },
        leader: leader.map(address), oldest: oldest.map(address))
}
