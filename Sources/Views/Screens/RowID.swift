package import Graph

/// What a selected row is about. The selection follows it wherever sorting puts it.
package enum RowID: Hashable, Sendable {
    case cluster(String)
    case member(cluster: String, UniqueAddress)
    case source(SourceID)
}

/// A place one can go to and come back from.
package enum Page: Hashable, Sendable {
    case screen(ScreenID)
    /// One member in full.
    case member(cluster: String, UniqueAddress)
    /// One source in full.
    case source(SourceID)
    case help
}
