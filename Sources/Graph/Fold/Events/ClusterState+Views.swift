import Model

extension ClusterState {
    /// The event of a difference that a poll or a stream showed.
    func event(
        _ difference: ObserverState.Difference, of observer: Address, from source: SourceID, at now: Timestamp
    ) -> MeshEvent {
        let who = observer.hostPort
        func event(
            _ kind: MeshEvent.Kind, _ subject: Address?, _ uid: Int64?, _ from: String?, _ to: String?, _ text: String,
            _ causality: Causality? = nil
        ) -> MeshEvent {
            MeshEvent(
                at: now, cluster: id, observer: observer, subject: subject, subjectUid: uid, kind: kind, from: from,
                to: to, origin: source.kind, text: "\(who) \(text)", source: source, causality: causality)
        }
        switch difference {
        case .status(let node, let from, let to):
            let change = from.map { "go from \($0.name) to \(to.name)" } ?? "as \(to.name)"
            let whom = node.address == observer ? "itself" : node.address.hostPort
            return event(
                .member, node.address, node.uid, from?.name, to.name, "sees \(whom) \(change)", causality(node, to))
        case .reachability(let node, let isReachable):
            let (from, to) = isReachable ? ("unreachable", "reachable") : ("reachable", "unreachable")
            let finders = isReachable ? [] : otherFinders(of: node.address, observer: observer)
            var found = event(
                .reachability, node.address, node.uid, from, to,
                reachabilityText(node.address, isReachable, observer: observer, finders))
            found.hearsay = MeshEvent.Hearsay(finders)
            return found
        case .leader(let from, let to):
            let text =
                "sees " + (to.map { $0 == observer ? "itself as leader" : "\($0.hostPort) as leader" } ?? "no leader")
            return event(.leader, to, to.flatMap(uid), from?.text, to?.text, text)
        case .shutdown: return event(.shutdown, observer, uid(of: observer), nil, nil, "says that it is shutting down")
        }
    }

    private func causality(_ node: UniqueAddress, _ to: MemberStatus) -> Causality? {
        switch to {
        case .down: .effect(.downing(of: node.address))
        case .joining: .effect(.start(of: node.address))
        default: nil
        }
    }

    /// A node's view lists what others found too, even about itself: that is hearsay, and says so.
    private func reachabilityText(
        _ subject: Address, _ isReachable: Bool, observer: Address, _ finders: [Address]
    ) -> String {
        if isReachable {
            return subject == observer ? "is reachable again for all others" : "sees \(subject.hostPort) as reachable"
        }
        let names = finders.map(\.hostPort)
        if subject == observer {
            return names.isEmpty
                ? "hears that others cannot reach it"
                : "hears that \(names.enumeration(separator: ", ")) cannot reach it"
        }
        guard !names.isEmpty else { return "sees \(subject.hostPort) as unreachable" }
        return "hears from \(names.enumeration(separator: ", ")) that \(subject.hostPort) is unreachable"
    }

    /// Who found a subject unreachable, unless the observer did so itself.
    private func otherFinders(of subject: Address, observer: Address) -> [Address] {
        let finders = observers[observer]?.view?.record(about: subject)?.observers ?? []
        return finders.contains(observer) ? [] : finders
    }
}
