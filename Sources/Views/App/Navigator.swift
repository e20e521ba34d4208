extension AppState {
    /// So long a way back is kept: going round in circles must not grow without bound.
    private static let longestWay = 32

    /// Goes to a place; esc leads back to where we are now.
    mutating func open(_ place: Place) {
        switch place {
        case .member(let cluster, let node): push(.member(cluster: cluster, node))
        case .pair(let pair): push(.pair(pair))
        case .source(let source): push(.source(source))
        case .node(let id): push(.node(id))
        case .edge(let id): push(.edge(id))
        case .cluster: show(.members)
        case .cell(let pair):
            point(at: pair)
            push(.screen(.matrix))
        case .event(let event):
            point(at: event)
            push(.screen(.timeline))
        }
    }

    mutating func push(_ page: Page) {
        guard page != self.page else { return }
        pages.append(page)
        if pages.count > Self.longestWay { pages.remove(at: 1) }
    }

    /// Goes to a screen itself; there is no way back from it.
    mutating func show(_ screen: ScreenID) {
        pages = [.screen(screen)]
        timeline.showAll()
        updateTimeline()
        enter(screen)
    }
}
