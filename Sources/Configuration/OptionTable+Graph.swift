// SPDX-License-Identifier: Apache-2.0
import Collectors
package import Model

private let shown = Command.live.union([.demo, .config])

/// The service graph's options. Their words are Kiali's.
extension OptionKey<GraphType> {
    /// What a node of the service graph stands for.
    package static var graphType: Self {
        graph(
            "graph-type", .versionedApp, "TYPE",
            "What a node of the service graph stands for: workload, app, versionedApp or service.")
    }
}

extension OptionKey where Value: CaseIterable & RawRepresentable<String> {
    /// An option whose values are the words of a closed set.
    fileprivate static func graph(_ name: String, _ value: Value, _ placeholder: String, _ help: String) -> Self {
        OptionKey(name, .choice(), default: value, shown, .graph, placeholder, help)
    }
}

extension OptionKey<[String]> {
    /// The namespaces that are shown; empty: all.
    package static var namespace: Self {
        OptionKey(
            repeated: "namespace", short: "n", .text(), shown, .graph, "NS",
            "Only this namespace; repeatable (none: all; of pods that of the context).")
    }
}

extension OptionKey<Bool> {
    /// Whether services are nodes of their own.
    package static var injectServices: Self {
        OptionKey(toggle: "inject-services", default: false, shown, .graph, "Draw services as nodes of their own.")
    }

    /// Whether edges without traffic are kept.
    package static var idleEdges: Self {
        OptionKey(toggle: "idle-edges", default: false, shown, .graph, "Keep edges without traffic.")
    }
}

extension OptionKey<TrafficRates.Http> {
    /// How HTTP traffic is counted.
    package static var httpRate: Self {
        graph("http-rate", .requests, "RATE", "How HTTP traffic is counted: requests or none.")
    }
}

extension OptionKey<TrafficRates.Grpc> {
    /// How gRPC traffic is counted.
    package static var grpcRate: Self {
        graph(
            "grpc-rate", .requests, "RATE",
            "How gRPC traffic is counted: requests, messages sent, received or both in total, or none.")
    }
}

extension OptionKey<TrafficRates.Tcp> {
    /// How TCP traffic is counted.
    package static var tcpRate: Self {
        graph(
            "tcp-rate", .sent, "RATE", "How TCP traffic is counted: bytes sent, received or both in total, or none.")
    }
}

extension OptionKey<TrafficRates.Ambient> {
    /// Which proxies of an ambient mesh are counted.
    package static var ambient: Self {
        graph(
            "ambient", .total, "WHICH",
            "Which proxies of an ambient mesh are counted: total, waypoint, ztunnel or none.")
    }
}

extension OptionKey<[EdgeValue]> {
    /// What else is asked for each edge.
    package static var edgeValues: Self {
        OptionKey(
            list: "edge-values", .choices(), shown, .graph, "LIST",
            "What else is asked for each edge, joined by commas: p50, p95, p99, avg, throughput, mtls.")
    }
}

extension OptionKey<GraphFocus?> {
    /// The node whose surroundings are shown.
    package static var focus: Self {
        OptionKey(
            "focus", .focus, shown, .graph, "TYPE:NAMESPACE/NAME",
            "Only the surroundings of this node; TYPE is workload, app or service.")
    }
}

extension OptionKey<Int> {
    /// How far the surroundings reach.
    package static var hops: Self {
        OptionKey(
            "hops", .integer(1...100), default: 1, shown, .graph, "N", "How far the surroundings of --focus reach.")
    }
}

extension OptionKey<[MemberRule]> {
    /// The workloads that members belong to.
    package static var memberWorkload: Self {
        OptionKey(
            repeated: "member-workload", .memberWorkload, shown, .graph, "[role:]PATTERN=NAMESPACE/NAME",
            "The workload that members belong to, by role or by host (* being any text), where Prometheus does not say; "
                + "repeatable.")
    }
}

extension OptionKey<FindExpression?> {
    /// What is marked.
    package static var find: Self {
        OptionKey(
            "find", .expression, shown, .graph, "EXPR",
            "Mark the nodes and edges of which EXPR holds, such as 'rt > 500 or !healthy'; the manual page has the words."
        )
    }

