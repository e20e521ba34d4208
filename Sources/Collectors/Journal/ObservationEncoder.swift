// SPDX-License-Identifier: Apache-2.0
import Model

/// Turns observations into payloads of records. Keeps what was written before, to refer to it.
struct ObservationEncoder {
    var wire = WireWriter()
    var lastTime: Int64 = 0
    private var texts = ReferenceTable<String>()
    private var roles = ReferenceTable<Roles>()
    private var lists = RecentLists()
    /// The last telemetry of any source: the next is much like it.
    var lastTelemetry: Telemetry?

    /// The payload of one observation.
    mutating func encode(_ observation: Observation) -> [UInt8] {
        wire.removeAll()
        wire.signed(observation.at.microseconds &- lastTime)
        lastTime = observation.at.microseconds
        optional(observation.source) { $0.source($1) }
        payload(observation.payload)
        return wire.bytes
    }

    private mutating func payload(_ payload: Observation.Payload) {
        switch payload {
        case .started(let options): started(options)
        case .tick: wire.byte(ObservationCode.tick)
        case .refresh: wire.byte(ObservationCode.refresh)
        case .ended(let reason, let exit): ended(reason, exit)
        case .acknowledged(let incident):
            wire.byte(ObservationCode.acknowledged)
            optional(incident) { $0.text($1) }
        case .sourceAdded(let origin): sourceAdded(origin)
        case .sourceRemoved: wire.byte(ObservationCode.sourceRemoved)
        case .failed(let failure, let retryAt): failed(failure, retryAt)
        case .membership(let view, let reply): membership(view, reply)
        case .membershipUnchanged(let reply):
            wire.byte(ObservationCode.membershipUnchanged)
            self.reply(reply)
        case .readiness(let answer): probe(ObservationCode.readiness, answer)
        case .liveness(let answer): probe(ObservationCode.liveness, answer)
        case .startup(let answer): probe(ObservationCode.startup, answer)
        case .streamOpened: wire.byte(ObservationCode.streamOpened)
        case .streamEvent(let event, let replayed):
            wire.byte(ObservationCode.streamEvent)
            wire.flag(replayed)
            self.event(event)
        case .streamReplayed: wire.byte(ObservationCode.streamReplayed)
        case .streamHeartbeat: wire.byte(ObservationCode.streamHeartbeat)
        case .lifecycle(let event, let late): lifecycle(event, late: late)
        case .logProgress(let progress): logProgress(progress)
        case .bridge(let report, let reply): bridge(report, reply)
        case .telemetry(let telemetry, let reply): self.telemetry(telemetry, reply)
        case .metrics(let report, let reply): metrics(report, reply)
        case .metricsUnchanged(let reply):
            wire.byte(ObservationCode.metricsUnchanged)
            self.reply(reply)
        case .probed(let report, let reply): probed(report, reply)
        case .kubernetes(let report): kubernetes(report)
        case .contactPoint(let answer, let seeds): contactPoint(answer, seeds)
        }
    }

    // MARK: - Cases

    private mutating func started(_ options: SessionOptions) {
        wire.byte(ObservationCode.started)
        wire.duration(options.interval)
        wire.duration(options.timeout)
        wire.flag(options.allPairs)
        graphOptions(options.graph)
        // Only where somebody says so: earlier versions read journals without it.
        guard !options.expectedMembers.isEmpty else { return }
        wire.signed(Int64(options.expectedMembers.count))
        for (cluster, count) in options.expectedMembers.sorted(by: { $0.key < $1.key }) {
            text(cluster)
            wire.signed(Int64(count))
        }
    }

    private mutating func ended(_ reason: EndReason, _ exit: Int32) {
        wire.byte(ObservationCode.ended)
        wire.byte(CodeTable.endReasons.code(of: reason) ?? 0)
        wire.signed(Int64(exit))
    }

    private mutating func sourceAdded(_ origin: SourceOrigin) {
        wire.byte(ObservationCode.sourceAdded)
        optional(origin.cluster) { $0.text($1) }
        wire.flag(origin.isConfigured)
        optional(origin.member) { $0.address($1) }
        if let subject = origin.subject { probeSubject(subject) }
        if let pod = origin.pod { podPlace(pod) }
    }

    private mutating func failed(_ failure: SourceFailure, _ retryAt: Timestamp) {
        wire.byte(ObservationCode.failed)
        wire.byte(CodeTable.failures.code(of: failure.code) ?? 0)
        text(Self.safe(failure.message))
        wire.signed(retryAt.microseconds &- lastTime)
    }

