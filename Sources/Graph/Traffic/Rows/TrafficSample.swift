// SPDX-License-Identifier: Apache-2.0
import Model

/// One row of one of Istio's metrics, put right as Kiali does (`graph/telemetry/istio/util/util.go`). Only a missing label is another matter:
/// Prometheus drops empty ones, so it is an empty one here, and the row is kept.
struct TrafficSample {
    var reporter: LabelValue
    var source: TrafficEnd
    var destination: TrafficEnd
    var transport: LabelValue
    /// `-` for none; empty for messages of gRPC streams, which have no code.
    var code: LabelValue
    /// `-` for none; empty where the metric has no flags.
    var flags: LabelValue
    /// The host of the request.
    var host: LabelValue
    var app: LabelValue
    var policy: LabelValue
    /// The destination as labelled, before anything was put right: these decide which namespaces a row belongs to.
    var reachedNamespace: LabelValue
    var reachedWorkload: LabelValue
}

/// The columns that all of Istio's metrics begin with: the order of ``TelemetryMetric/ends``.
enum EndColumn: Int, CaseIterable {
    case reporter
    case sourceCluster
    case sourceNamespace
    case sourceWorkload
    case sourceApp
    case sourceVersion
    case destinationCluster
    case serviceNamespace
    /// The host of the request.
    case host
    case service
    case destinationNamespace
    case destinationWorkload
    case destinationApp
    case destinationVersion
}

/// Reads the rows of one vector.
struct TrafficRows {
    let metric: TelemetryMetric
    let cells: [LabelValue]
    let width: Int
    let count: Int
    private let texts: TelemetryTexts
    private let columns: Columns

    /// Where the labels stand that only some metrics have; `nil` for those that have not.
    private struct Columns {
        var transport: Int?
        var code: Int?
        var grpcStatus: Int?
        var flags: Int?
        var policy: Int?
        var app: Int?

        init(_ columns: [TelemetryLabel]) {
            transport = columns.firstIndex(of: .requestProtocol)
            code = columns.firstIndex(of: .responseCode)
            grpcStatus = columns.firstIndex(of: .grpcStatus)
            flags = columns.firstIndex(of: .responseFlags)
            policy = columns.firstIndex(of: .securityPolicy)
            app = columns.firstIndex(of: .app)
        }
    }

    /// - Returns: `nil` if the rows are not in the columns of the metric.
    init?(_ vector: TelemetryVector, texts: TelemetryTexts) {
        let columns = vector.metric.columns
        guard vector.keys.width == columns.count, columns.starts(with: TelemetryMetric.ends) else { return nil }
        metric = vector.metric
        cells = vector.keys.cells
        width = columns.count
        count = vector.count
        self.texts = texts
        self.columns = Columns(columns)
    }

    /// One row.
    ///
    /// - Returns: `nil` for what says nothing, or nothing that can be true.
    func sample(_ row: Int) -> TrafficSample? {
        let start = row * width
        func label(_ column: EndColumn) -> LabelValue { cells[start + column.rawValue] }
        var source = TrafficEnd(
            cluster: label(.sourceCluster), serviceNamespace: label(.sourceNamespace), service: .empty,
            namespace: label(.sourceNamespace), workload: label(.sourceWorkload), app: label(.sourceApp),
            version: label(.sourceVersion))
        let hasCluster = !source.cluster.is(.empty)
        if !hasCluster { source.cluster = .unknown }
        guard !Self.isBad(source, hasCluster: hasCluster) else { return nil }
        let host = label(.host)
        guard let destination = destination(at: start, of: source.cluster, host: host) else { return nil }
        guard let transport = transport(at: start) else { return nil }
        let flags = columns.flags.map { cells[start + $0].is(.empty) ? LabelValue.none : cells[start + $0] }
        return TrafficSample(
            reporter: label(.reporter), source: source, destination: destination, transport: transport,
            code: code(at: start, transport), flags: flags ?? .empty, host: host,
            app: columns.app.map { cells[start + $0] } ?? .empty,
            policy: columns.policy.map { cells[start + $0] } ?? .empty,
            reachedNamespace: label(.destinationNamespace), reachedWorkload: label(.destinationWorkload))
    }

    /// One of the labels that all of Istio's metrics have.
    @inline(__always)
    func value(_ column: EndColumn, of row: Int) -> LabelValue { cells[row * width + column.rawValue] }

    /// The value of a column that other metrics do not have.
    func value(_ column: Int, of row: Int) -> LabelValue { cells[row * width + column] }

    // MARK: - Ends

    /// A namespace without a workload, or without the cluster that its proxy should know.
    private static func isBad(_ source: TrafficEnd, hasCluster: Bool) -> Bool {
        guard source.namespace.isKnown else { return false }
        return (!source.workload.isKnown && !source.app.isKnown) || (hasCluster && !source.cluster.isKnown)
    }

