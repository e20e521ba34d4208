// SPDX-License-Identifier: Apache-2.0
/// Which software the simulated nodes look like; the words are the cluster kit's. Membership follows the same rules in all of them.
package enum SimulatedStack: String, CaseIterable, Sendable {
    case akka26Artery = "akka26-artery"
    case akka26Classic = "akka26-classic"
    case pekkoArtery = "pekko-artery"
    case pekkoClassic = "pekko-classic"
    case akka25Classic = "akka25-classic"
    case akka25Artery = "akka25-artery"
    case akka210Artery = "akka210-artery"

    var isPekko: Bool { self == .pekkoArtery || self == .pekkoClassic }
    var isClassic: Bool { self == .akka26Classic || self == .pekkoClassic || self == .akka25Classic }
    var isAkka25: Bool { self == .akka25Artery || self == .akka25Classic }

    /// The scheme of addresses; classic remoting names its transport in it.
    var scheme: String { (isPekko ? "pekko" : "akka") + (isClassic ? ".tcp" : "") }

    /// The default port of remoting.
    var remotingPort: Int {
        switch (isPekko, isClassic) {
        case (false, false): 25520
        case (false, true): 2552
        case (true, false): 17355
        case (true, true): 7355
        }
    }

    /// The header `Server` of its management endpoints.
    var server: String {
        if isPekko { return "pekko-http/1.3.0" }
        if self == .akka210Artery { return "akka-http/10.7.2" }
        return isAkka25 ? "akka-http/10.1.15" : "akka-http/10.2.10"
    }

    /// What the bridge calls it.
    var release: String {
        if isPekko { return "pekko-1.2.1" }
        if self == .akka210Artery { return "akka-2.10.16" }
        return isAkka25 ? "akka-2.5.31" : "akka-2.6.21"
    }

    /// The readiness check that looks at the member's own status.
    var membershipCheck: String {
        (isPekko ? "org.apache.pekko" : "akka") + ".management.cluster.scaladsl.ClusterMembershipCheck"
    }

    /// How many others each node sends heartbeats to.
    var monitoredByMembers: Int { isAkka25 ? 5 : 9 }

    /// Whether the resolver downs all where it would down half of the members as indirectly connected
    /// (`down-all-when-indirectly-connected`, 0.5 by default since Akka 2.10.16).
    var hasIndirectThreshold: Bool { self == .akka210Artery }

    /// An incarnation's number: classic remoting carries only 32 of its 64 bits, sign-extended.
    func uid(from random: UInt64) -> Int64 {
        isClassic ? Int64(Int32(truncatingIfNeeded: random)) : Int64(bitPattern: random)
    }
}
