import Model

/// A cluster in virtual time: a value that knows no clock, no socket and no chance but its seed's.
///
/// Every node has its own process with its own view, and learns by gossip. Membership follows Akka's rules and timings; the sources
/// are named where a rule is. The shell outside says how late it is and does what the returned effects say.
package struct SimulatedCluster: Sendable {
    /// What to simulate.
    package struct Configuration: Sendable {
        package var scenario: SimulatedScenario
        /// How many nodes, 3 to 1,000.
        package var members: Int
        package var seed: UInt64
        package var stack: SimulatedStack
        /// How many services the mesh has around the cluster.
        package var services: Int

        /// - Parameters:
        ///   - scenario: What happens in it.
        ///   - members: How many nodes, 3 to 1,000.
        ///   - seed: Equal seeds give equal simulations.
        ///   - stack: Which software the nodes look like; `nil`: what the scenario is best seen with.
        ///   - services: How many services the mesh has around the cluster, at least the twelve of a shop.
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
        /// Domain events for those who follow the slot's stream.
        case publish(slot: Int, [StreamEvent])
    }

    /// Up to so many members every pair has an association; in a bigger mesh only those that heartbeats pass between.
    static let allPairs = 64

    let configuration: Configuration
    /// When the simulation started, in milliseconds since 1970: only what tells times of day needs it.
    var epoch: Int64 = 0
    var world: World
    /// Who runs at each place; `nil`: no process.
    var processes: [SimulatedProcess?] = []
    var now = 0
    var random: SplitMix64
    var links = Links()
    var effects: [Effect] = []
    /// Whose streams somebody follows: only for them events are computed.
    var followed = BitSet()
    var serials = 0
    var merges: [MergeKey: Gossip] = [:]
    var documents = Documents()
    /// Who failed those who call, and when.
    var outages = Outages()
    /// What remoting does a little later.
    var remotingTimers: [RemotingTimer] = []
    private var script: [(step: Int, fault: SimulatedFault)] = []
    private var rounds = 0

    /// Quiet time before the resolver decides (`stable-after`): as the cluster kit sets it.
    var stableAfter: Int { Step.seconds(configuration.members > 20 ? 20 : 10) }

    /// A cluster in which everybody has been Up for long.
    package init(_ configuration: Configuration) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        world = World(stack: configuration.stack, nobody: Self.address("0.0.0.0", configuration.stack))
        let count = configuration.members
        for slot in 0..<count { appendIncarnation(slot: slot) }
        processes = (0..<count).map { SimulatedProcess(id: $0, phases: .init(random: &random)) }
        form()
        scheduleRound()
    }

    /// The time that the simulation has reached, in milliseconds.
    var milliseconds: Int64 { Int64(now * Step.milliseconds) }

    /// The time that the simulation has reached, since its start.
    package var elapsed: Duration { .milliseconds(now * Step.milliseconds) }

    /// The same in seconds.
    var seconds: Double { Double(now) / Double(Step.perSecond) }

    /// The loopback address on which a place of the mesh, counted from 0, answers: 127.1.1.1 for the first, 250 to a block.
    package static func host(slot: Int) -> String {
        slot == metricsPlace ? "127.1.0.1" : "127.1.\(1 + slot / 250).\(1 + slot % 250)"
    }

    /// Where no member is, but the metrics server.
    static let metricsPlace = -1

    /// The place whose address this is, given as a number.
    static func slot(host: UInt32) -> Int {
        let block = Int(host >> 8 & 255)
        return block == 0 ? metricsPlace : (block - 1) * 250 + Int(host & 255) - 1
    }

    /// Lets virtual time pass until so long after the start. The result does not depend on how finely it is cut.
    mutating func advance(to time: Duration) -> [Effect] {
        let target = Int(time.wholeMicroseconds / 1000) / Step.milliseconds
        while now < target { step() }
        defer { effects = [] }
        return effects
    }

    private mutating func step() {
        now += 1
        // Whoever merges the same two does so soon; later the results are only weight.
        if now % Step.perSecond == 0 { merges.removeAll() }
        injectDueFaults()
        if !remotingTimers.isEmpty { fireRemotingTimers() }
        for slot in processes.indices { run(slot) }
    }

    /// Everything that one process does in one step, in the order in which its timers are due.
    private mutating func run(_ slot: Int) {
        guard let phases = running(slot)?.phases else { return }
        lifecycle(slot)
        let phase = now % Step.perSecond
        if phase == phases.reaper { reap(slot) }
        if phase == phases.heartbeat {
            sendHeartbeats(slot)
            sendRemoting(slot)
        }
        if processes[slot]?.gossip != nil {
            gossipIfDue(slot, phase: (phase + Step.perSecond - phases.gossip) % Step.perSecond)
        }
        if phase == phases.leader {
            actAsLeader(slot)
            decideDowning(slot)
        }
    }

    private mutating func injectDueFaults() {
        while let next = script.first, next.step <= now {
            script.removeFirst()
            inject(next.fault)
        }
        if let period = configuration.scenario.period, now % Step.seconds(Double(period)) == 0 { scheduleRound() }
    }

    private mutating func scheduleRound() {
        let faults = configuration.scenario.script(round: rounds, count: configuration.members, random: &random)
        script += faults.map { (now + Step.seconds(Double($0.second)), $0.fault) }
        rounds += 1
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
