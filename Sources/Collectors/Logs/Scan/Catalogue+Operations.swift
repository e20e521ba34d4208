// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Shutdown, sharding, singleton, bootstrap and discovery: akka.md §8, D, H, G, B and K.
///
/// T26 (dead letters) and K05 (health checks, which are polled) are left out: they say nothing about remoting and come in thousands.
extension LogCatalogue {
    static let operationRows: [LogPattern] = [
        LogPattern("D01", "Running CoordinatedShutdown with reason [{text}]") { .shutdown(reason: $0.text(.text)) },
        LogPattern("D02", "Coordinated shutdown phase [{text}] timed out after ") {
            .shutdownPhaseTimedOut(phase: $0.text(.text, maximum: LogMatch.maximumName))
        },
        LogPattern("D03", "Task [{any}] in phase [{text}]", hasStackTrace: true) {
            .shutdownTaskFailed(phase: $0.text(.text, maximum: LogMatch.maximumName))
        },
        LogPattern("D03", "Task [{any}] failed in phase [{text}]", hasStackTrace: true) {
            .shutdownTaskFailed(phase: $0.text(.text, maximum: LogMatch.maximumName))
        },

        LogPattern("H01", "Trying to register to coordinator at ["),
        LogPattern("H02", "No coordinator found to register"),
        LogPattern("H03", "Requested shard homes [{text}] from coordinator at ["),
        LogPattern("H03", "Retry request for shard [{text}] homes from coordinator at ["),
        LogPattern("H04", "Buffer is full, dropping message for shard ["),
        LogPattern("H05", "ShardRegion {any}of its buffer capacity."),
        LogPattern("H06", "Graceful shutdown of shard region timed out, region will be stopped"),
        LogPattern("H07", "Shard [{text}] deallocation didn't complete within ["),
        LogPattern("H08", "of the entities in shard [{text}] not stopped after ["),
        LogPattern("H09", "ShardCoordinator was moved to the active state"),
        LogPattern("H09", "Sharding Coordinator was moved to the active state"),
        LogPattern("H10", "ShardCoordinator was unable to "),
        LogPattern("G01", "Younger observed OldestChanged: ["),
        LogPattern("G01", "Oldest observed OldestChanged: ["),
        LogPattern("G01", "BecomingOldest observed OldestChanged: ["),
        LogPattern("G01", "WasOldest observed OldestChanged: ["),
        LogPattern("G01", "AcquiringLease observed OldestChanged: ["),
        LogPattern("G02", "Retry [{count}], sending HandOverToMe to ["),
        LogPattern("G02", "Retry [{count}], sending TakeOverFromMe to ["),
        LogPattern("G03", "Singleton manager starting singleton actor ["),
        LogPattern("G04", "Becoming singleton oldest was stuck because previous oldest ["),

        LogPattern("B01", "Binding Akka Management (HTTP) endpoint "),
        LogPattern("B01", "Bound Akka Management (HTTP) endpoint "),
        LogPattern("B01", "Binding Pekko Management (HTTP) endpoint "),
        LogPattern("B01", "Bound Pekko Management (HTTP) endpoint "),
        LogPattern("B02", "Initiating bootstrap procedure using "),
        LogPattern("B04", "Application is configured with specific `"),
        LogPattern("B05", "Locating service members. Using discovery ["),
        LogPattern("B06", "Looking up [Lookup("),
        LogPattern("B07", "Located service members based on: ["),
        LogPattern("B08", "Resolve attempt failed! Cause: "),
        LogPattern("B09", "Probing [{text}] for seed nodes..."),
        LogPattern("B10", "Probing [{text}] failed due to"),
        LogPattern("B11", "Overdue of probing-failure-timeout, stop probing"),
        LogPattern("B12", "Received signal that probing has failed, scheduling contact point probing again"),
        LogPattern("B13", "Contact point [{peer}] returned [{count}] seed-nodes ["),
        LogPattern("B14", "Joining [{own}] to existing cluster ["),
        LogPattern("B15", "Initiating new cluster, self-joining [{own}]"),
        LogPattern("B16", "Discovered [{count}] contact points, confirmed ["),
        LogPattern("B17", "Exceeded stable margins without locating seed-nodes"),
        LogPattern("B18", "Exceeded stable margins but missing seed node information"),
        LogPattern("B19", "Self contact point [{text}] not found in targets "),
        LogPattern("B20", "Misconfiguration detected! Attempted to start probing a contact-point"),
        LogPattern("B21", "Bootstrap request from {text}: Contact Point returning {count} seed-nodes"),
        LogPattern("K01", "Querying for pods with label selector: ["),
        LogPattern("K02", "Forbidden to communicate with Kubernetes API server"),
        LogPattern("K03", "Non-200 when communicating with Kubernetes API server"),
        LogPattern("K04", "No targets found from pod list"),
    ]
}