    private mutating func membership(_ view: MembershipView, _ reply: Reply) {
        wire.byte(ObservationCode.membership)
        address(view.observer)
        list(view.members)
        wire.count(view.unreachable.count)
        for record in view.unreachable {
            address(record.subject)
            wire.count(record.observers.count)
            for observer in record.observers { address(observer) }
        }
        optional(view.leader) { $0.address($1) }
        optional(view.oldest) { $0.address($1) }
        self.reply(reply)
    }

    mutating func reply(_ reply: Reply) {
        wire.duration(reply.latency)
        optional(reply.server) { $0.text($1) }
    }

    private mutating func probe(_ code: UInt8, _ answer: ProbeAnswer) {
        wire.byte(code)
        switch answer {
        case .passed: wire.byte(1)
        case .notPassed(let text):
            wire.byte(2)
            self.text(Self.safe(text))
        case .unavailable(let text):
            wire.byte(3)
            self.text(Self.safe(text))
        }
    }

    private mutating func event(_ event: DomainEvent) {
        switch event {
        case .member(let member): memberEvent(DomainEventCode.member, member)
        case .memberRemoved(let member, let previous):
            memberEvent(DomainEventCode.memberRemoved, member)
            status(previous)
        case .unreachable(let member): memberEvent(DomainEventCode.unreachable, member)
        case .reachable(let member): memberEvent(DomainEventCode.reachable, member)
        case .dataCenterUnreachable(let name): textEvent(DomainEventCode.dataCenterUnreachable, name)
        case .dataCenterReachable(let name): textEvent(DomainEventCode.dataCenterReachable, name)
        case .leaderChanged(let leader):
            wire.byte(DomainEventCode.leaderChanged)
            optional(leader) { $0.address($1) }
        case .roleLeaderChanged(let role, let leader):
            textEvent(DomainEventCode.roleLeaderChanged, role)
            optional(leader) { $0.address($1) }
        case .shuttingDown: wire.byte(DomainEventCode.shuttingDown)
        case .unknown(let type): textEvent(DomainEventCode.unknown, type)
        }
    }

    private mutating func memberEvent(_ code: UInt8, _ member: Member) {
        wire.byte(code)
        self.member(member)
    }

    private mutating func textEvent(_ code: UInt8, _ text: String) {
        wire.byte(code)
        self.text(text)
    }

    // MARK: - Parts

    private mutating func source(_ source: SourceID) {
        wire.byte(CodeTable.sourceKinds.code(of: source.kind) ?? 0)
        text(Self.safe(source.target))
    }

    mutating func address(_ address: Address) { text(address.text) }

    private mutating func member(_ member: Member) {
        address(member.node.address)
        wire.fixed(member.node.uid)
        status(member.status)
        roles(member.roles)
    }

    mutating func status(_ status: MemberStatus) {
        if let code = CodeTable.statuses.code(of: status) {
            wire.byte(code)
        } else {
            wire.byte(0)
            text(status.name)
        }
    }

    private mutating func roles(_ roles: Roles) {
        let mark = self.roles.mark(roles, mayKeep: roles.names.allSatisfy(Self.isASCII))
        wire.number(mark.number)
        if case .earlier = mark { return }
        wire.count(roles.names.count)
        for name in roles.names { text(name) }
    }

    /// 0 and the rows, or how many lists ago the same one came: observers that agree send the same list, one after the other.
    private mutating func list(_ list: MemberList) {
        if let distance = lists.distance(where: { Self.isSame($0, list) }) { return wire.count(distance) }
        wire.count(0)
        wire.count(list.members.count)
        for member in list.members { self.member(member) }
        lists.keep(list)
    }

    /// The text without secrets: neither those of URLs nor those that are named.
    static func safe(_ text: String) -> String { Secrets.withoutNamedValues(Secrets.masked(text)) }

    mutating func text(_ text: String) {
        let mayKeep = text.utf8.count <= JournalFormat.maximumReferenceLength && Self.isASCII(text)
        let mark = texts.mark(text, mayKeep: mayKeep)
        wire.number(mark.number)
        if case .earlier = mark { return }
        wire.text(text)
    }

    /// Swift takes texts of different bytes for equal when Unicode does; only among ASCII texts equal ones have equal bytes.
    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// Equal addresses may differ in their protocol, which is printed, so the texts are compared too.
    private static func isSame(_ a: MemberList, _ b: MemberList) -> Bool {
        if a === b { return true }
        return a == b && zip(a.members, b.members).allSatisfy { $0.node.address.text == $1.node.address.text }
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout ObservationEncoder, Value) -> Void) {
        wire.flag(value != nil)
        if let value { write(&self, value) }
    }
}
