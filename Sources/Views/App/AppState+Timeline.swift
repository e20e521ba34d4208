import Model

extension AppState {
    /// Does what a key of the timeline says.
    mutating func perform(_ action: TimelineAction) {
        switch action {
        case .pickKind: prompt = .eventKind
        case .nextSeverity: changeFilter { $0.least = $0.least.next }
        case .toggleObserver: toggleObserver()
        case .goTo: goToSubject()
        case .previousOfPair: moveWithinPair(by: -1)
        case .nextOfPair: moveWithinPair(by: 1)
        case .zoomIn: zoom(by: -1)
        case .zoomOut: zoom(by: 1)
        case .zoomReset: timeline.zoom = nil
        }
    }

    /// Takes in what is shown now; cheap if nothing has changed.
    mutating func updateTimeline() {
        timeline.update(shown?.snapshot.events ?? EventLog())
    }

    // MARK: - Filters

    var isOnTimeline: Bool { page == .screen(.timeline) }

    mutating func changeFilter(_ change: (inout TimelineFilter) -> Void) {
        change(&timeline.filter)
        updateTimeline()
    }

    private mutating func toggleObserver() {
        guard timeline.filter.observer == nil else { return changeFilter { $0.observer = nil } }
        guard let event = timeline.selected?.event else { return }
        changeFilter { $0.observer = TimelineIndex.Lane(cluster: event.cluster, observer: event.observer) }
    }

    /// One key of the filter's prompt.
    mutating func pickKind(_ key: Key) {
        prompt = nil
        guard case .character(let scalar) = key else { return }
        switch scalar {
        case "w": changeFilter { $0.least = .warning }
        case "x": changeFilter { $0.least = .failure }
        case "0":
            changeFilter {
                $0.kind = nil
                $0.least = .notice
            }
        default:
            guard let digit = Int(String(scalar)), (1...MeshEvent.Kind.allCases.count).contains(digit) else { return }
            changeFilter { $0.kind = MeshEvent.Kind.allCases[digit - 1] }
        }
    }

    /// The kinds to choose from, in full where there is room.
    func kindPrompt() -> StyledLine {
        let isWide = size.columns >= 118
        var line = isWide ? StyledLine("Show ", .heading) : .empty
        func add(_ key: String, _ full: String, _ brief: String) {
            line.append(key, .key)
            line.append(isWide ? " \(full)  " : " \(brief) ")
        }
        for (index, kind) in MeshEvent.Kind.allCases.enumerated() { add("\(index + 1)", kind.word, kind.brief) }
        add("w", "warnings", "warn")
        add("x", "failures", "bad")
        add("0", "all", "all")
        return line
    }

    // MARK: - Moving

    mutating func moveOnTimeline(by offset: Int) {
        guard timeline.index.count > 0 else { return }
        timeline.select(timeline.position + offset)
    }

    private mutating func zoom(by offset: Int) {
        let present = TimeAxis.zoom(timeline, now: now)
        timeline.zoom = min(max(0, present + offset), TimeAxis.spans.count - 1)
    }

    /// The event that keys are about: the one whose page is open, or the selected one.
    private var presentEvent: EventLog.Entry? {
        if case .event(let entry) = page { return entry }
        return timeline.selected
    }

    /// Of events without a subject those of the same observer count.
    private mutating func moveWithinPair(by step: Int) {
        guard let present = presentEvent,
            let rank = timeline.index.rank(of: present.number, near: present.place)
        else { return }
        let event = present.event
        let found = timeline.index.next(from: rank, step: step) {
            $0.event.observer == event.observer && $0.event.subject == event.subject
                && $0.event.cluster == event.cluster
        }
        guard let found, let entry = timeline.index.entry(found) else { return }
        timeline.select(entry)
        if case .event = page { pages[pages.count - 1] = .event(entry) }
    }

    // MARK: - Going elsewhere and coming from there

    mutating func openEvent() {
        guard let entry = timeline.selected else { return }
        push(.event(entry))
    }

    private mutating func goToSubject() {
        guard let event = presentEvent?.event, let cluster = shown?.cluster(event.cluster) else { return }
        let observer = event.observer.flatMap { cluster.node(at: $0, uid: nil) }
        let subject = event.subject.flatMap { cluster.node(at: $0, uid: event.subjectUid) }
        let present = Set(cluster.present.map(\.node))
        let isOfPair = ![.member, .leader, .shutdown].contains(event.kind)
        if isOfPair, let observer, let subject, observer != subject, present.isSuperset(of: [observer, subject]) {
            return open(.cell(PairID(cluster: event.cluster, observer: observer, subject: subject)))
        }
        guard let node = subject ?? observer else { return }
        open(.member(cluster: event.cluster, node))
    }

    /// What the events of the place that we are at would be about; nil if it is about nobody.
    var eventFocus: TimelineFocus? {
        switch page {
        case .member(let cluster, let node): .member(cluster: cluster, node.address)
        case .pair(let pair): focus(of: pair)
        case .screen(.matrix): matrixFocus
        case .screen(.members), .screen(.overview): selectedFocus
        default: nil
        }
    }

    private func focus(of pair: PairID) -> TimelineFocus {
        .pair(cluster: pair.cluster, pair.observer.address, pair.subject.address)
    }

    private var matrixFocus: TimelineFocus? {
        switch cellPlace {
        case .pair(let pair): focus(of: pair)
        case .member(let cluster, let node): .member(cluster: cluster, node.address)
        default: nil
        }
    }

    private var selectedFocus: TimelineFocus? {
        let rows = rows(of: screen)
        let position = list(of: screen).position(in: rows)
        guard position >= 0 else { return nil }
        switch rows[position] {
        case .member(let cluster, let node): return .member(cluster: cluster, node.address)
        case .cluster(let cluster): return .cluster(cluster)
        case .group, .source, .event, .node, .edge: return nil
        }
    }

    mutating func showEvents() {
        guard let focus = eventFocus else { return }
        timeline.open(for: focus)
        updateTimeline()
        push(.screen(.timeline))
    }

    /// Shows one event among all others.
    mutating func point(at event: MeshEvent) {
        timeline.open(for: nil)
        timeline.filter = TimelineFilter()
        updateTimeline()
        if let entry = timeline.index.entry(of: event) { timeline.select(entry) }
    }
}

extension ClusterPicture {
    /// The node at an address: the incarnation that was named, otherwise the present one.
    fileprivate func node(at address: Address, uid: Int64?) -> UniqueAddress? {
        let found = snapshot.members.filter { $0.node.address == address }
        return found.first { $0.node.uid == uid }?.node ?? found.first { $0.removedAt == nil }?.node ?? found.last?.node
    }
}
