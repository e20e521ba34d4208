// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Collects from all sources of one kind: which requests are made when, and what their answers mean.
///
/// A state machine in virtual time. It gets inputs with the time at which they came, and returns what is to be done; ``CollectorLoop`` does it.
/// It opens no socket and reads no clock, so that a test can run it against servers that are functions. Any number of requests and streams may
/// run at once, each named by the collector itself; what becomes of them comes back as `handle`.
///
/// Adding a kind of source: `docs/HOW-TO-ADD.md`.
protocol Collector {
    /// Begins. Called once, before anything else.
    mutating func start(at now: Timestamp) -> [CollectorAction]

    /// Does what is due. Called at each turn of the loop, whatever the turn is for, so it returns at once if nothing is due.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - unread: how many observations the main thread has not taken yet. A collector that can leave its input where it is, such as one of
    ///     logs, reads nothing while there are many.
    /// - Returns: what is to be done.
    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction]

    /// Takes what became of one of its own requests.
    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction]

    /// Polls now, whatever back-offs say.
    mutating func pollNow(at now: Timestamp) -> [CollectorAction]

    /// Learns what the viewer looks at, if its queries depend on that.
    mutating func look(at interest: TelemetryInterest, at now: Timestamp) -> [CollectorAction]

    /// Learns what all collectors have observed since the last call, for those whose targets depend on it.
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction]

    /// Takes a target that another collector has found, if it is of this kind.
    mutating func add(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction]

    /// No longer asks a target that another collector had found.
    mutating func remove(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction]

    /// When `advance` is to be called at the latest; `nil`: not before something happens.
    var nextWake: Timestamp? { get }

    /// Whether every source known by now has given its first answers or failed to: what a one-shot command waits for.
    func isSettled(at now: Timestamp) -> Bool

    /// How many idle connections are worth keeping for it.
    var connectionsWanted: Int { get }

    /// Descriptors whose input ends the loop's sleep, besides those of its requests.
    var descriptors: [Int32] { get }
}

extension Collector {
    mutating func pollNow(at now: Timestamp) -> [CollectorAction] { [] }
    mutating func look(at interest: TelemetryInterest, at now: Timestamp) -> [CollectorAction] { [] }
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction] { [] }
    mutating func add(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] { [] }
    mutating func remove(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] { [] }
    var connectionsWanted: Int { 0 }
    var descriptors: [Int32] { [] }
}

/// What a collector wants to have done.
enum CollectorAction {
    /// Makes a request; its events come to the collector that owns the id.
    case start(RequestID, HTTPRequest)
    /// Breaks a request off; no further event comes of it.
    case cancel(RequestID)
    /// Passes an observation on. `isNews`: the main thread's sleep is worth ending.
    case emit(Observation, isNews: Bool)
    /// Hands over what was emitted so far before the next action is done, for example before a request whose start takes a while.
    case flush
    /// Offers a target to the collectors of other kinds, for example a member's endpoint that a name server lists.
    case found(FoundTarget)
    /// Takes such a target back, because what it was found in no longer lists it.
    case lost(FoundTarget)
    /// Sets what requests to endpoints of an id are made with from now on; a failure says why they cannot be made.
    case authorize(AccessID, Result<HTTPAccess, SourceFailure>)
}

/// A target that one collector finds for another.
enum FoundTarget: Hashable {
    /// A cluster's management endpoint.
    case management(ManagementSeed)
    /// The log of a container of a pod.
    case podLog(PodLog)
}

/// What every collector is given when it is made.
struct CollectorContext {
    /// Names its requests.
    var requests: RequestIDs
    /// The time between two polls of a source.
    var interval: Duration = .seconds(2)
    /// How long an answer may take.
    var timeout: Duration = .seconds(2)
    /// Whether everything is asked at once, for a command that ends with the first picture.
    var isOneShot = false
    /// Whether a viewer reports what it shows, so that expensive queries are limited to that.
    var isInteractive = false
}
