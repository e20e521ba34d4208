// SPDX-License-Identifier: Apache-2.0
import Model

/// The processes of the simulated mesh: which run, which messages pass between them, and what they measure of each other. What they know of the
/// cluster is the business of ``SimulatedCluster``.
struct SimulatedNodes: Sendable {
    /// Up to this number of members every pair has an association; in a larger mesh only those that heartbeats pass between.
    static let allPairsLimit = 64

    var world: World
    /// The process at each place; `nil`: none runs.
    var processes: [SimulatedProcess?] = []
    var links = Links()
    /// The time, in steps since the start.
    var now = 0
    /// What remoting does a little later.
    var remotingTimers: [RemotingTimer] = []
    /// Whether most pairs never talk, because there are too many.
    let isLarge: Bool
    private let seed: UInt64

    /// - Parameter configuration: what is simulated.
    init(_ configuration: SimulatedCluster.Configuration) {
        world = World(stack: configuration.stack)
        isLarge = configuration.members > Self.allPairsLimit
        seed = configuration.seed
    }

    /// The time, in milliseconds since the start.
    var milliseconds: Int64 { Int64(now * Step.milliseconds) }

    /// The process at a place, if it does something.
    func running(_ slot: Int) -> SimulatedProcess? {
        guard let process = processes[slot], !process.isPaused else { return nil }
        return process
    }

    /// Whether a message between the two would arrive and be handled.
    func delivers(from: Int, to: Int) -> Bool {
        running(from) != nil && running(to) != nil && links.delivers(from: from, to: to)
    }

    /// Whether something sent by one process comes back from the other.
    func reaches(_ slot: Int, _ peer: Int) -> Bool {
        running(peer).map { $0.opensAt <= now } == true && links.delivers(from: slot, to: peer)
            && links.delivers(from: peer, to: slot)
    }

    /// How late the heartbeats of a process and their answers are.
    func chance(_ process: SimulatedProcess) -> HeartbeatChance {
        HeartbeatChance(seed: seed, observer: process.id)
    }

    /// Akka's; a large mesh keeps fewer samples (`max-sample-size`), which adds up to less memory and shows nowhere else.
    var detectorSettings: PhiAccrualFailureDetector.Settings {
        var settings = PhiAccrualFailureDetector.Settings.cluster
        if isLarge { settings.maximalSamples = 100 }
        return settings
    }
}

/// Which messages arrive.
struct Links: Sendable {
    private var isolated: Set<Int> = []
    private var cuts: [(from: Int, to: Int)] = []

    mutating func isolate(_ slots: [Int]) { isolated = Set(slots) }
    mutating func cut(from: Int, to: Int) { cuts.append((from, to)) }
    mutating func heal() { self = Links() }

    func delivers(from: Int, to: Int) -> Bool {
        if !isolated.isEmpty, isolated.contains(from) != isolated.contains(to) { return false }
        return !cuts.contains { $0.from == from && $0.to == to }
    }
}
