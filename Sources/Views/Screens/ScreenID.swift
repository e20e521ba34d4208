/// A screen that a digit brings up. The numbers are fixed for good; screens without one yet come with their own issues.
package enum ScreenID: Hashable, Sendable, CaseIterable {
    case overview
    case members
    case matrix
    case timeline
    case sources

    package var digit: Int {
        switch self {
        case .overview: 1
        case .members: 2
        case .matrix: 4
        case .timeline: 5
        case .sources: 7
        }
    }

    package var name: String {
        switch self {
        case .overview: "Overview"
        case .members: "Members"
        case .matrix: "Matrix"
        case .timeline: "Timeline"
        case .sources: "Sources"
        }
    }
}
