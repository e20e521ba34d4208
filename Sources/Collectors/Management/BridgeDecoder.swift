// SPDX-License-Identifier: Apache-2.0
package import Model

/// Reads answers of the bridge, `GET /meshtop/remoting` (akka.md §10).
///
/// A bridge is another program: a wrong type, a number that is none or a list without end is an error with its path, never a value.
package final class BridgeDecoder {
    /// Maximum number of rows of one kind.
    static let maximumRows = 20_000
    /// Maximum duration, in milliseconds: a hundred years.
    static let maximumDuration = 3.2e12
    /// Maximum number of bytes of a reason, and of characters that are kept of it.
    static let maximumReason = (bytes: 1 << 16, characters: 500)
    /// Maximum number of characters of any other text.
    static let maximumText = 128

    private let parser = JSONParser(maximumBytes: 16 << 20)
    private let vocabulary: MemberVocabulary

    /// - Parameter vocabulary: where addresses are looked up.
    package init(vocabulary: MemberVocabulary = MemberVocabulary()) { self.vocabulary = vocabulary }

    /// Decodes one answer.
    ///
    /// - Parameters:
    ///   - body: the JSON document.
    ///   - known: the number of the last event that is known of a process with this uid; it and those before it are left out.
    /// - Returns: the report.
    /// - Throws: `JSONError` with the path of what is missing or of the wrong type.
    package func decode(
        _ body: PaddedBytes, known: (uid: Int64, sequence: Int64)? = nil
    ) throws(JSONError) -> BridgeReport {
        var report = try parser.parse(body) { (root) throws(JSONError) in try self.report(&root) }
        if let known, known.uid == report.node.uid { report.events.removeAll { $0.sequence <= known.sequence } }
        return report
    }

    private struct Head {
        var version: Int64?
        var address: Address?
        var uid: Int64?
        var at: Int64?
        var stack = ""
        var remoting = ""
    }

    private func report(_ root: inout JSONReader) throws(JSONError) -> BridgeReport {
        var head = Head()
        var (detectors, associations) = ([BridgeReport.Detector](), [BridgeReport.Association]())
        var (reachability, events) = ([BridgeReport.ReachabilityRecord](), [BridgeReport.Event]())
        var seen: [Address] = []
        try root.object { (value, name) throws(JSONError) in
            if name.equals("detectors") {
                detectors = try rows(&value) { (row) throws(JSONError) in try detector(&row) }
            } else if name.equals("associations") {
                associations = try rows(&value) { (row) throws(JSONError) in try association(&row) }
            } else if name.equals("reachability") {
                reachability = try rows(&value) { (row) throws(JSONError) in try record(&row) }
            } else if name.equals("seen") {
                seen = try rows(&value) { (row) throws(JSONError) in try vocabulary.address(row) }
            } else if name.equals("events") {
                events = try rows(&value) { (row) throws(JSONError) in try event(&row) }
            } else {
                try read(value, name, into: &head)
            }
        }
        guard try Self.present(head.version, "v") == 1 else {
            throw JSONError(path: "v", expected: "version 1", found: "version \(head.version ?? 0)")
        }
        let node = UniqueAddress(try Self.present(head.address, "self"), uid: try Self.present(head.uid, "uid"))
        return BridgeReport(
            node: node, stack: head.stack, transport: Self.transport(head.remoting),
            at: Timestamp(milliseconds: try Self.present(head.at, "atMs")), detectors: detectors,
            associations: associations, reachability: reachability, seen: seen,
            events: events.sorted { $0.sequence < $1.sequence })
    }

    private func read(
        _ value: borrowing JSONReader, _ name: UnsafeRawBufferPointer, into head: inout Head
    ) throws(JSONError) {
        if name.equals("v") {
            head.version = try value.int64()
        } else if name.equals("self") {
            head.address = try vocabulary.address(value)
        } else if name.equals("uid") {
            head.uid = try value.int64()
        } else if name.equals("atMs") {
            head.at = try value.int64()
        } else if name.equals("stack") {
            head.stack = try Self.text(value)
        } else if name.equals("remoting") {
            head.remoting = try Self.text(value)
        }
    }

    private static func transport(_ name: String) -> RemotingTransport {
        if name.hasPrefix("artery") { return .artery }
        return name.hasPrefix("classic") ? .classic : .unknown
    }

    /// The rows of an array; a row that comes as `nil` is left out.
    private func rows<Row>(
        _ array: inout JSONReader, _ row: (inout JSONReader) throws(JSONError) -> Row?
    ) throws(JSONError) -> [Row] {
        var rows: [Row] = []
        if array.isNull { return rows }
        try array.array { (value, position) throws(JSONError) in
            guard position < Self.maximumRows else {
                throw JSONError(expected: "at most \(Self.maximumRows) rows", found: "more")
            }
            if let made = try row(&value) { rows.append(made) }
        }
        return rows
    }

    // MARK: - Detectors

    private func detector(_ row: inout JSONReader) throws(JSONError) -> BridgeReport.Detector? {
        var (kind, peer, phi, isInfinite) = ("cluster", Address?.none, Double?.none, false)
        var (threshold, isAvailable, silence) = (Double?.none, Bool?.none, Double?.none)
        var numbers: [Double?] = Array(repeating: nil, count: 5)
        try row.object { (value, name) throws(JSONError) in
            if name.equals("kind") {
                kind = try Self.text(value)
            } else if name.equals("peer") {
                peer = try vocabulary.address(value)
            } else if name.equals("phi") {
                phi = try Self.number(value, upTo: .greatestFiniteMagnitude)
            } else if name.equals("phiInf") {
                isInfinite = try value.bool()
            } else if name.equals("threshold") {
                threshold = try Self.number(value, upTo: 1e9)
            } else if name.equals("available") {
                isAvailable = try value.bool()
            } else if name.equals("sinceMs") {
                silence = try Self.number(value, upTo: Self.maximumDuration)
            } else if let place = Self.historyPlace(name) {
                numbers[place] = try Self.number(value, upTo: Self.maximumDuration)
            }
        }
        guard kind == "cluster" else { return nil }
        return BridgeReport.Detector(
            peer: try Self.present(peer, "peer"), phi: isInfinite ? nil : phi, isInfinite: isInfinite,
            threshold: try Self.present(threshold, "threshold"),
            isAvailable: try Self.present(isAvailable, "available"),
            silence: Self.duration(try Self.present(silence, "sinceMs")), history: Self.history(numbers))
    }

    private static func historyPlace(_ name: UnsafeRawBufferPointer) -> Int? {
        if name.equals("samples") { return 0 }
        if name.equals("meanMs") { return 1 }
        if name.equals("stdDeviationMs") { return 2 }
        if name.equals("minStdDeviationMs") { return 3 }
        return name.equals("acceptablePauseMs") ? 4 : nil
    }

    /// The five numbers belong together: with one missing, the formula cannot be computed.
    private static func history(_ numbers: [Double?]) -> BridgeReport.HeartbeatHistory? {
        let known = numbers.compactMap { $0 }
        guard known.count == 5 else { return nil }
        return BridgeReport.HeartbeatHistory(
            samples: Int(min(known[0], 1e9)), mean: known[1], deviation: known[2], minimalDeviation: known[3],
            acceptablePause: known[4])
    }

    // MARK: - Associations

    private func association(_ row: inout JSONReader) throws(JSONError) -> BridgeReport.Association? {
        var (peer, uid, state) = (Address?.none, Int64?.none, AssociationState?.none)
        var (isHarmless, isBackingOff, isHandshaking) = (false, false, false)
        var (lastUsed, gatedUntil) = (Double?.none, Int64?.none)
        try row.object { (value, name) throws(JSONError) in
            if name.equals("peer") {
                peer = try vocabulary.address(value)
            } else if name.equals("uid") {
                uid = value.isNull ? nil : try value.int64()
            } else if name.equals("state") {
                state = AssociationState(rawValue: try Self.text(value)) ?? .unknown
            } else if name.equals("harmless") {
                isHarmless = value.isNull ? false : try value.bool()
            } else if name.equals("backoff") {
                isBackingOff = value.isNull ? false : try value.bool()
            } else if name.equals("handshaking") {
                isHandshaking = value.isNull ? false : try value.bool()
            } else if name.equals("lastUsedMs") {
                lastUsed = try Self.number(value, upTo: Self.maximumDuration)
            } else if name.equals("gatedUntilMs") {
                gatedUntil = value.isNull ? nil : try value.int64()
            }
        }
        return BridgeReport.Association(
            peer: try Self.present(peer, "peer"), uid: uid, state: try Self.present(state, "state"),
            isHarmless: isHarmless, isBackingOff: isBackingOff, lastUsed: lastUsed.map(Self.duration),
            isHandshaking: isHandshaking, gatedUntil: gatedUntil.map { Timestamp(milliseconds: $0) })
    }

    // MARK: - Records and events

    private func record(_ row: inout JSONReader) throws(JSONError) -> BridgeReport.ReachabilityRecord? {
        var (observer, subject) = (Address?.none, Address?.none)
        var (status, version) = (BridgeReport.ReachabilityRecord.Status?.none, Int64(0))
        try row.object { (value, name) throws(JSONError) in
            if name.equals("observer") {
                observer = try vocabulary.address(value)
            } else if name.equals("subject") {
                subject = try vocabulary.address(value)
            } else if name.equals("status") {
                status = BridgeReport.ReachabilityRecord.Status(rawValue: try Self.text(value))
                guard status != nil else { throw value.mismatch("Reachable, Unreachable or Terminated") }
            } else if name.equals("version") {
                version = try value.int64()
            }
        }
        return BridgeReport.ReachabilityRecord(
            observer: try Self.present(observer, "observer"), subject: try Self.present(subject, "subject"),
            status: try Self.present(status, "status"), version: version)
    }

    private func event(_ row: inout JSONReader) throws(JSONError) -> BridgeReport.Event? {
        var (sequence, at, type) = (Int64?.none, Int64?.none, String?.none)
        var (peer, uid) = (Address?.none, Int64?.none)
        var (isInbound, reason) = (Bool?.none, String?.none)
        try row.object { (value, name) throws(JSONError) in
            if name.equals("seq") {
                sequence = try value.int64()
            } else if name.equals("atMs") {
                at = try value.int64()
            } else if name.equals("type") {
                type = try Self.text(value)
            } else if name.equals("peer") {
                peer = try vocabulary.optionalAddress(value)
            } else if name.equals("uid") {
                uid = value.isNull ? nil : try value.int64()
            } else if name.equals("inbound") {
                isInbound = value.isNull ? nil : try value.bool()
            } else if name.equals("reason") {
                reason =
                    value.isNull
                    ? nil
                    : SafeText.line(
                        of: try value.string(maximum: Self.maximumReason.bytes), maximum: Self.maximumReason.characters)
            }
        }
        return BridgeReport.Event(
            sequence: sequence ?? 0, at: Timestamp(milliseconds: try Self.present(at, "atMs")),
            type: try Self.present(type, "type"), peer: peer, uid: uid, isInbound: isInbound, reason: reason)
    }

    // MARK: - Values

    /// A number from 0 to a maximum, or `nil`; -0.0 is 0.
    private static func number(_ value: borrowing JSONReader, upTo maximum: Double) throws(JSONError) -> Double? {
        if value.isNull { return nil }
        let number = try value.double()
        guard number.isFinite, number >= 0, number <= maximum else {
            throw value.mismatch("a number from 0 to \(maximum)")
        }
        return number + 0
    }

    private static func duration(_ milliseconds: Double) -> Duration { .microseconds(Int64(milliseconds * 1000)) }

    private static func text(_ value: borrowing JSONReader) throws(JSONError) -> String {
        SafeText.line(of: try value.string(), maximum: maximumText)
    }

    private static func present<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
        guard let value else { throw JSONError(path: name, expected: "a value", found: "no such field") }
        return value
    }
}
