import Graph

/// One direction between two members in full.
enum PairPage {
    static func lines(of pair: PairID, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let row = context.picture.cluster(pair.cluster)?.snapshot.associations
            .first { $0.observer == pair.observer && $0.subject == pair.subject }
        let state = row?.status.state ?? .unknown
        return [
            StyledLine(
                "\(pair.observer.address.hostPort) \(context.glyphs.arrow) \(pair.subject.address.hostPort)", .title),
            StyledLine(state.rawValue),
        ]
    }
}
