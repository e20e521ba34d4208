package import Model

extension Settings {
    /// What the service graph shows, as far as options say. They were checked when they were read.
    package var graph: GraphOptions {
        var graph = GraphOptions()
        graph.type = word(.graphType) ?? graph.type
        graph.namespaces = list(.namespace)
        graph.injectsServices = isOn(.injectServices)
        graph.keepsIdleEdges = isOn(.idleEdges)
        graph.rates = TrafficRates(
            http: word(.httpRate) ?? .requests, grpc: word(.grpcRate) ?? .requests, tcp: word(.tcpRate) ?? .sent,
            ambient: word(.ambient) ?? .total)
        graph.edgeValues = Set(list(.edgeValues).compactMap { EdgeValue(rawValue: $0) })
        graph.focus = text(.focus).flatMap { GraphFocus($0) }
        graph.hops = integer(.hops) ?? graph.hops
        graph.memberRules = list(.memberWorkload).compactMap { MemberRule($0) }
        graph.find = text(.find).flatMap { try? FindExpression($0) }
        graph.hide = text(.hide).flatMap { try? FindExpression($0) }
        return graph
    }

    private func word<Word: RawRepresentable<String>>(_ id: OptionID) -> Word? {
        text(id).flatMap { Word(rawValue: $0) }
    }
}
