internal import Model

/// An event on its way to the fold.
struct LogEvent: Equatable {
    var event: LifecycleEvent
    /// Which log it came from.
    var source: Int
    /// Which reading of that log: a stream that is opened again may tell again what it told.
    var reading = 0
    /// The pod or container that the line names.
    var label: String?
    /// When it came in.
    var arrival: Timestamp
}

/// Puts events of several logs in the order of their times: each waits a little, so that one that comes a little later and happened
/// earlier goes first. What comes later still is passed on at once, marked as late.
///
/// It is bounded: with more events waiting the oldest are passed on early.
struct EventOrder {
    /// So long an event waits. Longer would order more and show everything later.
    static let patience = Duration.milliseconds(300)
    /// So many wait at most.
    static let capacity = 1 << 16
    /// A teller's clock that is ahead by more than this says nothing about what is late.
    private static let saneLead = Duration.seconds(60)

    /// A heap by time, then by arrival.
    private var heap: [(event: LogEvent, number: UInt64)] = []
    private var nextNumber: UInt64 = 0
    /// By teller: the latest time that was passed on.
    private var passed: [Teller: Timestamp] = [:]

    private enum Teller: Hashable {
        case observer(Address)
        case log(Int, String?)
    }

    /// How many wait.
    var count: Int { heap.count }

    var isFull: Bool { heap.count >= Self.capacity }

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
    ///   - all: whether nobody needs to wait any more.
    ///   - limit: so many events at most; the others stay until the next call.
    ///   - pass: gets each event in order, and whether it is late.
    mutating func release(at now: Timestamp, all: Bool = false, limit: Int = .max, _ pass: (LogEvent, Bool) -> Void) {
        var (looks, passed) = (0, 0)
        while passed < limit, let first = heap.first {
            let hasWaited = all || first.event.arrival + Self.patience <= now || heap.count > Self.capacity
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
        guard looks < 64 else { return false }
        return heap.prefix(64).contains { $0.event.arrival + Self.patience <= now }
    }

    private mutating func pop(_ pass: (LogEvent, Bool) -> Void) {
        let event = heap[0].event
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        let teller = event.event.observer.map { Teller.observer($0) } ?? .log(event.source, event.label)
        let isLate = passed[teller].map { event.event.at < $0 } ?? false
        if !isLate, event.event.at <= event.arrival + Self.saneLead {
            if passed.count > 4096 { passed = [:] }
            passed[teller] = event.event.at
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

/// Tells whether an event was heard before, from another log: text and JSON of one node, a file and a stream of the same pod.
///
/// The same line twice in one log is two events. Bounded: only the last ones are remembered.
struct DuplicateFilter {
    private static let kept = 16_384

    private struct Key: Hashable {
        let observer: Address?
        var milliseconds: Int64
        let pattern: String
        let peer: Address?
        let text: String
    }

    private struct Telling: Equatable {
        let source: Int
        let reading: Int
    }

    private var sources: [Key: Telling] = [:]
    private var order: [Key] = []
    private var oldest = 0

    /// Whether another log has told this already.
    mutating func isDuplicate(_ event: LogEvent) -> Bool {
        // Encoders write different digits of one time, and some round where others cut.
        let milliseconds = event.event.at.microseconds / 1000
        var key = Key(
            observer: event.event.observer, milliseconds: milliseconds, pattern: event.event.pattern,
            peer: event.event.peer, text: event.event.evidence.text)
        let telling = Telling(source: event.source, reading: event.reading)
        if let known = sources[key] { return known != telling }
        for near in [milliseconds - 1, milliseconds + 1] {
            key.milliseconds = near
            if let known = sources[key], known != telling { return true }
        }
        key.milliseconds = milliseconds
        sources[key] = telling
        if order.count < Self.kept {
            order.append(key)
        } else {
            sources[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % Self.kept
        }
        return false
    }
}
