// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What stands in front of a message: when, who. Patterns of layouts are free, so it is searched, not parsed.
struct LogHeader {
    /// Maximum number of bytes in front of a message that are looked at.
    static let maximumHead = 4096

    var time: LogTime?
    /// The observer, if it is named.
    var observer: Address?
    /// The pod or container.
    var label: String?
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
        label = prefix.label.map {
            SafeText.line(of: UnsafeRawBufferPointer(rebasing: bytes[$0]), maximum: RecordScanner.maximumLabel)
        }
        guard prefix.end < end else {
            time = prefix.time
            return
        }
        let head = UnsafeRawBufferPointer(rebasing: bytes[max(prefix.end, end - Self.maximumHead)..<end])
        time = LogTimeReader.first(in: head)?.time ?? prefix.time
        observer = Self.observer(in: head)
    }

    private static let clusterWords = ["Cluster Node [", "kka.cluster.", "ekko.cluster.", "Cluster("].map {
        Array($0.utf8)
    }

    /// Whether bytes name the cluster as a logger or as the prefix of its messages.
    static func isCluster(_ bytes: UnsafeRawBufferPointer) -> Bool {
        clusterWords.contains { LogTemplate.first($0, in: bytes, from: 0, to: bytes.count) != nil }
    }

    /// The observer in the head of a line: the MDC's `akkaAddress`, or the path of the actor that logs, or the prefix of the cluster's
    /// messages. An actor's path has a host only if it is its own.
    static func observer(in head: UnsafeRawBufferPointer) -> Address? {
        var first: Range<Int>?
        for range in AddressScan.all(in: head) {
            let key = key(head, before: range.lowerBound)
            if key == .own { return address(head, range) }
            if key == .none, first == nil { first = range }
        }
        return first.flatMap { address(head, $0) }
    }

    static func address(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Address? {
        try? Address(parsing: String(decoding: bytes[range], as: UTF8.self))
    }

    private enum Key {
        case none
        case own
        /// A marker's property: the address of another node.
        case other
    }

    /// What a `name=` or `name:` in front of an address says.
    private static func key(_ bytes: UnsafeRawBufferPointer, before start: Int) -> Key {
        guard start > 8, bytes[start - 1] == 61 || bytes[start - 1] == 58 else { return .none }
        let name = bytes[max(0, start - 20)..<(start - 1)]
        if name.reversed().starts(with: "RemoteAddress".utf8.reversed()) { return .other }
        if name.reversed().starts(with: "kkaAddress".utf8.reversed()) { return .own }
        return name.reversed().starts(with: "ekkoAddress".utf8.reversed()) ? .own : .none
    }
}
