// SPDX-License-Identifier: Apache-2.0
internal import Model

/// All collectors of a run as one: passes each input to the collectors that it concerns, and gathers what they want done.
struct CollectorSet {
    /// The number of a collector is its place here.
    private var collectors: [any Collector] = []

    /// Makes a collector and lets it begin.
    ///
    /// - Parameters:
    ///   - options: what it is given.
    ///   - now: the time.
    ///   - make: makes it.
    /// - Returns: what it wants done.
    mutating func start(
        _ options: CollectorOptions, at now: Timestamp, make: (CollectorContext) -> any Collector
    ) -> [CollectorAction] {
        let number = collectors.count
        collectors.append(make(options.context(number)))
        return route(collectors[number].start(at: now), from: number, at: now)
    }

    // MARK: - Inputs

    /// Does what is due, see ``Collector``.
    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        forEach(at: now) { $0.advance(to: now, unread: unread) }
    }

    /// Polls now, whatever back-offs say.
    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        forEach(at: now) { $0.pollNow(at: now) }
    }

    /// Tells what the viewer looks at.
    mutating func look(at interest: TelemetryInterest, at now: Timestamp) -> [CollectorAction] {
        forEach(at: now) { $0.look(at: interest, at: now) }
    }

    /// Tells what all collectors have observed since the last call.
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction] {
        forEach(at: now) { $0.follow(observations, at: now) }
    }

    /// Passes an event on to the collector whose request it is of.
    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        let number = event.id.owner.number
        guard collectors.indices.contains(number) else { return [] }
        return route(collectors[number].handle(event, at: now), from: number, at: now)
    }

    private mutating func forEach(
        at now: Timestamp, _ input: (inout any Collector) -> [CollectorAction]
    ) -> [CollectorAction] {
        var actions: [CollectorAction] = []
        for number in collectors.indices {
            let wanted = input(&collectors[number])
            if !wanted.isEmpty { actions += route(wanted, from: number, at: now) }
        }
        return actions
    }

    /// Offers found targets to the other collectors; everything else is the caller's.
    private mutating func route(
        _ actions: [CollectorAction], from sender: Int, at now: Timestamp
    ) -> [CollectorAction] {
        guard actions.contains(where: \.isFinding) else { return actions }
        var rest: [CollectorAction] = []
        for action in actions {
            for number in collectors.indices where number != sender && action.isFinding {
                let wanted: [CollectorAction] =
                    switch action {
                    case .found(let target): collectors[number].add(target, at: now)
                    case .lost(let target): collectors[number].remove(target, at: now)
                    default: []
                    }
                rest += route(wanted, from: number, at: now)
            }
            if !action.isFinding { rest.append(action) }
        }
        return rest
    }

    // MARK: - Questions

    /// When `advance` is to be called at the latest.
    var nextWake: Timestamp? { collectors.compactMap(\.nextWake).min() }

    /// Whether every source known by now has given its first answers or failed to.
    func isSettled(at now: Timestamp) -> Bool { collectors.allSatisfy { $0.isSettled(at: now) } }

    /// How many idle connections are worth keeping.
    var connectionsWanted: Int { collectors.reduce(0) { $0 + $1.connectionsWanted } }

    /// Descriptors whose input ends the loop's sleep, besides those of requests.
    var descriptors: [Int32] { collectors.flatMap(\.descriptors) }
}

extension CollectorAction {
    /// Whether it is about a target of other collectors.
    fileprivate var isFinding: Bool {
        switch self {
        case .found, .lost: true
        case .start, .cancel, .emit, .flush, .authorize: false
        }
    }
}
