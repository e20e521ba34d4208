// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What stands in front of a message, or around it: when, who. Patterns of layouts are free, so it is searched, not parsed.
struct LogHeader: Equatable {
    /// Maximum number of bytes in front of a message that are looked at.
    static let maximumHead = 4096

    var time: LogTime?
    /// The same time of day in UTC, as MDC's `akkaTimestamp` has it.
    var utc: LogTime?
    /// The observer, if it is named.
    var observer: Address?
    /// The incarnation that writes, as MDC's `akkaUid` has it.
    var uid: Int64?
    /// Whether the message itself names the observer, `Cluster Node [self]`: nothing else counts then.
    var isOfMessage = false
    /// The pod or container.
    var label: String?
    /// A first word that may name the node, if it turns out to do so.
    var weakLabel: String?
    /// Whether it says that the line is the cluster's.
    var isCluster = false

    init() {}

    /// Reads the head of a line of text.
    ///
    /// - Parameters:
    ///   - bytes: the line.
    ///   - end: where the message begins.
    init(text bytes: UnsafeRawBufferPointer, end: Int) {
        let prefix = LinePrefix(bytes)
        label = Self.name(bytes, prefix.label)
        weakLabel = Self.name(bytes, prefix.weakLabel)
        time = prefix.time
        guard prefix.end < end else { return }
        let head = UnsafeRawBufferPointer(rebasing: bytes[max(prefix.end, end - Self.maximumHead)..<end])
        if let own = LogTimeReader.first(in: head)?.time { time = own.isComplete ? own : own.dated(by: prefix.time) }
        read(head)
    }

    /// Reads a context: names and values in any order, without a time of its own.
    init(context bytes: UnsafeRawBufferPointer) { read(bytes) }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) {
        utc = Self.timestamp(in: bytes)
        uid = Self.uid(in: bytes)
        if let own = Self.selfAddress(in: bytes) {
            (observer, isOfMessage) = (own, true)
        } else {
            observer = Self.observer(in: bytes)
        }
    }

    /// What is missing here is taken from what stands around it.
    mutating func fill(from outer: LogHeader) {
        time = time.map { $0.isComplete ? $0 : $0.dated(by: outer.time) } ?? outer.time
        utc = utc ?? outer.utc
        uid = uid ?? outer.uid
        if !isOfMessage, outer.isOfMessage || observer == nil {
            (observer, isOfMessage) = (outer.observer ?? observer, outer.isOfMessage)
        }
        label = label ?? outer.label
        weakLabel = weakLabel ?? outer.weakLabel
        isCluster = isCluster || outer.isCluster
    }

    /// When the line was written: the zone of a local time follows from the time in UTC beside it.
    var moment: LogTime? {
        guard let utc else { return time }
        guard let time, time.written != nil else {
            return utc.written == nil && time != nil ? time?.zoned(by: utc) : utc
        }
        return time.zoned(by: utc)
    }

    private static func name(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>?) -> String? {
        range.map {
            SafeText.line(of: UnsafeRawBufferPointer(rebasing: bytes[$0]), maximum: RecordScanner.maximumLabel)
        }
    }

    // MARK: - Words

    private static let clusterWords = ["Cluster Node [", "kka.cluster.", "ekko.cluster.", "Cluster("].map {
        Array($0.utf8)
    }
    private static let selfWord = clusterWords[0]
    private static let timestampWord = Array("Timestamp=".utf8)

    /// Whether bytes name the cluster as a logger or as the prefix of its messages.
    static func isCluster(_ bytes: UnsafeRawBufferPointer) -> Bool {
        clusterWords.contains { LogTemplate.first($0, in: bytes, from: 0, to: bytes.count) != nil }
    }

    /// The node that the cluster's messages name themselves, `Cluster Node [akka://Shop@10.0.0.7:25520] - `.
    static func selfAddress(in bytes: UnsafeRawBufferPointer) -> Address? {
        guard let place = LogTemplate.last(selfWord, in: bytes, before: bytes.count) else { return nil }
        let start = place + selfWord.count
        return AddressScan.end(bytes, from: start).flatMap { address(bytes, start..<$0) }
    }

    /// `akkaTimestamp=05:10:13.116UTC`.
    private static func timestamp(in bytes: UnsafeRawBufferPointer) -> LogTime? {
        guard let place = LogTemplate.first(timestampWord, in: bytes, from: 0, to: bytes.count), place >= 4,
            bytes[place - 1] == UInt8(ascii: "a") || bytes[place - 1] == UInt8(ascii: "o")
        else { return nil }
        return LogTimeReader.whole(UnsafeRawBufferPointer(rebasing: bytes[(place + timestampWord.count)...]))
    }

    /// `akkaUid=-5321`, `"pekkoUid":"77"`.
    private static func uid(in bytes: UnsafeRawBufferPointer) -> Int64? {
        for word in uidWords {
            guard let place = LogTemplate.first(word, in: bytes, from: 0, to: bytes.count) else { continue }
            var start = place + word.count
            while start < bytes.count, [34, 39, 92, 61, 58, 32].contains(bytes[start]) { start += 1 }
            var end = start
            while end < bytes.count, end - start < 21, bytes[end] == 45 || (48...57).contains(bytes[end]) { end += 1 }
            if end > start { return Int64(decimal: UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
        }
        return nil
    }

    private static let uidWords = ["akkaUid", "pekkoUid"].map { Array($0.utf8) }

    /// The observer in the head of a line: the MDC's `akkaAddress`, or the path of the actor that logs, the nearest to the message. An
    /// actor's path has a host only if it is its own.
    static func observer(in head: UnsafeRawBufferPointer) -> Address? {
        var nearest: Range<Int>?
        for range in AddressScan.all(in: head) {
            let key = key(head, before: range.lowerBound)
            if key == .own { return address(head, range) }
            if key == .none { nearest = range }
        }
        return nearest.flatMap { address(head, $0) }
    }

    static func address(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Address? {
        try? Address(parsing: String(decoding: bytes[range], as: UTF8.self))
    }

    /// Whether an address is that of another node's actor: `Actor[akka://…]`, or the path under which Akka's `RemoteActorRef` logs.
    private static func isRemote(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        let before = bytes[max(0, start - 24)..<start]
        return before.reversed().starts(with: "Actor[".utf8.reversed())
            || LogTemplate.first(remoteRef, in: UnsafeRawBufferPointer(rebasing: before), from: 0, to: before.count)
                != nil
    }

    /// The class that logs under the path of another node's actor.
    static let remoteRef = Array("RemoteActorRef".utf8)

    private enum Key {
        case none
        case own
        /// A marker's property: the address of another node.
        case other
    }

    /// What a `name=` or `name:` in front of an address says.
    private static func key(_ bytes: UnsafeRawBufferPointer, before start: Int) -> Key {
        if isRemote(bytes, start) { return .other }
        var end = start
        while end > 0, [34, 39, 92].contains(bytes[end - 1]) { end -= 1 }
        guard end > 8, bytes[end - 1] == 61 || bytes[end - 1] == 58 else { return .none }
        end -= 1
        while end > 0, [34, 39, 92].contains(bytes[end - 1]) { end -= 1 }
        let name = bytes[max(0, end - 20)..<end]
        if name.reversed().starts(with: "RemoteAddress".utf8.reversed()) { return .other }
        if name.reversed().starts(with: "kkaAddress".utf8.reversed()) { return .own }
        return name.reversed().starts(with: "ekkoAddress".utf8.reversed()) ? .own : .none
    }
}
