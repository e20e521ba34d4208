// SPDX-License-Identifier: Apache-2.0
import Model

/// The pages of text about a subject.
enum SubjectPage {
    /// The lines of the page, with what they lead to.
    ///
    /// - Parameters:
    ///   - subject: What the page is about.
    ///   - screens: The state of the screens.
    ///   - context: The data.
    ///   - width: The columns of the page.
    /// - Returns: The lines, from the top.
    static func lines(
        of subject: Subject, _ screens: ScreenModels, _ context: ScreenContext, width: Int
    ) -> [PageLine] {
        switch subject {
        case .member(let cluster, let node):
            let lines = MemberPage.lines(of: node, in: cluster, context, width: width).map { PageLine($0) }
            return withFindings([node.address.text], lines, context, width: width)
        case .pair(let pair):
            let lines = PairPage.lines(of: pair, context, width: width).map { PageLine($0) }
            return withFindings([pair.observer.address.text, pair.subject.address.text], lines, context, width: width)
        case .source(let id): return SourcePage.lines(of: id, context, width: width).map { PageLine($0) }
        case .pod(let name): return PodPage.lines(of: name, context, width: width).map { PageLine($0) }
        case .workload(let kind, let name):
            return WorkloadPage.lines(of: kind, name, context, width: width).map { PageLine($0) }
        case .object(let object): return IstioPage.lines(of: object, context, width: width).map { PageLine($0) }
        case .incident(let id): return IncidentPage.lines(of: id, context, width: width)
        case .node(let id):
            return withFindings([id], NodePage.lines(of: id, context, width: width), context, width: width)
        case .edge(let id):
            return withFindings([id], EdgePage.lines(of: id, context, width: width), context, width: width)
        case .event(let entry):
            return EventPage.lines(of: screens.timeline.current(entry), context, width: width).map { PageLine($0) }
        // Clusters have no page, the list of members shows them; what stands for several has none either.
        case .cluster, .group: return []
        }
    }

    /// A page says below its title what is known to be wrong with what it is about.
    private static func withFindings(
        _ subjects: [String], _ lines: [PageLine], _ context: ScreenContext, width: Int
    ) -> [PageLine] {
        let found = FindingLines.about(subjects, context, width: width)
        return Array(lines.prefix(1)) + found + lines.dropFirst()
    }

    /// What the page is called in the way that leads to it.
    static func title(of subject: Subject, _ picture: Picture?, _ glyphs: GlyphSet) -> String {
        switch subject {
        case .cluster(let id): id
        case .member(_, let node): node.address.hostPort
        case .group(_, let name): name
        case .pair(let pair): title(of: pair, picture, glyphs)
        case .source(let id): id.description
        case .pod(let name): name.name
        case .workload(let kind, let name): "\(kind) \(name.name)"
        case .object(let object): "\(object.kind) \(object.name.name)"
        case .incident(let id): "Incident \(id)"
        case .node(let id): title(ofNode: id, picture?.traffic)
        case .edge(let id): title(ofEdge: id, picture?.traffic, glyphs)
        case .event: "Event"
        }
    }

    private static func title(of pair: PairID, _ picture: Picture?, _ glyphs: GlyphSet) -> String {
        let names = picture?.cluster(pair.cluster)?.names ?? AddressNames([])
        let (observer, subject) = (pair.observer.address, pair.subject.address)
        return "\(names.text(of: observer, .distinct)) \(glyphs.arrow) \(names.text(of: subject, .distinct))"
    }

    private static func title(ofNode id: String, _ traffic: TrafficPicture?) -> String {
        traffic?.graph.index(of: id).flatMap { traffic?.titles[$0] } ?? id
    }

    private static func title(ofEdge id: String, _ traffic: TrafficPicture?, _ glyphs: GlyphSet) -> String {
        guard let traffic else { return id }
        return traffic.edge(id).map { traffic.title(of: traffic.graph.edges[$0], glyphs) } ?? "ended traffic"
    }
}