    /// What is left out.
    package static var hide: Self {
        OptionKey("hide", .expression, shown, .graph, "EXPR", "Leave out the nodes and edges of which EXPR holds.")
    }
}

extension OptionKey<TimeValue?> {
    /// The moment that Prometheus is asked for, or that a replay shows.
    package static var at: Self {
        OptionKey(
            "at", .time, Command.live.union([.config]), .graph, "TIME",
            "Ask Prometheus for this moment: RFC 3339, or HH:MM[:SS] of today in local time; of a journal the picture at "
                + "this moment, also +D after its start or -D before its end.")
    }
}

extension OptionTable {
    static let graphRows: [OptionRow] = [
        OptionKey.graphType.row, OptionKey.namespace.row, OptionKey.injectServices.row, OptionKey.idleEdges.row,
        OptionKey.httpRate.row, OptionKey.grpcRate.row, OptionKey.tcpRate.row, OptionKey.ambient.row,
        OptionKey.edgeValues.row, OptionKey.focus.row, OptionKey.hops.row, OptionKey.memberWorkload.row,
        OptionKey.find.row, OptionKey.hide.row, OptionKey.at.row,
    ]
}

// MARK: - Syntax

extension OptionSyntax<GraphFocus> {
    static var focus: Self {
        OptionSyntax(example: "app:shop/checkout") { text throws(OptionError) in
            guard let focus = GraphFocus(text) else {
                let kinds = GraphFocus.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw OptionError(
                    "'\(text)' is not TYPE:NAMESPACE/NAME, such as app:shop/checkout; TYPE is one of \(kinds)")
            }
            return focus
        }
    }
}

extension OptionSyntax<MemberRule> {
    static var memberWorkload: Self {
        OptionSyntax(example: "[role:web=shop/checkout]") { text throws(OptionError) in
            guard let rule = MemberRule(text) else {
                throw OptionError(
                    "'\(text)' is neither role:ROLE=NAMESPACE/NAME nor HOST=NAMESPACE/NAME, such as checkout-*=shop/checkout"
                )
            }
            return rule
        }
    }
}

extension OptionSyntax<FindExpression> {
    static var expression: Self {
        OptionSyntax(example: "ns = shop and !healthy") { text throws(OptionError) in
            do throws(FindError) {
                return try FindExpression(text)
            } catch {
                throw OptionError("'\(text)': \(error.message)")
            }
        } show: { expression, _ in
            .text(Secrets.masked(expression.text))
        }
    }
}

// MARK: - Settings

extension Settings {
    /// What a recorded run shows when it is looked at again: what was typed goes before what was recorded.
    ///
    /// - Parameter recorded: the options of the run.
    /// - Returns: the options with those that are set now.
    package func shownOptions(_ recorded: SessionOptions) -> SessionOptions {
        var options = recorded
        options.allPairs = recorded.allPairs || self[.allPairs]
        if !expectedMembers.isEmpty { options.expectedMembers = expectedMembers }
        let isGraphSet = OptionTable.graphRows.contains { row in
            row.name != OptionKey.at.name && (values[row.name]?.origin ?? .standard) != .standard
        }
        if isGraphSet { options.graph = graph }
        return options
    }

    /// What the service graph shows.
    package var graph: GraphOptions {
        var graph = GraphOptions()
        graph.type = self[.graphType]
        graph.namespaces = self[.namespace]
        graph.injectsServices = self[.injectServices]
        graph.keepsIdleEdges = self[.idleEdges]
        graph.rates = TrafficRates(
            http: self[.httpRate], grpc: self[.grpcRate], tcp: self[.tcpRate], ambient: self[.ambient])
        graph.edgeValues = Set(self[.edgeValues])
        graph.focus = self[.focus]
        graph.hops = self[.hops]
        graph.memberRules = self[.memberWorkload]
        graph.find = self[.find]
        graph.hide = self[.hide]
        return graph
    }
}