    private func destination(at start: Int, of sourceCluster: LabelValue, host: LabelValue) -> TrafficEnd? {
        func label(_ column: EndColumn) -> LabelValue { cells[start + column.rawValue] }
        var end = TrafficEnd(
            cluster: label(.destinationCluster), serviceNamespace: label(.serviceNamespace), service: label(.service),
            namespace: label(.destinationNamespace), workload: label(.destinationWorkload),
            app: label(.destinationApp), version: label(.destinationVersion))
        let hasCluster = !end.cluster.is(.empty)
        if !hasCluster { end.cluster = .unknown }
        if host == end.service, host.is(.egressHost) {
            let (gateway, space) = (LabelValue(.egressGateway), LabelValue(.istioSystem))
            end = TrafficEnd(
                cluster: sourceCluster, serviceNamespace: space, service: gateway, namespace: space, workload: gateway,
                app: gateway, version: LabelValue(.latest))
        } else if !end.cluster.isKnown, sourceCluster.isKnown, end.serviceNamespace.isKnown {
            // istio/istio 29373: the cluster of a destination is lost, while that of the source is there.
            end.cluster = sourceCluster
        }
        let isNameless = !end.workload.isKnown && host == end.service && host.isKnown
        if isNameless, Self.isAddress(texts[host]) { return nil }
        if end.serviceNamespace.isKnown, hasCluster, !end.cluster.isKnown { return nil }
        return end
    }

    /// Four numbers with points between, and perhaps a port: what proxies report of pods that come or go.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 4, parts.count <= 2 else { return false }
        return (numbers + parts.dropFirst()).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (48...57).contains($0) }
        }
    }

    // MARK: - Answers

    private func transport(at start: Int) -> LabelValue? {
        switch metric {
        case .tcpReceived, .tcpSent, .tcpOpened, .tcpClosed, .bytePrincipals: return LabelValue(.tcp)
        case .requestMessages, .responseMessages: return LabelValue(.grpc)
        default:
            guard let column = columns.transport, !cells[start + column].is(.empty) else { return nil }
            return cells[start + column]
        }
    }

    /// Kiali files bytes under `-`, and messages under nothing, so that a stream that flows well does not count as one without responses.
    private var codeOfMetricWithoutCodes: LabelValue {
        metric == .requestMessages || metric == .responseMessages ? .empty : .none
    }

    /// The status of gRPC where there is one and the transport did not fail, otherwise HTTP's code.
    private func code(at start: Int, _ transport: LabelValue) -> LabelValue {
        guard let column = columns.code else { return codeOfMetricWithoutCodes }
        let code = cells[start + column]
        // A mesh whose metrics were stripped of codes does not fail: then nothing is known of its responses.
        if code.is(.zero) { return .none }
        let status = columns.grpcStatus.map { cells[start + $0] } ?? .empty
        guard transport.is(.grpc), !status.is(.empty), !texts[code].isHTTPError else { return code }
        return status
    }
}

extension String {
    /// Whether a code is of the class 4xx or 5xx, by its first digit.
    var isHTTPError: Bool { utf8.first == UInt8(ascii: "4") || utf8.first == UInt8(ascii: "5") }

    /// Whether a code is of the class 2xx: of HTTP, or of gRPC without a status.
    var isHTTPSuccess: Bool { utf8.count == 3 && utf8.first == UInt8(ascii: "2") }

    /// Whether a code of a gRPC response is an error: HTTP's if it has three digits, as older proxies write it.
    var isGRPCError: Bool { utf8.count == 3 ? isHTTPError : self != "0" && !isEmpty }
}

extension TelemetryTexts {
    /// Envoy's flags of requests that no host has answered, or not to the end (Envoy, `%RESPONSE_FLAGS%`).
    private static let unanswered: Set<String> = [
        "UH", "UF", "UC", "UR", "URX", "UO", "UT", "LR", "NC", "NR", "UPE", "UMSDR", "OM", "NFCF",
    ]

    /// Of these, those of which the host is at fault, or that there is none.
    private static let unreached: Set<String> = ["UH", "UF", "UC", "UR", "URX", "UO", "UT"]

    /// Whether flags say that no host has answered.
    func saysNoAnswer(_ flags: LabelValue) -> Bool { says(flags, Self.unanswered) }

    /// Whether flags say that the host could not be reached, or broke off.
    func saysNotReached(_ flags: LabelValue) -> Bool { says(flags, Self.unreached) }

    private func says(_ flags: LabelValue, _ wanted: Set<String>) -> Bool {
        guard !flags.is(.none), !flags.is(.empty) else { return false }
        return self[flags].split(separator: ",").contains { wanted.contains(String($0)) }
    }
}

extension Double {
    /// Whether a rate can be true: counters have no negative ones, and no rate is larger than this.
    var isPlausibleRate: Bool { self > 0 && self < 1e18 }
}
