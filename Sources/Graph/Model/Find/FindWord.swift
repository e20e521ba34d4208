// SPDX-License-Identifier: Apache-2.0
/// A word of expressions: a property of a node or an edge of the service graph. Kiali's words (`frontend/src/pages/Graph/GraphToolbar/GraphFind.tsx`), and
/// those about members, which are ours.
package enum FindWord: Hashable, Sendable {
    case text(Text)
    case number(Number)
    case flag(Flag)

    /// Properties that are texts.
    package enum Text: String, CaseIterable, Sendable {
        // Of nodes.
        case app, cluster, name, namespace, node, probe, service, version, workload
        // Of members.
        case member, status, role, assoc
        // Of edges.
        case `protocol`, code, flag, host, sourceprincipal, destprincipal
        // Of both.
        case health, sign
    }

    /// Properties that are numbers.
    package enum Number: String, CaseIterable, Sendable {
        // Of nodes.
        case grpcin, grpcout, httpin, httpout, tcpin, tcpout, rank
        // Of members.
        case members, phi
        // Of edges.
        case grpc, http, tcp, rate, throughput, gap
        case responsetime, p50, p95, p99, avg
        case percentGRPCErrors = "%grpcerr"
        case percentHTTPErrors = "%httperr"
        case percentErrors = "%err"
        case percentGRPCTraffic = "%grpctraffic"
        case percentHTTPTraffic = "%httptraffic"
        case percentEncrypted = "%mtls"
        // Of both.
        case age, since
    }

    /// Properties that hold or do not.
    package enum Flag: String, CaseIterable, Sendable {
        // Of nodes.
        case idle, inaccessible, outside, trafficsource, waypoint, egress
        // Of members.
        case reachable, unreachable
        // Of edges.
        case mtls, traffic
        // Of both.
        case healthy
    }

    private static let others: [String: FindWord] = [
        "ns": .text(.namespace), "svc": .text(.service), "wl": .text(.workload), "state": .text(.status),
        "rt": .number(.responsetime), "root": .flag(.trafficsource), "flags": .text(.flag),
        "%error": .number(.percentErrors),
    ]

    /// Words of Kiali about what only the Kubernetes API knows, with what they ask and the nearest word.
    private static let unknowable: [String: String] = {
        let questions: [(words: [String], asks: String, near: String?)] = [
            (["dead"], "whether a workload has no pods", "idle"),
            (["outofmesh", "sidecar"], "whether pods lack a proxy", "gap = 100"),
            (["serviceentry", "se"], "whether a ServiceEntry names the host", "egress"),
            (["workloadentry", "we"], "whether a WorkloadEntry stands for the workload", nil),
            (["virtualservice", "vs"], "whether a VirtualService routes to the service", nil),
            (["circuitbreaker", "cb"], "whether a DestinationRule limits connections", "sign = circuit-open"),
            (["faultinjection", "fi"], "whether a VirtualService injects faults", "sign = fault-injected"),
            (["mirroring"], "whether a VirtualService mirrors requests", nil),
            (["requestrouting", "rr"], "whether a VirtualService chooses by request", nil),
            (["requesttimeout", "rto"], "whether a VirtualService sets a timeout", "sign = timeout"),
            (["trafficshifting", "ts"], "whether a VirtualService sets weights", "%httptraffic < 50"),
            (["tcpts", "tcptrafficshifting"], "whether a VirtualService sets weights of TCP", nil),
            (["operation", "op"], "for classes of requests, which Istio's metrics do not have by default", nil),
        ]
        var texts: [String: String] = [:]
        for question in questions {
            let hint = question.near.map { "; '\($0)' comes near" } ?? ""
            for word in question.words { texts[word] = "asks \(question.asks)\(hint)" }
        }
        return texts
    }()

    /// - Parameter text: in lower case.
    package init?(_ text: String) {
        if let other = Self.others[text] {
            self = other
        } else if let known = Text(rawValue: text) {
            self = .text(known)
        } else if let known = Number(rawValue: text) {
            self = .number(known)
        } else if let known = Flag(rawValue: text) {
            self = .flag(known)
        } else {
            return nil
        }
    }

    /// Why a word of Kiali's language means nothing here.
    static func refusal(_ text: String) -> String? {
        if text.hasPrefix("label:") {
            return "labels of workloads are known to the Kubernetes API only, which is not asked"
        }
        guard let question = unknowable[text] else { return nil }
        return "'\(text)' is known to the Kubernetes API only, which is not asked: it \(question)"
    }

    /// All words, for completion.
    package static let all: [String] =
        (Text.allCases.map(\.rawValue) + Number.allCases.map(\.rawValue) + Flag.allCases.map(\.rawValue) + others.keys)
        .sorted()

    /// Whether it is asked of an edge itself rather than of one of its ends.
    package var isOfEdges: Bool {
        switch self {
        case .text(let text):
            [.protocol, .code, .flag, .host, .sourceprincipal, .destprincipal, .health, .sign].contains(text)
        case .flag(let flag): [.mtls, .traffic, .healthy].contains(flag)
        case .number(let number):
            switch number {
            case .grpcin, .grpcout, .httpin, .httpout, .tcpin, .tcpout, .rank, .members, .phi: false
            default: true
            }
        }
    }

    /// Whether it is asked of nodes.
    package var isOfNodes: Bool {
        switch self {
        case .text(.health), .text(.sign), .flag(.healthy), .number(.age), .number(.since): true
        default: !isOfEdges
        }
    }
}

/// How a value is compared.
package enum FindOperator: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains = "*="
    case notContains = "!*="
    case startsWith = "^="
    case notStartsWith = "!^="
    case endsWith = "$="
    case notEndsWith = "!$="
    case matches = "~"
    case notMatches = "!~"

    /// The operator that holds where this one does not.
    package var opposite: FindOperator {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .contains: .notContains
        case .notContains: .contains
        case .startsWith: .notStartsWith
        case .notStartsWith: .startsWith
        case .endsWith: .notEndsWith
        case .notEndsWith: .endsWith
        case .matches: .notMatches
        case .notMatches: .matches
        }
    }

    /// Whether it says what a value is not.
    package var isNegative: Bool {
        switch self {
        case .notEqual, .notContains, .notStartsWith, .notEndsWith, .notMatches: true
        default: false
        }
    }

    var isOrder: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }
}
