// SPDX-License-Identifier: Apache-2.0
/// Puts effects behind their causes where the clocks that stamped them say otherwise.
///
/// An effect goes right behind the first cause that follows it, unless a cause stands before it; and what its observer reported after it, by the
/// same clock, stays after it. Nothing depends on the order in which the events came.
enum CausalOrder {
    /// A cause that is stamped this much later than an effect is still believed to be its cause.
    static let bound = Duration.seconds(30)
    private static let step = Duration.microseconds(1)
    /// A moved event may be a cause itself. Real chains are short: quarantine, downing, end.
    private static let mostRounds = 4

    /// An observer and the clock that stamped its events: events of one observer by one clock keep their order.
    struct Voice: Hashable {
        var observer: Address?
        var clock: MeshEvent.Clock

        init(_ event: MeshEvent) {
            observer = event.observer
            clock = event.clock
        }
    }

    /// The moments behind which the next events of observers of moved events belong.
    static func floors(of entries: [EventLog.Entry]) -> [Voice: Timestamp] {
        var floors: [Voice: Timestamp] = [:]
        for entry in entries where entry.place > entry.time {
            let voice = Voice(entry.event)
            floors[voice] = max(entry.place, floors[voice] ?? entry.place)
        }
        return floors
    }

    /// The entries, corrected and in any order, in their order.
    static func sorted(_ entries: [EventLog.Entry]) -> [EventLog.Entry] {
        var entries = entries
        for index in entries.indices { entries[index].place = entries[index].time }
        entries.sort(by: EventLog.Entry.isBefore)
        return moved(entries) ?? entries
    }

    /// - Parameter entries: In the order of an earlier call.
    /// - Returns: The entries in their order; `nil` if that is the one they are in.
    static func moved(_ entries: [EventLog.Entry]) -> [EventLog.Entry]? {
        guard var places = places(of: entries) else { return nil }
        var result = entries
        for index in result.indices where places[index] != result[index].place { result[index].place = places[index] }
        places = []
        result.sort(by: EventLog.Entry.isBefore)
        return result
    }

    /// - Returns: Where each entry belongs; `nil` if all of them are there.
    private static func places(of entries: [EventLog.Entry]) -> [Timestamp]? {
        let byTime = entries.indices.sorted { left, right in
            let (one, other) = (entries[left], entries[right])
            return one.time == other.time ? one.number < other.number : one.time < other.time
        }
        var places = entries.map(\.time)
        let causes = entries.indices.filter { entries[$0].event.causality?.isEffect == false }
        guard !causes.isEmpty else { return places.elementsEqual(entries.map(\.place)) ? nil : places }
        for _ in 0..<mostRounds {
            let times = causesByLink(entries, causes, places)
            guard move(entries, byTime, times, &places) else { break }
        }
        return places.elementsEqual(entries.map(\.place)) ? nil : places
    }

    private static func causesByLink(
        _ entries: [EventLog.Entry], _ causes: [Int], _ places: [Timestamp]
    ) -> [Causality.Link: [Timestamp]] {
        var result: [Causality.Link: [Timestamp]] = [:]
        for index in causes {
            guard let link = entries[index].event.causality?.link else { continue }
            result[link, default: []].append(places[index])
        }
        return result.mapValues { $0.sorted() }
    }

    /// - Returns: Whether something moved.
    private static func move(
        _ entries: [EventLog.Entry], _ byTime: [Int], _ causes: [Causality.Link: [Timestamp]],
        _ places: inout [Timestamp]
    ) -> Bool {
        var hasMoved = false
        var floors: [Voice: Timestamp] = [:]
        for index in byTime {
            let entry = entries[index]
            var place = entry.time
            if let causality = entry.event.causality, causality.isEffect, let times = causes[causality.link] {
                place = self.place(of: entry, times)
            }
            if place > entry.time || !floors.isEmpty {
                let voice = Voice(entry.event)
                place = max(place, floors[voice] ?? place)
                if place > entry.time { floors[voice] = place }
            }
            if place != places[index] { hasMoved = true }
            places[index] = place
        }
        return hasMoved
    }

    private static func place(of effect: EventLog.Entry, _ causes: [Timestamp]) -> Timestamp {
        let time = effect.time
        let later = causes.partitioningIndex { $0 >= time }
        if later > 0, time - causes[later - 1] <= bound { return time }
        guard later < causes.count, causes[later] - time <= bound else { return time }
        return causes[later] + step
    }
}
