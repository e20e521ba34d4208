// SPDX-License-Identifier: Apache-2.0
/// Makes the names of one collector's requests; none is used twice.
struct RequestIDs {
    /// The collector whose requests are named.
    let owner: CollectorID
    private var last: UInt64 = 0

    /// - Parameter owner: the collector whose requests are named.
    init(owner: CollectorID) { self.owner = owner }

    /// The next name.
    mutating func next() -> RequestID {
        last += 1
        return RequestID(owner: owner, number: last)
    }
}

/// The errands of one collector: which of them run, under the names of their requests, and which wait for their turn.
///
/// No errand runs or waits twice, and a bounded number runs at once.
struct RequestLedger<Errand: Hashable & Sendable> {
    private var ids: RequestIDs
    private var gate: RequestGate<Errand>
    private var errands: [RequestID: Errand] = [:]
    private var requests: [Errand: RequestID] = [:]

    /// - Parameters:
    ///   - ids: names the requests.
    ///   - maximum: Maximum number of errands that run at once; those that begin `atOnce` are not counted.
    init(_ ids: RequestIDs, maximum: Int) {
        self.ids = ids
        gate = RequestGate(maximum: maximum)
    }

    /// The errand of a request; `nil` if it has ended or was cancelled.
    func errand(of id: RequestID) -> Errand? { errands[id] }

    /// Whether the errand's request is on its way.
    func isRunning(_ errand: Errand) -> Bool { requests[errand] != nil }

    /// Whether the errand runs, or waits for its turn.
    func contains(_ errand: Errand) -> Bool { gate.contains(errand) || isRunning(errand) }

    /// Puts an errand in the queue, unless it runs or waits already.
    mutating func add(_ errand: Errand) { gate.add(errand) }

    /// The next errand that may run, with the name of its request; it runs from here on.
    mutating func next() -> (id: RequestID, errand: Errand)? {
        gate.next().map { (beginAtOnce($0), $0) }
    }

    /// Lets an errand run that need not wait, such as a stream.
    ///
    /// - Parameter errand: neither running nor waiting.
    /// - Returns: the name of its request.
    mutating func beginAtOnce(_ errand: Errand) -> RequestID {
        let id = ids.next()
        errands[id] = errand
        requests[errand] = id
        return id
    }

    /// Takes a request off that has had its last event.
    mutating func end(_ id: RequestID) {
        guard let errand = errands.removeValue(forKey: id) else { return }
        requests[errand] = nil
        gate.remove(errand)
    }

    /// Takes an errand off, wherever it is.
    ///
    /// - Returns: its request, which is to be broken off; `nil` if none runs.
    mutating func cancel(_ errand: Errand) -> RequestID? {
        gate.remove(errand)
        guard let id = requests.removeValue(forKey: errand) else { return nil }
        errands[id] = nil
        return id
    }
}
