// SPDX-License-Identifier: Apache-2.0
import Model

/// One running process of the simulated mesh: its own view, its failure detectors, its timers. Times are steps of the simulation.
struct SimulatedProcess: Sendable {
    /// When in each second its timers fire; every process started at a moment of its own.
    struct Phases: Sendable {
        let gossip: Int
        let heartbeat: Int
        let reaper: Int
        let leader: Int

        init(random: inout SplitMix) {
            gossip = random.below(Step.perSecond)
            heartbeat = random.below(Step.perSecond)
            reaper = random.below(Step.perSecond)
            leader = random.below(Step.perSecond)
        }
    }

    /// How far its coordinated shutdown has come.
    enum Ending: Sendable {
        /// It has seen itself Exiting or Down, and leaves the cluster at that step. Becomes ``closes(at:)``.
        case leavesCluster(at: Int)
        /// It has left and answers with an empty membership until its port closes at that step; then there is no process.
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
    /// The members that have seen this gossip, as far as this process knows.
    var seen = BitSet()
    var detectors: [HeartbeatDetector] = []
    /// By the place of the peer. A member without one has an active association, see `association(of:with:)`.
    var associations: [Int: SimulatedAssociation] = [:]
    var events = RemotingEvents()
    /// The last change of membership or reachability; the resolver waits for quiet since then.
    var stableSince = 0
    /// Since when it leads and cannot act, because not all have seen the same.
    var isStuckSince: Int?
    /// Members that confirmed to this process that they have exited.
    var exitingConfirmed = BitSet()
    var ending: Ending?
    /// What the followers of its event stream last got.
    var published: Gossip?

    init(id: Int, phases: Phases) {
        self.id = id
        self.phases = phases
    }

    /// Takes in the answers to one round of heartbeats.
    ///
    /// - Parameters:
    ///   - answered: the detectors whose subjects have answered.
    ///   - sent: when the heartbeats were sent, in milliseconds.
    ///   - tick: the step in which they were.
    ///   - chance: how late each answer is.
    mutating func recordAnswers(_ answered: [Int], sentAt sent: Int64, tick: Int, _ chance: HeartbeatChance) {
        for index in answered {
            detectors[index].hear(at: sent + chance.delay(of: tick, from: detectors[index].subject))
        }
    }

    mutating func expectFirstAnswers(at now: Int64) {
        for index in detectors.indices { detectors[index].expectFirst(at: now) }
    }

    var status: Gossip.Row? { gossip?.row(id) }
}

/// The simulation's grain of time.
enum Step {
    static let perSecond = 10
    static let milliseconds = 1000 / perSecond

    static func seconds(_ seconds: Double) -> Int { Int(seconds * Double(perSecond)) }
}
