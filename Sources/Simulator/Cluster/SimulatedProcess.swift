/// One running process of the simulated mesh: its own view, its failure detectors, its timers. Times are steps of the simulation.
struct SimulatedProcess: Sendable {
    /// What this process measures about one node it sends heartbeats to (akka-remote, `PhiAccrualFailureDetector`).
    ///
    /// Phi crosses its threshold of 8 after 4.523 s of silence with a steady history, and after 5.307 s with the two samples that a new
    /// detector starts with; nothing else of it shows at the endpoints.
    struct Detector: Sendable {
        let subject: Int
        var lastHeard: Int
        var heartbeats: Int

        func isAvailable(at now: Int) -> Bool {
            now - lastHeard <= (heartbeats < 10 ? 53 : 45)
        }
    }

    /// When in each second its timers fire; every process started at a moment of its own.
    struct Phases: Sendable {
        let gossip: Int
        let heartbeat: Int
        let reaper: Int
        let leader: Int

        init(random: inout SplitMix64) {
            gossip = random.below(Step.perSecond)
            heartbeat = random.below(Step.perSecond)
            reaper = random.below(Step.perSecond)
            leader = random.below(Step.perSecond)
        }
    }

    /// How far its coordinated shutdown has come.
    enum Ending: Sendable {
        /// It has seen itself Exiting or Down, and leaves the cluster then.
        case leavesCluster(at: Int)
        /// It has left and answers with an empty membership until its port closes.
        case closes(at: Int)
    }

    let id: Int
    let phases: Phases
    var isPaused = false
    /// Management listens from here on.
    var opensAt = 0
    /// When it next tries to join; `nil` once it is a member.
    var joinsAt: Int?
    /// `nil` before it has joined and after it has left.
    var gossip: Gossip?
    /// Who has seen this gossip, as far as this process knows.
    var seen = BitSet()
    var detectors: [Detector] = []
    /// The last change of membership or reachability; the resolver waits for quiet since then.
    var stableSince = 0
    /// Members that told this process that they are done with exiting.
    var exitingConfirmed = BitSet()
    var ending: Ending?
    /// What the followers of its event stream were last told.
    var published: Gossip?

    init(id: Int, phases: Phases) {
        self.id = id
        self.phases = phases
    }

    /// As if heartbeats had been answered for long.
    mutating func settleDetectors() {
        for index in detectors.indices { detectors[index].heartbeats = 1000 }
    }

    var status: Gossip.Row? { gossip?.row(id) }
}

/// The simulation's grain of time.
enum Step {
    static let perSecond = 10
    static let milliseconds = 1000 / perSecond

    static func seconds(_ seconds: Double) -> Int { Int(seconds * Double(perSecond)) }
}
