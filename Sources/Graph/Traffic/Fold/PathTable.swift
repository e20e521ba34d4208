// SPDX-License-Identifier: Apache-2.0
import Model

/// Paths between ends, the legs that they are drawn as, and what is summed of each leg besides its traffic.
struct PathTable {
    /// The legs of a path: one, or two if a service stands between.
    struct Legs {
        let first: Int
        /// -1: there is none.
        let second: Int
    }

    private var paths = KeyTable<PathKey>(capacity: 2048)
    private var pathLegs: [Legs] = []
    private var legs = KeyTable<LegKey>(capacity: 4096)
    private(set) var sums: [EdgeSums] = []

    var legCount: Int { legs.count }

    /// The nodes and the protocol of a leg.
    func leg(_ leg: Int) -> LegKey { legs[leg] }

    /// The end that a path leads to.
    func destination(of path: Int) -> Int { paths[path].destination }

    func legs(of path: Int) -> Legs { pathLegs[path] }

    /// The number of a path. A new one needs its legs next, see ``addLegs(from:via:to:_:)``.
    @inline(__always)
    mutating func number(of key: PathKey) -> (path: Int, isNew: Bool) {
        let path = paths.number(of: key)
        return (path, path == pathLegs.count)
    }

    /// Adds the legs of the newest path.
    ///
    /// - Parameters:
    ///   - source: the node that sends.
    ///   - service: the node of the service between, if there is one.
    ///   - target: the node that receives.
    ///   - transport: the protocol.
    mutating func addLegs(from source: Int, via service: Int?, to target: Int, _ transport: LabelValue) {
        if let service {
            let first = leg(source, service, transport)
            pathLegs.append(Legs(first: first, second: leg(service, target, transport)))
        } else {
            pathLegs.append(Legs(first: leg(source, target, transport), second: -1))
        }
    }

    /// The number of a path that came before.
    func known(_ key: PathKey) -> Int? { paths.known(key) }

    private mutating func leg(_ source: Int, _ target: Int, _ transport: LabelValue) -> Int {
        let leg = legs.number(of: LegKey(source: source, target: target, transport: transport))
        if leg == sums.count { sums.append(EdgeSums()) }
        return leg
    }

    /// Changes the sums of each leg of a path.
    @inline(__always)
    mutating func updateSums(of path: Int, _ update: (inout EdgeSums) -> Void) {
        let legs = pathLegs[path]
        update(&sums[legs.first])
        if legs.second >= 0 { update(&sums[legs.second]) }
    }
}
