// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A row of the catalogue: one way in which Akka and Pekko print one thing.
struct LogPattern: Sendable {
    typealias Kind = LifecycleEvent.Kind

    /// Which remoting prints a line.
    enum Remoting {
        case classic
        case artery
        /// Either prints the same words; the peer's address says which.
        case ofPeer
        /// The line is not of remoting.
        case none

        /// The transport of an event.
        func transport(peer: Address?) -> RemotingTransport {
            switch self {
            case .classic: .classic
            case .artery: .artery
            case .ofPeer: peer?.transport ?? .unknown
            case .none: .unknown
            }
        }
    }

    /// The code of the pattern (akka.md §8); several rows may have one.
    let code: String
    /// As `LogTemplate` reads it.
    let template: String
    /// Whether the line must say that it is the cluster's: others print these words too.
    let isClusterOnly: Bool
    /// Which remoting prints it.
    let remoting: Remoting
    /// Whether the reason stands in a stack trace behind the line.
    let hasStackTrace: Bool
    /// Which lists it has.
    let payload: LinePayloadReader.Form?
    /// What it means.
    let meaning: @Sendable (LogMatch) -> Kind

    /// - Parameters:
    ///   - code: the code of the pattern.
    ///   - template: the words with fields in braces.
    ///   - clusterOnly: whether the line must say that it is the cluster's.
    ///   - remoting: which remoting prints it.
    ///   - hasStackTrace: whether the reason stands in a stack trace behind the line.
    ///   - payload: which lists it has.
    ///   - meaning: makes the event's kind of the fields; without it the line is only evidence.
    init(
        _ code: String, _ template: String, clusterOnly: Bool = false, remoting: Remoting = .none,
        hasStackTrace: Bool = false, payload: LinePayloadReader.Form? = nil,
        _ meaning: @escaping @Sendable (LogMatch) -> Kind = { _ in .other }
    ) {
        self.code = code
        self.template = template
        isClusterOnly = clusterOnly
        self.remoting = remoting
        self.hasStackTrace = hasStackTrace
        self.payload = payload
        self.meaning = meaning
    }
}

/// The values of a matched message, read when they are wanted. Valid as long as the bytes are.
struct LogMatch {
    let bytes: UnsafeRawBufferPointer
    /// Where the message begins.
    let start: Int
    let captures: LogCaptures

    /// Maximum number of bytes of a message in which reasons and words are looked for.
    static let maximumReason = 4096
    /// Maximum number of characters of the name of a phase, data centre or status.
    static let maximumName = 64
    /// Maximum number of characters of the name of a strategy or decision.
    static let maximumDecision = 60

    /// A field's text, cleaned.
    ///
    /// - Parameters:
    ///   - field: the field.
    ///   - maximum: Maximum number of characters.
    /// - Returns: the text; empty if the message has no such field.
    func text(_ field: LogField, maximum: Int = 200) -> String {
        captures[field].map { SafeText.line(of: slice($0), maximum: maximum) } ?? ""
    }

    /// A field's address, without the path of an actor.
    func address(_ field: LogField) -> Address? {
        captures[field].flatMap { range in
            let text = slice(range)
            if let whole = LogHeader.address(text, 0..<text.count) { return whole }
            return AddressScan.all(in: text).first.flatMap { LogHeader.address(text, $0) }
        }
    }

    func int64(_ field: LogField) -> Int64? {
        captures[field].flatMap { Int64(decimal: slice($0)) }
    }

    func int(_ field: LogField) -> Int { int64(field).flatMap { Int(exactly: $0) } ?? 0 }

    /// A duration of a field of milliseconds.
    func milliseconds(_ field: LogField = .ms) -> Duration? {
        int64(field).flatMap { $0 >= 0 && $0 < 1 << 40 ? .milliseconds($0) : nil }
    }

    var status: MemberStatus { MemberStatus(name: text(.status, maximum: Self.maximumName)) }

    /// Why, as the reason, the cause and what follows them say.
    var failure: AssociationFailure {
        guard let start = captures[.reason]?.lowerBound ?? captures[.cause]?.lowerBound else { return .other }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(Self.maximumReason))
        return AssociationFailure(reason: String(decoding: rest, as: UTF8.self))
    }

    var stream: LifecycleEvent.OutboundStream? {
        LifecycleEvent.OutboundStream(rawValue: text(.stream, maximum: 40))
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
        LogTemplate.first(Array(words.utf8), in: bytes, from: start, to: min(bytes.count, start + Self.maximumReason))
            != nil
    }

    /// The members of a list, `Member(akka://Shop@10.0.0.9:25520, Up)` and its forms.
    ///
    /// - Parameter maximum: Maximum number of members.
    /// - Returns: their addresses, one that is none for a list without any; `nil` if the pattern has no list.
    func members(maximum: Int) -> [Address?]? {
        guard let range = captures[.members] else { return nil }
        let list = slice(range)
        let found = AddressScan.all(in: list).prefix(maximum).map { LogHeader.address(list, $0) }
        return found.isEmpty ? [nil] : found
    }

    /// The message, for people.
    func evidence(line: Int) -> LifecycleEvent.Evidence {
        let message = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let text = Self.plain(message) ?? SafeText.line(of: message, maximum: LifecycleEvent.Evidence.maximumLength)
        return LifecycleEvent.Evidence(text, line: line)
    }

    /// The message as it is, if it is short and of visible ASCII, as nearly all are: looking at each character costs far more.
    private static func plain(_ message: UnsafeRawBufferPointer) -> String? {
        guard message.count <= LifecycleEvent.Evidence.maximumLength else { return nil }
        var before: UInt8 = 32
        for byte in message {
            guard byte >= 32, byte < 127, byte != 32 || before != 32 else { return nil }
            before = byte
        }
        return before == 32 ? nil : String(decoding: message, as: UTF8.self)
    }

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
}

/// All rows, compiled, with the search for their keys.
///
/// A class, because all scanners of a thread share it; it never changes.
final class LogCatalogue {
    /// Shorter literals are in too many lines.
    static let shortestKey = 10
    /// Maximum number of words of a line that are tried, so that a hostile line costs its own length only.
    static let maximumAttempts = 64

    static var rows: [LogPattern] {
        membershipRows + detectionRows + classicRows + arteryRows + operationRows + newerRows
    }

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
        while let hit = next, attempts < Self.maximumAttempts {
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
