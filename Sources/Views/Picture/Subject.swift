package import Model

/// One direction between two nodes of a cluster: a cell of the matrix.
package struct PairID: Hashable, Sendable {
    package var cluster: String
    package var observer: UniqueAddress
    package var subject: UniqueAddress

    package init(cluster: String, observer: UniqueAddress, subject: UniqueAddress) {
        self.cluster = cluster
        self.observer = observer
        self.subject = subject
    }

    /// The other direction.
    var reversed: PairID { PairID(cluster: cluster, observer: subject, subject: observer) }
}

/// What a selected row is about. The selection follows it wherever sorting puts it.
package enum RowID: Hashable, Sendable {
    case cluster(String)
    case member(cluster: String, UniqueAddress)
    /// Members that the matrix shows as one: those of a role or a data centre, or all that are well.
    case group(cluster: String, String)
    case source(SourceID)
    case event(MeshEvent)
    /// A node of the service graph, or what stands for several.
    case node(String)
    /// An edge of the service graph, or what stands for several.
    case edge(String)
}

/// A place one can go to and come back from.
package enum Page: Hashable, Sendable {
    case screen(ScreenID)
    /// One member in full.
    case member(cluster: String, UniqueAddress)
    /// One direction between two members in full.
    case pair(PairID)
    /// One source in full.
    case source(SourceID)
    /// One node of the service graph in full.
    case node(String)
    /// One edge of the service graph in full.
    case edge(String)
    /// One event in full; it stays when the log has dropped it.
    case event(EventLog.Entry)
    case help
}

/// Where a screen can send the reader; esc leads back to where it was sent from.
package enum Place: Hashable, Sendable {
    case member(cluster: String, UniqueAddress)
    /// The matrix, with the cursor on this cell.
    case cell(PairID)
    /// The page about this pair.
    case pair(PairID)
    /// The timeline, with this event selected.
    case event(MeshEvent)
    case source(SourceID)
    case cluster(String)
    /// The page about a node of the service graph, by its id.
    case node(String)
    /// The page about an edge of the service graph, by its id.
    case edge(String)
}
