/// A screen that a digit brings up. The numbers are fixed for good; screens without one yet come with their own issues.
package enum ScreenID: Hashable, Sendable, CaseIterable {
    case overview
    case members
    case graph
    case matrix
    case timeline
    case traffic
    case sources

    package var digit: Int {
        switch self {
        case .overview: 1
        case .members: 2
        case .graph: 3
        case .matrix: 4
        case .timeline: 5
        case .traffic: 6
        case .sources: 7
        }
    }

    package var name: String {
        switch self {
        case .overview: "Overview"
        case .members: "Members"
        case .graph: "Graph"
        case .matrix: "Matrix"
        case .timeline: "Timeline"
        case .traffic: "Traffic"
        case .sources: "Sources"
        }
    }
}
