// SPDX-License-Identifier: Apache-2.0
/// What is known of Istio's configuration at one moment, and what follows from it.
package struct IstioSnapshot: Hashable, Sendable {
    /// An object with its checks.
    package struct ObjectRow: Hashable, Sendable {
        /// The object.
        package var object: ObjectReference
        /// In one line what it does.
        package var summary: String
        /// Its checks, the worst first.
        package var checks: [IstioCheck]
        /// As it was read, for the page that shows it.
        package var value: ObjectValue

        /// Every property as given.
        package init(object: ObjectReference, summary: String, checks: [IstioCheck], value: ObjectValue) {
            self.object = object
            self.summary = summary
            self.checks = checks
            self.value = value
        }
    }

    /// Objects of Istio, those with the worst checks first, then by name.
    package var objects: [ObjectRow]
    /// All checks, those of Kubernetes' own objects included; sorted by object.
    package var checks: [IstioCheck]
    /// The ports of members and their ways, sorted by namespace, pod, port and direction.
    package var policies: [BypassRow]
    /// The routes that split traffic by weight.
    package var splits: [TrafficSplit]
    /// Checks that could not be made, sorted.
    package var unjudged: [UnjudgedCheck]
    /// What was assumed, in sentences: the mesh's settings where they could not be read.
    package var assumptions: [String]
    /// Services with the policies that apply to them, for edges of traffic.
    package var services: [ServicePolicy]

    /// Every property as given.
    package init(
        objects: [ObjectRow], checks: [IstioCheck], policies: [BypassRow], splits: [TrafficSplit],
        unjudged: [UnjudgedCheck], assumptions: [String], services: [ServicePolicy]
    ) {
        self.objects = objects
        self.checks = checks
        self.policies = policies
        self.splits = splits
        self.unjudged = unjudged
        self.assumptions = assumptions
        self.services = services
    }
}

extension IstioSnapshot {
    /// What could not be judged, in a sentence for each thing that was not read.
    package var unjudgedTexts: [String] {
        Dictionary(grouping: unjudged, by: \.missing).sorted { $0.key < $1.key }.map { missing, checks in
            let codes = Set(checks.map(\.code)).sorted().joined(separator: " ")
            return
                "not judged, because \(missing) were not read: \(codes) of \(checks.count) object\(checks.count == 1 ? "" : "s")"
        }
    }
}

/// A route of a VirtualService that splits requests among subsets.
package struct TrafficSplit: Hashable, Sendable {
    /// A part of the split.
    package struct Share: Hashable, Sendable {
        /// The subset; empty for the whole service.
        package var subset: String
        /// The version that its labels select, if they name one.
        package var version: String?
        /// What it is to have, in percent of the route.
        package var percent: Double

        /// Every property as given.
        package init(subset: String, version: String?, percent: Double) {
            self.subset = subset
            self.version = version
            self.percent = percent
        }
    }

    /// The VirtualService.
    package var object: ObjectReference
    /// The place of the route: `spec/http[1]`.
    package var path: String
    /// The service that is split.
    package var service: ObjectName
    /// Its parts, in the order of the route.
    package var shares: [Share]
    /// Whether other routes of the same object lead to the same subsets, for which observed shares say nothing of this one.
    package var isAlone: Bool

    /// Every property as given.
    package init(object: ObjectReference, path: String, service: ObjectName, shares: [Share], isAlone: Bool) {
        self.object = object
        self.path = path
        self.service = service
        self.shares = shares
        self.isAlone = isAlone
    }
}

/// What the configuration says of traffic to a service.
package struct ServicePolicy: Hashable, Sendable {
    /// Limits whose excess Envoy refuses.
    package struct Limits: Hashable, Sendable {
        /// The DestinationRule.
        package var object: ObjectReference
        /// In words: `maxConnections 100, http1MaxPendingRequests 50`; empty without a connection pool.
        package var pool: String
        /// In words: `5 consecutive 5xx eject for 30s`; empty without outlier detection.
        package var ejection: String

        /// Every property as given.
        package init(object: ObjectReference, pool: String, ejection: String) {
            self.object = object
            self.pool = pool
            self.ejection = ejection
        }
    }

    /// How often a route tries again.
    package struct Retries: Hashable, Sendable {
        /// The VirtualService.
        package var object: ObjectReference
        /// The place of the route: `spec/http[1]/retries`.
        package var path: String
        /// How many attempts follow the first.
        package var attempts: Int

        /// Every property as given.
        package init(object: ObjectReference, path: String, attempts: Int) {
            self.object = object
            self.path = path
            self.attempts = attempts
        }
    }

    /// The service.
    package var service: ObjectName
    /// What its pods' proxies ask of callers.
    package var mutualTLS: BypassRow.MutualTLS
    /// The object that says so.
    package var decidedBy: ObjectReference?
    /// The authorization policies that select its pods, those that deny first.
    package var authorization: [AuthorizationRow]
    /// The VirtualServices for its host, the one that applies first.
    package var routes: [ObjectReference]
    /// The DestinationRules for its host.
    package var rules: [ObjectReference]
    /// Its limits.
    package var limits: Limits?
    /// Its retries: the most of any route.
    package var retries: Retries?

    /// Every property as given.
    package init(
        service: ObjectName, mutualTLS: BypassRow.MutualTLS, decidedBy: ObjectReference?,
        authorization: [AuthorizationRow], routes: [ObjectReference], rules: [ObjectReference], limits: Limits?,
        retries: Retries?
    ) {
        self.service = service
        self.mutualTLS = mutualTLS
        self.decidedBy = decidedBy
        self.authorization = authorization
        self.routes = routes
        self.rules = rules
        self.limits = limits
        self.retries = retries
    }
}

/// An authorization policy, as far as it decides who may call.
package struct AuthorizationRow: Hashable, Sendable {
    /// The object.
    package var object: ObjectReference
    /// `ALLOW`, `DENY`, `CUSTOM` or `AUDIT`.
    package var action: String
    /// Principals that its rules name; empty: rules that do not ask who calls.
    package var principals: [String]
    /// Whether one of its rules does not ask who calls.
    package var takesAnyone: Bool
    /// Whether there is no rule at all: it allows nothing.
    package var isEmpty: Bool
    /// What its rules ask besides, in words: `ports 8080, methods GET POST`.
    package var operations: String

    /// Every property as given.
    package init(
        object: ObjectReference, action: String, principals: [String], takesAnyone: Bool, isEmpty: Bool,
        operations: String
    ) {
        self.object = object
        self.action = action
        self.principals = principals
        self.takesAnyone = takesAnyone
        self.isEmpty = isEmpty
        self.operations = operations
    }
}
