// SPDX-License-Identifier: Apache-2.0
import Model

/// A cluster in virtual time: a value that knows no clock, no socket, and no randomness but its seed's.
///
/// Every node has its own process with its own view, which spreads by gossip. Membership follows Akka's rules and timings; the sources
/// are named where a rule is. The shell says how late it is and executes the returned effects.
package struct SimulatedCluster: Sendable {
    /// What to simulate.
    package struct Configuration: Sendable {
        /// What happens.
        package var scenario: SimulatedScenario
        /// Number of nodes, 3 to 1,000.
        package var members: Int
        /// Equal seeds give equal simulations.
        package var seed: UInt64
        /// The software that the nodes look like.
        package var stack: SimulatedStack
        /// How many services the mesh has around the cluster.
        package var services: Int

        /// - Parameters:
        ///   - scenario: what happens in it.
        ///   - members: how many nodes, 3 to 1,000.
        ///   - seed: equal seeds give equal simulations.
        ///   - stack: which software the nodes look like; `nil`: what the scenario is best seen with.
        ///   - services: how many services the mesh has around the cluster, at least the twelve of a shop.
        package init(
            scenario: SimulatedScenario = .healthy, members: Int = 3, seed: UInt64 = 1, stack: SimulatedStack? = nil,
            services: Int = 12
        ) {
            self.scenario = scenario
            self.members = members
            self.seed = seed
            self.stack = stack ?? scenario.stack
            self.services = services
        }
    }

    /// What the shell has to do.
    enum Effect: Sendable {
        /// The process accepts connections from now on.
        case open(slot: Int)
        /// The process is gone: its port refuses, its connections end.
        case close(slot: Int)
        /// The process stands still: it keeps its port and says nothing.
        case pause(slot: Int)
        /// Answers that were held back can be given now.
        case resume(slot: Int)
        /// Domain events for the followers of the slot's stream.
        case publish(slot: Int, [StreamEvent])
    }

    /// What is simulated.
    let configuration: Configuration
    /// When the simulation started, in milliseconds since 1970; only times of day depend on it.
    var epoch: Int64 = 0
    /// The processes, and what passes between them.
    var nodes: SimulatedNodes
    var random: SplitMix
    /// Makes and merges what nodes know.
    var gossips = GossipMaker()
    var effects: [Effect] = []
    /// The places whose streams have followers: only for them events are computed.
    var followed = BitSet()
    /// When which places did not serve.
    var outages = Outages()
    private var routes = ManagementRoutes()
    private var faults = FaultScript()

    /// A cluster in which all members have been Up for long.
    package init(_ configuration: Configuration) {
        self.configuration = configuration
        random = SplitMix(seed: configuration.seed)
        nodes = SimulatedNodes(configuration)
        let count = configuration.members
        for slot in 0..<count { addIncarnation(slot: slot) }
        nodes.processes = (0..<count).map { SimulatedProcess(id: $0, phases: .init(random: &random)) }
        form()
        faults.addRound(of: configuration, at: 0, random: &random)
    }

    // MARK: - Looking

    /// The time that the simulation has reached, in steps.
    var now: Int { nodes.now }

    /// The time that the simulation has reached, since its start.
    package var elapsed: Duration { .milliseconds(now * Step.milliseconds) }

    /// The same in seconds.
    var seconds: Double { Double(now) / Double(Step.perSecond) }

    var world: World { nodes.world }

    /// The process at each place; `nil`: none runs.
    var processes: [SimulatedProcess?] { nodes.processes }

    /// What the traffic around the cluster depends on.
    var moment: MeshMoment {
        MeshMoment(
            start: Double(epoch) / 1000, now: Double(epoch + nodes.milliseconds) / 1000, outages: outages)
    }

    /// The loopback address on which a place of the mesh, counted from 0, answers: 127.1.1.1 for the first, 250 to a block.
    package static func host(slot: Int) -> String {
        slot == metricsPlace ? "127.1.0.1" : "127.1.\(1 + slot / 250).\(1 + slot % 250)"
    }

    /// The place of the metrics server, at which no member is.
    static let metricsPlace = -1

    /// The place whose address this is, given as a number.
    static func slot(host: UInt32) -> Int {
        let block = Int(host >> 8 & 255)
        return block == 0 ? metricsPlace : (block - 1) * 250 + Int(host & 255) - 1
    }

    /// What the process at a place answers now.
    mutating func answer(_ request: SimulatedRequest, at slot: Int) -> SimulatedAnswer {
        guard processes.indices.contains(slot), let process = processes[slot], process.opensAt <= now else {
            return .noProcess
        }
        if process.isPaused { return .silence }
        guard request.path == "/cluster/domain-events" else {
            return .reply(routes.reply(request, process, nodes, epoch: epoch))
        }
        return request.method == "GET" ? stream(request, at: slot) : .reply(.onlyGet)
    }

    // MARK: - Time

    /// Lets virtual time pass up to a time after the start. The result does not depend on how finely it is cut.
    mutating func advance(to time: Duration) -> [Effect] {
        let target = Int(time.wholeMicroseconds / 1000) / Step.milliseconds
        while now < target { step() }
        defer { effects = [] }
        return effects
    }

    private mutating func step() {
        nodes.now += 1
        // Nodes that merge the same two gossips do so soon; later the results are only weight.
        if now % Step.perSecond == 0 { gossips.forgetMerges() }
        for fault in faults.due(at: now) { inject(fault) }
        if let period = configuration.scenario.period, now % Step.seconds(Double(period)) == 0 {
            faults.addRound(of: configuration, at: now, random: &random)
        }
        nodes.fireRemotingTimers()
        for slot in processes.indices { run(slot) }
    }

    /// Everything that one process does in one step, in the order in which its timers are due.
    private mutating func run(_ slot: Int) {
        guard let phases = nodes.running(slot)?.phases else { return }
        lifecycle(slot)
        let phase = now % Step.perSecond
        if phase == phases.reaper { reap(slot) }
        if phase == phases.heartbeat {
            nodes.sendHeartbeats(slot)
            for downed in nodes.sendRemoting(slot) { downSelf(downed) }
        }
        if processes[slot]?.gossip != nil {
            gossipIfDue(slot, phase: (phase + Step.perSecond - phases.gossip) % Step.perSecond)
        }
        if phase == phases.leader {
            actAsLeader(slot)
            decideDowning(slot)
        }
    }
}

/// The faults that are still to come.
struct FaultScript: Sendable {
    private var queue: [(step: Int, fault: SimulatedFault)] = []
    private var rounds = 0

    /// Adds the faults of the scenario's next round.
    mutating func addRound(of configuration: SimulatedCluster.Configuration, at now: Int, random: inout SplitMix) {
        let faults = configuration.scenario.script(round: rounds, count: configuration.members, random: &random)
        queue += faults.map { (now + Step.seconds(Double($0.second)), $0.fault) }
        rounds += 1
    }

    /// Takes the faults from the front that are due.
    mutating func due(at now: Int) -> [SimulatedFault] {
        let due = queue.prefix { $0.step <= now }
        queue.removeFirst(due.count)
        return due.map(\.fault)
    }
}
