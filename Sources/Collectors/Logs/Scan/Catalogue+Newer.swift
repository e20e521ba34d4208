// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What newer versions print, and what joiners print that are refused: Akka 2.8 to 2.10.21, Akka Management to 1.6.5, Pekko 1.3 to 2.0, Pekko
/// Management to 2.0 (akka-new.md). Behind each row stand the versions that print it.
extension LogCatalogue {
    static let newerRows: [LogPattern] = [
        // At DEBUG: Akka 2.10, Pekko 2.0 with the number and the round trip; before that with verbose logging of heartbeats.
        LogPattern("F09", "Heartbeat #{count} response from [{peer}", clusterOnly: true) { _ in .handshakeCompleted },
        LogPattern("F09", "Heartbeat response from [{peer}", clusterOnly: true) { _ in .handshakeCompleted },
        // All versions: a message for an address of another protocol or system than the node's own.
        LogPattern("M43", "No root guardian at [{peer}]"),
        // Akka 2.9, Pekko 2.0: joining waits for the version of the application.
        LogPattern("M44", "Trying to join [{peer}] but [{any}] has not defined appVersion yet"),
        LogPattern("M45", "Can't join because later appVersion was completed with failure"),
        // Akka 2.10.15.
        LogPattern("S11", "SBR indirectly connected decision would down [{count}] of [{any}] members"),
        // Akka 2.10.10.
        LogPattern("T27", "Too long frame [{count}], max length is [", remoting: .artery),
        // Pekko 2.0, classic remoting.
        LogPattern("T28", "TLS handshake failed for remote address [{text}]", remoting: .classic),
        // Pekko 2.0.
        LogPattern("T29", "Artery remote is configured without TLS", remoting: .artery),
        LogPattern("T29", "Classic Netty remote is configured without TLS", remoting: .classic),
        LogPattern("T30", "TLS{text}SSL is configured with default passwords"),
        // Akka 2.6. Some encoders of JSON write a slash as two characters.
        LogPattern("T31", "TLS{text}SSL hostname verification is disabled"),
        // Akka Management 1.6.5 and newer.
        LogPattern("L01", "Conflict during heartbeat to lease "),
        LogPattern(
            "L03",
            "Failure during heartbeat to lease: [{text}]. Time since last successful heartbeat [{any}] exceeds safe retry window"
        ),
        LogPattern("L02", "Failure during heartbeat to lease: ["),
        LogPattern("L04", "Failure during lease {text}: "),
        LogPattern("L05", "Retrying heartbeat, attempt ["),
        LogPattern("L05", "Retrying lease read, attempt ["),
        LogPattern("L05", "Retrying lease update, attempt ["),
        LogPattern("L06", "Lease {text} has reached TTL. Owner {any} has failed to heartbeat"),
        LogPattern("L07", "Lease {text} requested by client {any} is already owned by client"),
        LogPattern("L08", "API server took too long to respond to update: "),
        LogPattern("L09", "Release conflict and owner has "),
        // Akka Management 1.3, Pekko Management 2.0.
        LogPattern("R01", "Starting PodDeletionCost for podName "),
        LogPattern("R01", "Updating {text} for pod: [{any}] with cost: ["),
        LogPattern("R02", "There was a client error when trying to set "),
        LogPattern("R03", "No configuration found to extract the pod name from"),
        // Akka Management 1.4, Pekko Management 2.0.
        LogPattern("R04", "Reading revision from Kubernetes: "),
        LogPattern("R05", "Failed to get revision"),
        LogPattern("R05", "Not able to read the app version"),
        // Pekko Management 2.0.
        LogPattern("N01", "No authenticator is configured for "),
    ]
}
