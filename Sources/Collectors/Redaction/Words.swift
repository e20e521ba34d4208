// SPDX-License-Identifier: Apache-2.0
/// Words that name no one.
enum Words {
    /// Names that are the same everywhere, and stay whatever they name.
    static let kept: Set<String> = [
        "", "-", "unknown", "latest", "default", "localhost", "istio-system", "kube-system", "istio-ingressgateway",
        "istio-egressgateway", "PassthroughCluster", "BlackHoleCluster", "outbound", "inbound",
        "InboundPassthroughCluster",
        "waypoint", "ztunnel", "source", "destination", "http", "https", "http2", "grpc", "tcp", "tls", "mutual_tls",
        "none",
        "true", "false", "Kubernetes", "cluster", "members", "meshtop", "remoting", "domain-events", "ready", "alive",
        "health", "healthz", "api", "query", "akka", "pekko", "akka.tcp", "akka.ssl.tcp", "pekko.tcp", "pekko.ssl.tcp",
        "akka.udp", "svc", "local", "spiffe", "ns", "sa", "td", "dc-default", "log", "v1", "v2", "v3", "v4", "v5",
        "Inf", "NaN", "bootstrap", "seed-nodes",
    ]

    /// Words that may stand in a free text: those of the catalogue of log lines, and those of errors.
    static let vocabulary: Set<String> = {
        var words = Set(errors.split(separator: " ").map(String.init)).union(kept)
        for row in LogCatalogue.rows {
            // Fields stand in braces; what they are called is no secret either.
            for piece in row.template.split(whereSeparator: { "{}[]()<>,:;'\"/ ".contains($0) }) {
                words.insert(String(piece))
            }
        }
        return words
    }()

    /// Of Akka, the JVM, sockets, HTTP, Kubernetes, and plain English.
    private static let errors = """
        a about access accessible active actor address addresses after again all already an and answer answered answers any are as \
        associated association at back be became because been before being body bridge broken but by bytes cannot cause caused \
        certificate change changed check class client close closed code com completed configuration connect connected connecting \
        connection connections container could crash current data delay delayed denied detected did died does done down downed \
        due during each empty end ended endpoint error errors event exceeded exception exit exited expected expired failed failing \
        failure false file first for forbidden found from gave gone had handshake has have heartbeat host however http image in \
        incarnation incompatible incoming inside internal interrupted interval into invalid io is it its java javax joined joining \
        killed last late leader leaving left length less limit line lines listen listening log longer lost made marked max maximum \
        member members memory message messages milliseconds min minimum missing more ms name nanos net network new no node nodes not \
        now ns null number occurred of off old on one only open opened or org other out outbound over own page parse peer pending \
        permission phase phi pod port ports possible previous probe process protocol queue quarantined reached read readable ready \
        reason received refused registered remaining remote removed reply request requested reset response restarted restarting \
        restarts retry route running runtime same scala seconds see seen self sent server service set should shut shutdown shutting \
        since size so socket some ssl start started starting state status still stop stopped stopping stream stuck such sun system \
        task terminated than that the their them there they this threshold time timed timeout timestamp timing tls to too tried true \
        try trying two type uid unable unavailable unauthorized unexpected unhealthy unknown unreachable unresolved until up upstream \
        used using value version via wait waited waiting was were when where which while will with within without write written wrong \
        yet you your Akka Pekko Cluster ClusterEvent Connection ConnectException IOException UnknownHostException SSLException \
        SSLHandshakeException StreamTcpException Tcp TcpIdleTimeoutException TimeoutException RuntimeException Remote Artery \
        OOMKilled CrashLoopBackOff ImagePullBackOff ErrImagePull Evicted Completed Error Back-off Readiness Liveness Startup \
        Scaled Created Started Killing Pulled Pulling Scheduled FailedScheduling Unhealthy deployment replicaset replica set \
        statefulset keep-majority keep-oldest keep-referee static-quorum down-all lease-majority before-service-unbind \
        service-unbind service-requests-done service-stop before-cluster-shutdown cluster-sharding-shutdown-region \
        cluster-leave cluster-exiting cluster-exiting-done cluster-shutdown before-actor-system-terminate \
        actor-system-terminate ClusterDowningReason ClusterLeavingReason ActorSystemTerminateReason JvmExitReason UnknownReason \
        IncompatibleConfigurationDetectedReason ClusterJoinUnsuccessfulReason DownReachable DownUnreachable DownAll DownSelfQuarantinedByRemote \
        DownIndirectlyConnected KeepMajority KeepOldest KeepReferee StaticQuorum DownAllNodes DownAll LeaseMajority KeepMajorityWeighted fatal alert \
        certificate_unknown certificate_expired bad_certificate unknown_ca handshake_failure protocol_version PKIX path building \
        validation valid find target trust anchor command subscription control message peer's closed Remote's ReverseDownIndirectlyConnected AcquireLeaseAndDownUnreachable
        """
}
