internal import Model

/// A row of the catalogue: one way in which Akka and Pekko print one thing.
struct LogPattern: Sendable {
    typealias Kind = LifecycleEvent.Kind

    /// The code of the pattern (akka.md §8); several rows may have one.
    let code: String
    /// As `LogTemplate` reads it.
    let template: String
    /// Whether the line must say that it is the cluster's: others print these words too.
    let isClusterOnly: Bool
    /// What it means.
    let meaning: @Sendable (LogMatch) -> Kind

    init(
        _ code: String, _ template: String, clusterOnly: Bool = false,
        _ meaning: @escaping @Sendable (LogMatch) -> Kind = { _ in .other }
    ) {
        self.code = code
        self.template = template
        isClusterOnly = clusterOnly
        self.meaning = meaning
    }

    /// Which remoting prints it.
    var transport: RemotingTransport {
        switch code {
        case "T05", "T09", "T26": .unknown
        case _ where code.hasPrefix("C"): .classic
        case _ where code.hasPrefix("T"): .artery
        default: .unknown
        }
    }
}

/// The values of a matched message, read when they are wanted. Valid as long as the bytes are.
struct LogMatch {
    let bytes: UnsafeRawBufferPointer
    /// Where the message begins.
    let start: Int
    let captures: LogCaptures

    /// A field's text, cleaned; at most so many bytes of it are looked at.
    func text(_ field: LogField, limit: Int = 200) -> String {
        captures[field].map { SafeText.line(of: slice($0), maximum: limit) } ?? ""
    }

    func address(_ field: LogField) -> Address? {
        captures[field].flatMap { try? Address(parsing: String(decoding: slice($0), as: UTF8.self)) }
    }

    func int64(_ field: LogField) -> Int64? {
        captures[field].flatMap { Int64(decimal: slice($0)) }
    }

    func int(_ field: LogField) -> Int { int64(field).flatMap { Int(exactly: $0) } ?? 0 }

    /// A duration of a field of milliseconds.
    func milliseconds(_ field: LogField = .ms) -> Duration? {
        int64(field).flatMap { $0 >= 0 && $0 < 1 << 40 ? .milliseconds($0) : nil }
    }

    var status: MemberStatus { MemberStatus(name: text(.status, limit: 64)) }

    /// Why, told from the reason, the cause and what follows them.
    var failure: AssociationFailure {
        guard let start = captures[.reason]?.lowerBound ?? captures[.cause]?.lowerBound else { return .other }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(4096))
        return AssociationFailure(reason: String(decoding: rest, as: UTF8.self))
    }

    var stream: LifecycleEvent.OutboundStream? {
        LifecycleEvent.OutboundStream(rawValue: text(.stream, limit: 40))
    }

    /// Artery numbers its streams: control, large message, then one or more of messages.
    var numberedStream: LifecycleEvent.OutboundStream? {
        switch int64(.count) {
        case 0: .control
        case 1: .largeMessage
        case .some: .message
        case nil: nil
        }
    }

    /// Whether the message has these words from a field's value on.
    func says(_ words: String) -> Bool {
        LogTemplate.first(Array(words.utf8), in: bytes, from: start, to: min(bytes.count, start + 4096)) != nil
    }

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
}

/// All rows, compiled, with the search for their keys.
final class LogCatalogue {
    /// Shorter literals are in too many lines.
    static let shortestKey = 10

    static var rows: [LogPattern] { membershipRows + detectionRows + classicRows + arteryRows + operationRows }

    private let rows = LogCatalogue.rows
    private let templates: [LogTemplate?]
    /// By number of the word that was found: the rows to try, in order.
    private var rowsByWord: [[Int]] = []
    let search: LiteralSearch

    init() {
        templates = rows.map { LogTemplate($0.template, shortestKey: Self.shortestKey) }
        var words: [[UInt8]: Int] = [:]
        for (number, template) in templates.enumerated() {
            guard let key = template?.key else { continue }
            let word = words[key] ?? rowsByWord.count
            if word == rowsByWord.count { rowsByWord.append([]) }
            words[key] = word
            rowsByWord[word].append(number)
        }
        search = LiteralSearch(words.sorted { $0.value < $1.value }.map(\.key))
    }

    /// The first pattern that the bytes contain.
    ///
    /// - Parameters:
    ///   - bytes: a line or a message.
    ///   - hit: the first word that was found in it.
    ///   - isCluster: whether the line says that it is of the cluster.
    ///   - isStart: whether a message may begin at a place.
    /// - Returns: the pattern with its values, or `nil`.
    func match(
        _ bytes: UnsafeRawBufferPointer, hit: LiteralSearch.Hit, isCluster: @autoclosure () -> Bool,
        isStart: (Int) -> Bool
    ) -> (pattern: LogPattern, match: LogMatch)? {
        var next: LiteralSearch.Hit? = hit
        var attempts = 0
        while let hit = next, attempts < 64 {
            attempts += 1
            for number in rowsByWord[hit.word] {
                guard let found = templates[number]?.match(bytes, keyStart: hit.start), isStart(found.start) else {
                    continue
                }
                guard !rows[number].isClusterOnly || isCluster() else { continue }
                return (rows[number], LogMatch(bytes: bytes, start: found.start, captures: found.captures))
            }
            next = search.first(in: bytes, from: hit.start + 1)
        }
        return nil
    }
}
