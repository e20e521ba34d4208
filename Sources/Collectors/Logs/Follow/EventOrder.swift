// SPDX-License-Identifier: Apache-2.0
internal import Model

/// An event on its way to the fold.
struct LogEvent: Equatable {
    var event: LifecycleEvent
    /// Which log it came from.
    var source: Int
    /// Which reading of that log: a stream that is opened again may repeat what it said.
    var reading = 0
    /// The pod or container that the line names.
    var label: String?
    /// A first word that may name the node, if it turns out to do so.
    var weakLabel: String?
    /// When it came in.
    var arrival: Timestamp
    /// Whether its time is a guess, and says nothing of the times of others.
    var isTimeGuessed = false
}

/// Puts events of several logs in the order of their times: each waits a little, so that one that comes a little later and happened
/// earlier goes first. What comes later still is passed on at once, marked as late.
///
/// It is bounded: with more events waiting the oldest are passed on early.
struct EventOrder {
    /// How long an event waits. Longer would order more and show everything later.
    static let patience = Duration.milliseconds(300)
    /// Maximum number of events that wait.
    static let maximumEvents = 1 << 16
    /// Timestamps further ahead than this are ignored when judging lateness.
    static let maximumClockLead = Duration.seconds(60)
    /// Maximum number of observers whose latest times are remembered.
    static let maximumObservers = 4096
    /// Maximum number of events in front that are looked at for one that has waited long enough.
    private static let maximumLooks = 64

    /// A heap by time, then by arrival.
    private var heap: [(event: LogEvent, number: UInt64)] = []
    private var nextNumber: UInt64 = 0
    /// By observer: the latest time that was passed on.
    private var passed: [Observer: Timestamp] = [:]

    /// Whose clock stamped an event, as far as that is known.
    private enum Observer: Hashable {
        case member(Address)
        case log(Int, String?)
    }

    /// How many wait.
    var count: Int { heap.count }

    var isFull: Bool { heap.count >= Self.maximumEvents }

    /// When the next event is to be passed on.
    private(set) var nextRelease: Timestamp?

    mutating func add(_ event: LogEvent) {
        heap.append((event, nextNumber))
        nextNumber += 1
        rise(heap.count - 1)
        let due = event.arrival + Self.patience
        nextRelease = nextRelease.map { min($0, due) } ?? due
    }

    /// Takes out what has waited long enough, and everything that happened before that.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - maximum: Maximum number of events; the others stay until the next call.
    ///   - pass: gets each event in order, and whether it is late.
    mutating func release(at now: Timestamp, maximum: Int = .max, _ pass: (LogEvent, Bool) -> Void) {
        var (looks, passed) = (0, 0)
        while passed < maximum, let first = heap.first {
            let hasWaited = first.event.arrival + Self.patience <= now || heap.count > Self.maximumEvents
            // An event in front that is younger waits, and so does everything behind it, for one patience at most.
            guard hasWaited || isOverdue(now, &looks) else { break }
            pop(pass)
            passed += 1
        }
        nextRelease = heap.isEmpty ? nil : heap.first.map { $0.event.arrival + Self.patience }
    }

    /// Whether something behind the first one has waited so long that the first goes too. Looked for among few.
    private func isOverdue(_ now: Timestamp, _ looks: inout Int) -> Bool {
        looks += 1
        guard looks < Self.maximumLooks else { return false }
        return heap.prefix(Self.maximumLooks).contains { $0.event.arrival + Self.patience <= now }
    }

    private mutating func pop(_ pass: (LogEvent, Bool) -> Void) {
        let event = heap[0].event
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        let observer = event.event.observer.map { Observer.member($0) } ?? .log(event.source, event.label)
        let isLate = !event.isTimeGuessed && (passed[observer].map { event.event.at < $0 } ?? false)
        if !isLate, !event.isTimeGuessed, event.event.at <= event.arrival + Self.maximumClockLead {
            if passed.count > Self.maximumObservers { passed = [:] }
            passed[observer] = event.event.at
        }
        pass(event, isLate)
    }

    // MARK: - Heap

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (heap[left], heap[right])
        return a.event.event.at == b.event.event.at ? a.number < b.number : a.event.event.at < b.event.event.at
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, isBefore(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != place else { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
