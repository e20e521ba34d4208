// SPDX-License-Identifier: Apache-2.0
package import Model

/// Replaces what names somebody in observations. Used twice over one journal: first to gather all names, then to replace them.
///
/// What it does not know it leaves out; numbers, states and times stay, so that the copy replays to the same picture.
package struct ObservationRedactor {
    var texts = TextRedactor()
    var addresses: [String: Address] = [:]
    /// What was left out besides words, by its name.
    private(set) var leftOut: Set<String> = []

    /// Begins to gather names.
    ///
    /// - Parameter map: what stands for what already.
    package init(_ map: NameMap = NameMap()) { texts.map = map }

    /// Which name stands for which.
    package var map: NameMap { texts.map }

    /// How many words of free texts were left out.
    package var omittedWords: Int { texts.omitted }

    /// What was left out besides, in order.
    package var omittedParts: [String] { leftOut.sorted() }

    /// Notes the names of an observation.
    package mutating func gather(_ observation: Observation) { _ = redacted(observation) }

    /// Ends the gathering: every name gets what stands for it.
    package mutating func beginReplacing() {
        texts.map.number()
        texts.isGathering = false
        addresses = [:]
    }

    /// The observation for others.
    package mutating func redacted(_ observation: Observation) -> Observation {
        Observation(
            at: observation.at, source: observation.source.map { source($0) }, payload(observation.payload))
    }

    private mutating func payload(_ payload: Observation.Payload) -> Observation.Payload {
        switch payload {
        case .started(let options): .started(self.options(options))
        case .tick, .refresh, .ended, .acknowledged, .sourceRemoved, .streamOpened, .streamReplayed, .streamHeartbeat,
            .logProgress:
            payload
        case .sourceAdded(let origin): .sourceAdded(self.origin(origin))
        case .failed(let failure, let retryAt):
            .failed(SourceFailure(failure.code, free(failure.message)), retryAt: retryAt)
        case .membership(let view, let reply): .membership(self.view(view), self.reply(reply))
        case .membershipUnchanged(let reply): .membershipUnchanged(self.reply(reply))
        case .readiness(let answer): .readiness(self.answer(answer))
        case .liveness(let answer): .liveness(self.answer(answer))
        case .startup(let answer): .startup(self.answer(answer))
        case .streamEvent(let event, let replayed): .streamEvent(self.event(event), replayed: replayed)
        case .lifecycle(let line, let late): .lifecycle(lifecycle(line), late: late)
        case .bridge(let report, let reply): .bridge(bridge(report), self.reply(reply))
        case .telemetry(let telemetry, let reply): .telemetry(self.telemetry(telemetry), self.reply(reply))
        case .metrics(let report, let reply): .metrics(metrics(report), self.reply(reply))
        case .metricsUnchanged(let reply): .metricsUnchanged(self.reply(reply))
        case .probed(let report, let reply):
            .probed(ProbeReport(report.verdict, status: report.status, text: free(report.text)), self.reply(reply))
        case .kubernetes(let report): .kubernetes(kubernetes(report))
        case .contactPoint(let answer, let seeds): .contactPoint(answer, seeds: seeds.map { address($0) })
        }
    }

    // MARK: - Parts

    mutating func free(_ text: String) -> String { texts.text(text, .free) }

    mutating func names(_ text: String) -> String { texts.text(text, .names) }

    mutating func note(omitted part: String) { leftOut.insert(part) }

    /// The same node under another name. What the address is printed with stays: protocol and port.
    mutating func address(_ address: Address) -> Address {
        if let known = addresses[address.text] { return known }
        var text = "\(address.scheme)://\(texts.name(address.system, .system))"
        if let host = address.host, let port = address.port {
            let name = texts.name(host, .host)
            text += "@\(name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name):\(port)"
        }
        let result = (try? Address(parsing: text)) ?? address
        if texts.isGathering { return address }
        addresses[address.text] = result
        return result
    }

    mutating func address(_ address: Address?) -> Address? { address.map { self.address($0) } }

    mutating func node(_ node: UniqueAddress) -> UniqueAddress { UniqueAddress(address(node.address), uid: node.uid) }

    private mutating func source(_ source: SourceID) -> SourceID { SourceID(source.kind, names(source.target)) }

    private mutating func options(_ options: SessionOptions) -> SessionOptions {
        var result = options
        result.expectedMembers = [:]
        for (cluster, count) in options.expectedMembers.sorted(by: { $0.key < $1.key }) {
            result.expectedMembers[texts.name(cluster, .system)] = count
        }
        result.graph.namespaces = options.graph.namespaces.map { texts.name($0, .name) }
        if options.graph.focus != nil || options.graph.find != nil || options.graph.hide != nil {
            note(omitted: "focus and expressions of the service graph")
        }
        if !options.graph.memberRules.isEmpty { note(omitted: "rules for the workloads of members") }
        (result.graph.focus, result.graph.find, result.graph.hide, result.graph.memberRules) = (nil, nil, nil, [])
        return result
    }

    private mutating func origin(_ origin: SourceOrigin) -> SourceOrigin {
        SourceOrigin(
            cluster: origin.cluster.map { texts.name($0, .system) }, isConfigured: origin.isConfigured,
            member: address(origin.member), subject: origin.subject.map { subject($0) },
            pod: origin.pod.map { pod in
                PodPlace(
                    pod: object(pod.pod), container: pod.container.map { texts.name($0, .name) }, way: free(pod.way))
            })
    }

    private mutating func subject(_ subject: ProbeSubject) -> ProbeSubject {
        switch subject {
        case .workload(let name):
            .workload(
                WorkloadName(namespace: texts.name(name.namespace, .name), name: texts.name(name.name, .name)))
        case .member(let host, let port): .member(host: texts.name(host, .host), port: port)
        }
    }

    mutating func object(_ name: ObjectName) -> ObjectName {
        ObjectName(namespace: texts.name(name.namespace, .name), name: texts.name(name.name, .name))
    }

    mutating func reply(_ reply: Reply) -> Reply {
        let isKnown = reply.server.map { $0.hasPrefix("akka-http/") || $0.hasPrefix("pekko-http/") } ?? true
        if !isKnown { note(omitted: "names of web servers") }
        return Reply(
            latency: reply.latency, server: isKnown ? reply.server.map { free($0) == $0 ? $0 : self.version($0) } : nil)
    }

    /// `akka-http/10.2.10`, with nothing behind the version.
    private func version(_ text: String) -> String {
        String(
            text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "/" || $0 == ".") }.prefix(40)
        )
    }

    private mutating func answer(_ answer: ProbeAnswer) -> ProbeAnswer {
        switch answer {
        case .passed: .passed
        case .notPassed(let text): .notPassed(free(text))
        case .unavailable(let text): .unavailable(free(text))
        }
    }

    // MARK: - Membership

    private mutating func view(_ view: MembershipView) -> MembershipView {
        MembershipView(
            observer: address(view.observer), members: MemberList(view.members.members.map { member($0) }),
            unreachable: view.unreachable.map { record in
                UnreachableRecord(
                    subject: address(record.subject), observers: record.observers.map { address($0) })
            }, leader: address(view.leader), oldest: address(view.oldest))
    }

    private mutating func member(_ member: Member) -> Member {
        Member(node: node(member.node), status: member.status, roles: Roles(member.roles.names.map { role($0) }))
    }

    mutating func role(_ role: String) -> String {
        guard role.hasPrefix("dc-") else { return texts.name(role, .role) }
        return "dc-" + texts.name(String(role.dropFirst(3)), .role)
    }

    private mutating func event(_ event: DomainEvent) -> DomainEvent {
        switch event {
        case .member(let member): .member(self.member(member))
        case .memberRemoved(let member, let previous): .memberRemoved(self.member(member), previousStatus: previous)
        case .unreachable(let member): .unreachable(self.member(member))
        case .reachable(let member): .reachable(self.member(member))
        case .dataCenterUnreachable(let name): .dataCenterUnreachable(texts.name(name, .role))
        case .dataCenterReachable(let name): .dataCenterReachable(texts.name(name, .role))
        case .leaderChanged(let leader): .leaderChanged(address(leader))
        case .roleLeaderChanged(let role, let leader): .roleLeaderChanged(role: self.role(role), address(leader))
        case .shuttingDown: .shuttingDown
        case .unknown(let type): .unknown(type: free(type))
        }
    }
}
