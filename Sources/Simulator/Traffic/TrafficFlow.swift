// SPDX-License-Identifier: Apache-2.0
/// A workload as Kubernetes and Istio name it: one version of an application.
struct SimulatedWorkload: Hashable, Sendable {
    var namespace: String
    var app: String
    /// `latest`, as Istio says of what has no version.
    var version = "v1"

    /// Of the deployment.
    var name: String { version == "latest" ? app : "\(app)-\(version)" }
}

/// Calls of one kind from one workload to another, or between the mesh and the outside.
struct TrafficFlow: Sendable {
    enum Wire: String, Sendable {
        case http
        case grpc
        case tcp
    }

    /// `nil`: the caller is not known.
    var source: SimulatedWorkload?
    /// The namespace and the name of the service that is called; `nil`: what is called is outside the mesh.
    var service: (namespace: String, name: String)?
    /// Who serves it; `nil`: outside the mesh.
    var destination: SimulatedWorkload?
    var wire = Wire.http
    /// Requests per second; of TCP, bytes per second that the caller sends.
    var rate: Double
    /// The median time to an answer, in milliseconds.
    var latency = 12.0
    /// The shares of requests that end otherwise than well while all is well.
    var shares: [(ending: TrafficEnding, share: Double)] = []
    /// Whether callers get errors when the cluster behind the destination is in trouble.
    var echoes = false

    /// Bytes of an answer, or for one byte of TCP sent.
    var answerBytes: Double { wire == .tcp ? 11 : 2400 }

    /// The host that is asked for.
    var host: String {
        guard let service else { return "api.bank.example.com" }
        return "\(service.name).\(service.namespace).svc.cluster.local"
    }
}

/// How a call ends, as labels describe it.
enum TrafficEnding: CaseIterable, Sendable {
    case well
    /// HTTP 302.
    case moved
    /// HTTP 404, or gRPC's NOT_FOUND.
    case missing
    /// No process listens: the caller's proxy gives up before any workload is reached.
    case refused
    /// The connection broke under the request.
    case broken
    /// No answer in time, as the caller reports it.
    case late
    /// The same as the callee reports it: the caller went away.
    case abandoned
    /// The workload itself says so.
    case failed

    func code(_ wire: TrafficFlow.Wire) -> String {
        switch self {
        case .abandoned: "0"
        case _ where wire == .grpc: "200"
        case .well: "200"
        case .moved: "302"
        case .missing: "404"
        case .refused, .broken: "503"
        case .late: "504"
        case .failed: "500"
        }
    }

    /// The status of gRPC; `nil`: none came.
    var status: String? {
        switch self {
        case .well, .moved: "0"
        case .missing: "5"
        case .refused, .broken: "14"
        case .late: "4"
        case .failed: "13"
        case .abandoned: nil
        }
    }

    /// Envoy's response flags.
    var flags: String {
        switch self {
        case .well, .moved, .missing, .failed: "-"
        case .refused: "UF"
        case .broken: "UC"
        case .late: "UT"
        case .abandoned: "DC"
        }
    }

    var isToldBySource: Bool { self != .abandoned }

    var isToldByDestination: Bool {
        switch self {
        case .refused, .broken, .late: false
        default: true
        }
    }
}

/// How much happened until a moment, or in a window: of calls, and of the trouble of those who are called.
struct TrafficAmount: Sendable {
    /// In mean seconds: what passes in one second at the flow's mean rate.
    var calls: Double
    /// Seconds in which the destination failed; parts of them if a part of it did.
    var gone = 0.0
    var silent = 0.0
    var apart = 0.0
    /// Seconds in which what stands behind the destination failed, in whatever way.
    var behind = 0.0

    static func - (left: TrafficAmount, right: TrafficAmount) -> TrafficAmount {
        TrafficAmount(
            calls: left.calls - right.calls, gone: left.gone - right.gone, silent: left.silent - right.silent,
            apart: left.apart - right.apart, behind: left.behind - right.behind)
    }

    static func / (left: TrafficAmount, right: Double) -> TrafficAmount {
        TrafficAmount(
            calls: left.calls / right, gone: left.gone / right, silent: left.silent / right, apart: left.apart / right,
            behind: left.behind / right)
    }

    /// The part that ended so. All endings of one flow that one side reports add up to `calls`.
    func amount(_ ending: TrafficEnding, of flow: TrafficFlow) -> Double {
        switch ending {
        case .refused: return 0.7 * gone
        case .broken: return 0.1 * gone
        case .late, .abandoned: return 0.8 * silent
        case .failed where flow.echoes: return 0.12 * behind
        case .failed: return 0.5 * apart + ordinary(.failed, flow)
        case .well:
            let others = flow.shares.reduce(0.0) { $0 + $1.share }
            return remaining(flow) * (1 - others)
        case .moved, .missing: return ordinary(ending, flow)
        }
    }

    private func ordinary(_ ending: TrafficEnding, _ flow: TrafficFlow) -> Double {
        guard let share = flow.shares.first(where: { $0.ending == ending })?.share else { return 0 }
        return share * remaining(flow)
    }

    private func remaining(_ flow: TrafficFlow) -> Double {
        calls - 0.8 * gone - 0.8 * silent - 0.5 * apart - (flow.echoes ? 0.12 * behind : 0)
    }
}
