// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// The state of the tables of the traffic.
struct TrafficModel: Equatable, Sendable {
    private(set) var kind = TrafficRowKind.edges
    var list = ListModel()

    /// What the rows are about, in the order shown.
    func subjects(in context: ScreenContext) -> [Subject] {
        guard let traffic = context.picture.traffic else { return [] }
        return traffic.rows(kind, sortedBy: list).map(traffic.subject)
    }

    // MARK: - Keys

    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, in context: ScreenContext) -> [Request] {
        list.handle(action, in: subjects(in: context), page: context.pageHeight)
    }

    /// - Returns: What the application has to do.
    mutating func handle(_ action: TrafficAction, in context: ScreenContext) -> [Request] {
        switch action {
        case .toggleRows:
            kind = kind.next
            list.restart()
        case .find: return [.ask(.filter)]
        case .hide: return [.ask(.expression(.hide))]
        case .nextType: return (context.snapshot.graph?.graph.type.next).map { [.showType($0)] } ?? []
        case .nextTrouble: goToTrouble(in: context)
        }
        return []
    }

    /// The next row that is not well, and after the last the first.
    private mutating func goToTrouble(in context: ScreenContext) {
        guard let picture = context.picture.traffic else { return }
        let rows = picture.rows(kind, sortedBy: list)
        let ids = rows.map(picture.subject)
        let start = list.position(in: ids)
        guard start >= 0 else { return }
        let isFresh = list.selected == nil
        for step in (isFresh ? 0 : 1)...rows.count {
            let index = (start + step) % rows.count
            if picture.isTroubled(rows[index]) { return list.select(index, in: ids) }
        }
    }
}

extension TrafficPicture {
    fileprivate func isTroubled(_ row: TrafficRow) -> Bool {
        switch row {
        case .edge(let place): graph.edges[place].health.level.isTrouble
        case .node(let place): graph.nodes[place].health.level.isTrouble
        case .gone: true
        }
    }
}
