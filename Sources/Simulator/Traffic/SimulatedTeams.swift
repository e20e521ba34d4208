// SPDX-License-Identifier: Apache-2.0
import Model

/// Made-up services as companies have them: each team has an entry that others call, services that do the work behind it, and what keeps its
/// data. Teams call the entries of teams further down, so that a mesh of many services is wide, and never much deeper than a request is.
struct SimulatedTeams: Sendable {
    /// What a service of a team does.
    enum Part: String, CaseIterable, Sendable {
        case api
        case core
        case db
        case worker
        case cache
        case rules
        case search
        case jobs
        case sync

        var keepsData: Bool { self == .db || self == .cache }
    }

    struct Call {
        var source: SimulatedWorkload
        var target: SimulatedWorkload
        /// Whether bytes are counted, not requests.
        var isData = false
    }

    /// The most teams that the shop's frontend calls; the gateway calls the others of the first level.
    private static let ofFrontend = 5
    /// Number of made-up services from which on each calls many others.
    private static let crowd = 35
    private static let domains = [
        "orders", "users", "stock", "mail", "prices", "billing", "shipping", "media", "reports", "returns", "loyalty",
        "support", "partners", "tax", "audit", "identity", "content", "offers", "planning", "sourcing", "maps", "ads",
        "events", "desks",
    ]

    private let teams: [[SimulatedWorkload]]
    private let levels: Int
    private let isCrowd: Bool
    private(set) var calls: [Call] = []

    /// - Parameters:
    ///   - count: How many services, in teams of nine; the last has what is left.
    ///   - random: draws which team calls which.
    init(_ count: Int, random: inout SplitMix) {
        let size = Part.allCases.count
        teams = stride(from: 0, to: count, by: size).map { first in
            let team = first / size
            let round = team / Self.domains.count
            let name = Self.domains[team % Self.domains.count] + (round > 0 ? "-\(round + 1)" : "")
            return Part.allCases.prefix(count - first).map {
                SimulatedWorkload(namespace: name, app: "\(name)-\($0)")
            }
        }
        levels = teams.count > 6 ? 3 : 2
        isCrowd = count >= Self.crowd
        for team in teams.indices { addCalls(of: team, &random) }
    }

    /// The entries that are called from outside of all teams.
    var entries: (ofFrontend: [SimulatedWorkload], ofGateway: [SimulatedWorkload]) {
        let first = teams.indices.filter { level($0) == 0 }.map { teams[$0][0] }
        return (Array(first.prefix(Self.ofFrontend)), Array(first.dropFirst(Self.ofFrontend)))
    }

    private func level(_ team: Int) -> Int { team % levels }

    private mutating func addCalls(of team: Int, _ random: inout SplitMix) {
        let members = Array(zip(Part.allCases, teams[team]))
        let stores = members.filter(\.0.keepsData)
        let entry = members[0].1
        for (part, worker) in members.dropFirst() where !part.keepsData {
            calls.append(Call(source: entry, target: worker))
            guard !stores.isEmpty else { continue }
            let (store, place) = stores[random.below(stores.count)]
            calls.append(Call(source: worker, target: place, isData: store == .db))
        }
        // A team too small for workers keeps its data itself.
        if members.count <= 3 {
            for (_, place) in stores { calls.append(Call(source: entry, target: place, isData: true)) }
        }
        addCalls(toOthersOf: team, &random)
    }

    /// A team needs a few others, and those of it that work need them and each other.
    private mutating func addCalls(toOthersOf team: Int, _ random: inout SplitMix) {
        let below = teams.indices.filter { level($0) > level(team) }
        // The first in turn, so that nearly every team has callers.
        let places = below.isEmpty ? [] : [team / levels, random.below(below.count)].prefix(1 + random.below(2))
        let partners = places.map { teams[below[$0 % below.count]] }
        for partner in partners { calls.append(Call(source: teams[team][0], target: partner[0])) }
        guard isCrowd else { return }
        let workers = zip(Part.allCases, teams[team]).filter { !$0.0.keepsData }.map(\.1)
        for (number, worker) in workers.enumerated().dropFirst() {
            for partner in partners { calls.append(Call(source: worker, target: partner[0])) }
            for other in workers[(number + 1)...] where random.below(8) > 0 {
                calls.append(Call(source: worker, target: other))
            }
        }
    }
}
