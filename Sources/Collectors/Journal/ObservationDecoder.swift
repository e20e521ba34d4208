// SPDX-License-Identifier: Apache-2.0
import Model

/// Turns payloads of records back into observations; the twin of ``ObservationEncoder``.
struct ObservationDecoder {
    var wire = WireReader([])
    var lastTime: Int64 = 0
    private var texts = ReferenceList<String>(("a text", "texts"))
    private var addresses: [String: Address] = [:]
    private var roles = ReferenceList<Roles>(("a set of roles", "role sets"))
    private var lists = RecentLists()
    var lastTelemetry: Telemetry?

    /// The observation of one payload.
    ///
    /// - Parameters:
    ///   - bytes: the payload.
    ///   - detail: whether more is wanted than its time; then it has no source, and is a tick.
    /// - Returns: the observation.
    /// - Throws: ``WireError`` if this version cannot read it.
    mutating func decode(
        _ bytes: ArraySlice<UInt8>, _ detail: JournalParser.Detail = .everything
    ) throws(WireError) -> Observation {
        wire = WireReader(bytes)
        lastTime &+= try wire.signed()
        if detail == .times { return Observation(at: Timestamp(microseconds: lastTime), source: nil, .tick) }
        let source = try wire.flag() ? try source() : nil
        let payload = try payload()
        guard wire.isAtEnd else { throw WireError("the record has bytes after its observation") }
        return Observation(at: Timestamp(microseconds: lastTime), source: source, payload)
    }

    private mutating func payload() throws(WireError) -> Observation.Payload {
        switch try wire.byte() {
        case ObservationCode.started: return .started(try options())
        case ObservationCode.tick: return .tick
        case ObservationCode.refresh: return .refresh
        case ObservationCode.ended: return try ended()
        case ObservationCode.sourceAdded: return .sourceAdded(try origin())
        case ObservationCode.sourceRemoved: return .sourceRemoved
        case ObservationCode.failed: return try failed()
        case ObservationCode.membership: return .membership(try view(), try reply())
        case ObservationCode.membershipUnchanged: return .membershipUnchanged(try reply())
        case ObservationCode.readiness: return .readiness(try probe())
        case ObservationCode.liveness: return .liveness(try probe())
        case ObservationCode.startup: return .startup(try probe())
        case ObservationCode.streamOpened: return .streamOpened
        case ObservationCode.streamEvent:
            let replayed = try wire.flag()
            return .streamEvent(try event(), replayed: replayed)
        case ObservationCode.streamReplayed: return .streamReplayed
        case ObservationCode.streamHeartbeat: return .streamHeartbeat
        case ObservationCode.lifecycle: return try lifecycle()
        case ObservationCode.logProgress: return .logProgress(try logProgress())
        case ObservationCode.bridge: return try bridge()
        case ObservationCode.telemetry: return try telemetry()
        case ObservationCode.metrics: return try metrics()
        case ObservationCode.metricsUnchanged: return .metricsUnchanged(try reply())
        case ObservationCode.probed: return try probed()
        case ObservationCode.kubernetes: return try kubernetes()
        case ObservationCode.contactPoint: return try contactPoint()
        case ObservationCode.acknowledged: return .acknowledged(incident: try wire.flag() ? try text() : nil)
        case let code: throw WireError("\(code) is no kind of observation that this version knows")
        }
    }

    // MARK: - Cases

    private mutating func options() throws(WireError) -> SessionOptions {
        var options = SessionOptions(
            interval: try wire.duration(), timeout: try wire.duration(), allPairs: try wire.flag())
        // Journals of the first versions end here.
        if !wire.isAtEnd { options.graph = try graphOptions() }
        if !wire.isAtEnd { options.expectedMembers = try expectedMembers() }
        return options
    }

    private mutating func expectedMembers() throws(WireError) -> [String: Int] {
        let count = try wire.signed()
        guard (0...1_000).contains(count) else { throw WireError("too many clusters with expected members") }
        var expected: [String: Int] = [:]
        for _ in 0..<count {
            let cluster = try text()
            guard let members = Int(exactly: try wire.signed()) else {
                throw WireError("too many members are expected")
            }
            expected[cluster] = members
        }
        return expected
    }

    private mutating func ended() throws(WireError) -> Observation.Payload {
        let reason = try value(.endReasons, "reason of an end")
        guard let exit = Int32(exactly: try wire.signed()) else { throw WireError("an exit code is too large") }
        return .ended(reason, exit: exit)
    }

    private mutating func origin() throws(WireError) -> SourceOrigin {
        var origin = SourceOrigin(
            cluster: try wire.flag() ? try text() : nil, isConfigured: try wire.flag(),
            member: try wire.flag() ? try address() : nil)
        // What was added later stands behind, each part under a number of its own.
        while !wire.isAtEnd { try addPart(to: &origin) }
        return origin
    }

