// SPDX-License-Identifier: Apache-2.0
/// One incarnation of a node: its address, and the number that its actor system drew at its start (akka-cluster, `Member.scala`).
///
/// A process that restarts on the same address is another node. The uid has 64 bits with Artery and 32, sign-extended, with classic remoting.
package struct UniqueAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Stands for a uid that is not known, because lines of logs often do not name it; no actor system draws it.
    package static let unknownUid: Int64 = 0

    /// Where it is.
    package var address: Address
    /// Which incarnation it is.
    package var uid: Int64
    /// The uid, if it is known.
    package var knownUid: Int64? { uid == Self.unknownUid ? nil : uid }

    /// An incarnation at an address.
    package init(_ address: Address, uid: Int64) {
        self.address = address
        self.uid = uid
    }

    /// The hash that dictionaries ask for; see ``Address``.
    package func _rawHashValue(seed: Int) -> Int {
        address._rawHashValue(seed: seed &+ Int(truncatingIfNeeded: SplitMix.mixed(UInt64(bitPattern: uid))))
    }

    /// By address as Akka orders them, then by uid.
    package static func < (left: UniqueAddress, right: UniqueAddress) -> Bool {
        left.address == right.address ? left.uid < right.uid : left.address < right.address
    }

    /// `akka://Shop@10.0.0.7:25520#5512`.
    package var description: String { "\(address)#\(uid)" }
}
