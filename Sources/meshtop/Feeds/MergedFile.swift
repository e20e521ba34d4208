// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// Two journals of one cluster, watched from two places, read as one in the order of time. Sources say which journal they are of; the clock of
/// the second is corrected by what both saw.
final class MergedFile: RecordedFile {
    private let files: [JournalFile]
    private let labels: [String]
    /// How far the second clock is ahead of the first.
    private let offset: Duration
    /// How many facts both have.
    private let shared: Int
    private var heads: [Observation?] = [nil, nil]
    private var hasBegun = false
    private(set) var count = 0
    let name: String

    /// Maximum number of facts of a journal that are compared.
    private static let maximumFacts = 100_000

    /// Opens both and compares what they saw.
    ///
    /// - Throws: ``JournalError`` when one cannot be read.
    init(_ first: String, _ second: String) throws(JournalError) {
        files = [try JournalFile.rereadable(path: first), try JournalFile.rereadable(path: second)]
        labels = Self.labels(files.map(\.name))
        name = labels.joined(separator: "+")
        let facts = [try Self.facts(files[0]), try Self.facts(files[1])]
        let differences = facts[0].compactMap { fact, time in facts[1][fact].map { $0 - time } }.sorted()
        shared = differences.count
        offset = differences.isEmpty ? .zero : differences[differences.count / 2]
        for file in files { file.rewind() }
    }

    /// How the clocks were put together, for people.
    var alignment: String {
        guard shared > 0 else {
            return "\(files[1].name) shares no fact with \(files[0].name): its clock is taken as it is"
        }
        let milliseconds = offset.components.seconds * 1_000 + offset.components.attoseconds / 1_000_000_000_000_000
        return
            "\(shared) facts are in both: the clock of \(files[1].name) is \(milliseconds) ms ahead, and corrected by that"
    }

    var holes: [JournalHole] { files.flatMap(\.holes) }

    func rewind() {
        for file in files { file.rewind() }
        (hasBegun, count) = (false, 0)
    }

    func span() throws(JournalError) -> JournalFile.Span {
        let spans = [try files[0].span(), shifted(try files[1].span())]
        (hasBegun, count) = (false, 0)
        return JournalFile.Span(
            from: min(spans[0].from, spans[1].from), until: max(spans[0].until, spans[1].until),
            holes: spans.flatMap(\.holes), failure: spans[0].failure ?? spans[1].failure)
    }

    private func shifted(_ span: JournalFile.Span) -> JournalFile.Span {
        JournalFile.Span(from: span.from - offset, until: span.until - offset, holes: span.holes, failure: span.failure)
    }

    func next() throws(JournalError) -> Observation? {
        if !hasBegun {
            hasBegun = true
            for place in files.indices { heads[place] = try read(place) }
        }
        guard let place = earliest else { return nil }
        defer { count += 1 }
        let observation = heads[place]
        heads[place] = try read(place)
        return observation
    }

    /// Of equal times that of the first journal.
    private var earliest: Int? {
        switch (heads[0], heads[1]) {
        case (nil, nil): nil
        case (_?, nil): 0
        case (nil, _?): 1
        case (let one?, let other?): other.at < one.at ? 1 : 0
        }
    }

    /// The next observation of a journal that counts: one run has one set of options, one rhythm and one end.
    private func read(_ place: Int) throws(JournalError) -> Observation? {
        while let observation = try files[place].next() {
            switch observation.payload {
            case .started where place == 1 || files[0].count > 1: continue
            case .tick, .refresh: if place == 1, heads[0] != nil { continue }
            case .ended: continue
            default: break
            }
            return Observation(
                at: place == 0 ? observation.at : observation.at - offset,
                source: observation.source.map { SourceID($0.kind, "\($0.target) @\(labels[place])") },
                observation.payload)
        }
        return nil
    }

    /// Names of files without what both have.
    private static func labels(_ names: [String]) -> [String] {
        let short = names.map { name in
            let last = name.split(separator: "/").last.map(String.init) ?? name
            return last.hasSuffix(".mtr") ? String(last.dropLast(4)) : last
        }
        return short[0] == short[1] ? ["\(short[0])-1", "\(short[1])-2"] : short
    }

    // MARK: - Facts

    /// Something that happens once, and that both see at nearly the same time.
    private enum Fact: Hashable {
        case event(SourceID, DomainEvent)
        case line(Timestamp, String)
    }

    /// When each was seen first.
    private static func facts(_ file: JournalFile) throws(JournalError) -> [Fact: Timestamp] {
        var facts: [Fact: Timestamp] = [:]
        do throws(JournalError) {
            while let observation = try file.next(), facts.count < maximumFacts {
                guard let source = observation.source else { continue }
                switch observation.payload {
                case .streamEvent(let event, replayed: false):
                    let fact = Fact.event(source, event)
                    facts[fact] = facts[fact] ?? observation.at
                case .lifecycle(let line, late: false):
                    let fact = Fact.line(line.at, line.evidence.text)
                    facts[fact] = facts[fact] ?? observation.at
                default: break
                }
            }
        } catch {
            guard error.code == .truncated || error.code == .damaged else { throw error }
        }
        return facts
    }
}