    private mutating func failed() throws(WireError) -> Observation.Payload {
        let failure = SourceFailure(try value(.failures, "failure"), try text())
        return .failed(failure, retryAt: Timestamp(microseconds: lastTime &+ (try wire.signed())))
    }

    private mutating func view() throws(WireError) -> MembershipView {
        let (observer, members) = (try address(), try list())
        var unreachable: [UnreachableRecord] = []
        for _ in 0..<(try wire.count()) {
            var record = UnreachableRecord(subject: try address(), observers: [])
            for _ in 0..<(try wire.count()) { record.observers.append(try address()) }
            unreachable.append(record)
        }
        return MembershipView(
            observer: observer, members: members, unreachable: unreachable,
            leader: try wire.flag() ? try address() : nil, oldest: try wire.flag() ? try address() : nil)
    }

    mutating func reply() throws(WireError) -> Reply {
        Reply(latency: try wire.duration(), server: try wire.flag() ? try text() : nil)
    }

    private mutating func probe() throws(WireError) -> ProbeAnswer {
        switch try wire.byte() {
        case 1: return .passed
        case 2: return .notPassed(try text())
        case 3: return .unavailable(try text())
        case let code: throw WireError("\(code) is no answer of a probe")
        }
    }

    private mutating func event() throws(WireError) -> DomainEvent {
        switch try wire.byte() {
        case DomainEventCode.member: return .member(try member())
        case DomainEventCode.memberRemoved: return .memberRemoved(try member(), previousStatus: try status())
        case DomainEventCode.unreachable: return .unreachable(try member())
        case DomainEventCode.reachable: return .reachable(try member())
        case DomainEventCode.dataCenterUnreachable: return .dataCenterUnreachable(try text())
        case DomainEventCode.dataCenterReachable: return .dataCenterReachable(try text())
        case DomainEventCode.leaderChanged: return .leaderChanged(try wire.flag() ? try address() : nil)
        case DomainEventCode.roleLeaderChanged:
            let role = try text()
            return .roleLeaderChanged(role: role, try wire.flag() ? try address() : nil)
        case DomainEventCode.shuttingDown: return .shuttingDown
        case DomainEventCode.unknown: return .unknown(type: try text())
        case let code: throw WireError("\(code) is no domain event that this version knows")
        }
    }

    // MARK: - Parts

    private mutating func source() throws(WireError) -> SourceID {
        SourceID(try value(.sourceKinds, "kind of source"), try text())
    }

    mutating func address() throws(WireError) -> Address {
        let text = try text()
        if let known = addresses[text] { return known }
        do throws(AddressError) {
            let address = try Address(parsing: text)
            if addresses.count < JournalFormat.maximumReferences { addresses[text] = address }
            return address
        } catch {
            throw WireError("an address \(error)")
        }
    }

    private mutating func member() throws(WireError) -> Member {
        let node = UniqueAddress(try address(), uid: try wire.fixed())
        return Member(node: node, status: try status(), roles: try roleSet())
    }

    mutating func status() throws(WireError) -> MemberStatus {
        let code = try wire.byte()
        if code == 0 { return .unknown(try text()) }
        guard let status = CodeTable.statuses.value(of: code) else {
            throw WireError("\(code) is no status of a member")
        }
        return status
    }

    private mutating func roleSet() throws(WireError) -> Roles {
        let mark = ReferenceMark(number: try wire.number())
        if case .earlier(let number) = mark { return try roles.value(number) }
        var names: [String] = []
        for _ in 0..<(try wire.count()) { names.append(try text()) }
        let set = Roles(names)
        if mark == .kept { try roles.keep(set) }
        return set
    }

    private mutating func list() throws(WireError) -> MemberList {
        let distance = try wire.number()
        if distance > 0 { return try lists.list(distance) }
        var members: [Member] = []
        let count = try wire.count()
        members.reserveCapacity(min(count, JournalFormat.maximumReservedRows))
        for _ in 0..<count { members.append(try member()) }
        // Sorts once more: the order is a promise of the list, and the file is not trusted to keep it.
        let list = MemberList(members)
        lists.keep(list)
        return list
    }

    mutating func text() throws(WireError) -> String {
        let mark = ReferenceMark(number: try wire.number())
        if case .earlier(let number) = mark { return try texts.value(number) }
        let text = try wire.text()
        if mark == .kept { try texts.keep(text) }
        return text
    }

    mutating func value<Value>(_ table: CodeTable<Value>, _ what: String) throws(WireError) -> Value {
        let code = try wire.byte()
        guard let value = table.value(of: code) else {
            throw WireError("\(code) is no \(what) that this version knows")
        }
        return value
    }
}
