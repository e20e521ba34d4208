// SPDX-License-Identifier: Apache-2.0
/// A label that the service graph reads, with its name in Prometheus. The first are Istio's standard labels; then those of foreign
/// traffic in Kiali's extension metrics (`graph/telemetry/istio/appender/extensions.go`) and those of kube-state-metrics.
package enum TelemetryLabel: String, Hashable, Sendable, CaseIterable {
    case reporter
    /// Distinguishes the series of an ambient mesh's node proxy, `ztunnel`, from others.
    case app
    case sourceCluster = "source_cluster"
    case sourceNamespace = "source_workload_namespace"
    case sourceWorkload = "source_workload"
    case sourceApp = "source_canonical_service"
    case sourceVersion = "source_canonical_revision"
    case destinationCluster = "destination_cluster"
    case destinationServiceNamespace = "destination_service_namespace"
    /// The host of the request.
    case destinationService = "destination_service"
    case destinationServiceName = "destination_service_name"
    case destinationNamespace = "destination_workload_namespace"
    case destinationWorkload = "destination_workload"
    case destinationApp = "destination_canonical_service"
    case destinationVersion = "destination_canonical_revision"
    case requestProtocol = "request_protocol"
    case responseCode = "response_code"
    case grpcStatus = "grpc_response_status"
    case responseFlags = "response_flags"
    case securityPolicy = "connection_security_policy"
    /// The upper bound of a histogram's bucket.
    case bucket = "le"

    case `extension`
    case sourceSpace = "source_namespace"
    case sourceName = "source_name"
    case sourceIsRoot = "source_is_root"
    case targetCluster = "dest_cluster"
    case targetSpace = "dest_namespace"
    case targetName = "dest_name"
    case `protocol`
    case statusCode = "status_code"
    case flags
    case secure

    case namespace
    case pod
    case podIP = "pod_ip"
    case createdByKind = "created_by_kind"
    case createdByName = "created_by_name"
    case ownerKind = "owner_kind"
    case ownerName = "owner_name"
    case replicaSet = "replicaset"

    case sourcePrincipal = "source_principal"
    case destinationPrincipal = "destination_principal"
    /// The name of a metric, where one query is about several.
    case metric = "__name__"
    /// Of Envoy: `outbound|9080|v1|reviews.shop.svc.cluster.local`.
    case envoyCluster = "cluster_name"
    /// Kubernetes' label of the pods that serve a gateway, as Prometheus takes it over.
    case gateway = "gateway_networking_k8s_io_gateway_name"
}

/// A metric that the service graph reads.
package enum TelemetryMetric: String, Hashable, Sendable, CaseIterable {
    /// Requests of HTTP and gRPC.
    case requests = "istio_requests_total"
    /// Messages of gRPC streams, to the server.
    case requestMessages = "istio_request_messages_total"
    /// Messages of gRPC streams, from the server.
    case responseMessages = "istio_response_messages_total"
    /// Bytes that a proxy received from a client: what the client *sent*. Istio counts from the proxy's side.
    case tcpReceived = "istio_tcp_received_bytes_total"
    /// Bytes that a proxy sent to a client: what the client *received*.
    case tcpSent = "istio_tcp_sent_bytes_total"
    case tcpOpened = "istio_tcp_connections_opened_total"
    case tcpClosed = "istio_tcp_connections_closed_total"
    case durationBuckets = "istio_request_duration_milliseconds_bucket"
    case durationSum = "istio_request_duration_milliseconds_sum"
    case durationCount = "istio_request_duration_milliseconds_count"
    case requestBytes = "istio_request_bytes_sum"
    case responseBytes = "istio_response_bytes_sum"
    case extensionRequests = "kiali_ext_requests_total"
    case extensionSent = "kiali_ext_tcp_sent_total"
    case extensionReceived = "kiali_ext_tcp_received_total"
    case podInfo = "kube_pod_info"
    case podOwner = "kube_pod_owner"
    case replicaSetOwner = "kube_replicaset_owner"
    /// The identities that the ends of requests proved, as the destination reports them.
    case principals = "istio_requests_total by principal"
    case bytePrincipals = "istio_tcp_received_bytes_total by principal"
    /// The pods that report as waypoints.
    case waypoints = "istio_requests_total of waypoints"
    /// Number of hosts that an upstream cluster has ejected for now, as each proxy sees it.
    case ejections = "envoy_cluster_outlier_detection_ejections_active"
    /// Circuit breakers that are open: 1 for each, as each proxy sees it.
    case openBreakers = "envoy_cluster_circuit_breakers_open"
    /// Requests that a proxy refused because of an AuthorizationPolicy.
    case denials = "envoy_http_rbac"

    /// How a metric is queried.
    package enum Kind: Hashable, Sendable {
        /// Its rate, because it counts up.
        case counter
        /// Its present value.
        case gauge
        /// Its present value, where that is more than zero.
        case level
        /// Whether it is there.
        case presence
    }

    /// How the metric is queried.
    package var kind: Kind {
        switch self {
        case .podInfo, .podOwner, .replicaSetOwner: .gauge
        case .waypoints: .presence
        case .ejections, .openBreakers: .level
        default: .counter
        }
    }

    /// Whether the metric counts up, so that its rate is asked.
    package var isCounter: Bool { kind == .counter }

    /// The labels to group by, which are the columns of the answer.
    package var columns: [TelemetryLabel] {
        switch self {
        case .requests:
            Self.ends + [.requestProtocol, .responseCode, .grpcStatus, .responseFlags, .securityPolicy]
        case .requestMessages, .responseMessages: Self.ends
        case .tcpReceived, .tcpSent: Self.ends + [.app, .responseFlags, .securityPolicy]
        case .tcpOpened, .tcpClosed: Self.ends + [.app, .responseFlags]
        case .durationBuckets: Self.ends + [.requestProtocol, .bucket]
        case .durationSum, .durationCount, .requestBytes, .responseBytes: Self.ends + [.requestProtocol]
        case .extensionRequests: Self.foreignEnds + [.protocol, .statusCode]
        case .extensionSent, .extensionReceived: Self.foreignEnds
        case .podInfo: [.namespace, .pod, .podIP, .createdByKind, .createdByName]
        case .podOwner: [.namespace, .pod, .ownerKind, .ownerName]
        case .replicaSetOwner: [.namespace, .replicaSet, .ownerKind, .ownerName]
        case .principals: Self.ends + [.requestProtocol, .sourcePrincipal, .destinationPrincipal]
        case .bytePrincipals: Self.ends + [.app, .sourcePrincipal, .destinationPrincipal]
        case .waypoints: [.namespace, .pod, .gateway]
        case .ejections: [.namespace, .pod, .envoyCluster]
        case .openBreakers: [.metric, .namespace, .pod, .envoyCluster]
        case .denials: [.namespace, .pod]
        }
    }

    /// The reporter and both ends of the traffic. They come first in the columns of all of Istio's metrics, so that a position in them means the
    /// same everywhere.
    package static let ends: [TelemetryLabel] = [
        .reporter, .sourceCluster, .sourceNamespace, .sourceWorkload, .sourceApp, .sourceVersion, .destinationCluster,
        .destinationServiceNamespace, .destinationService, .destinationServiceName, .destinationNamespace,
        .destinationWorkload, .destinationApp, .destinationVersion,
    ]

    private static let foreignEnds: [TelemetryLabel] = [
        .extension, .sourceCluster, .sourceSpace, .sourceName, .sourceIsRoot, .targetCluster, .targetSpace, .targetName,
        .flags, .secure,
    ]
}
