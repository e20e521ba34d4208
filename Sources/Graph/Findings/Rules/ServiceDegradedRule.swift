// SPDX-License-Identifier: Apache-2.0
import Model

/// A service to which more requests fail than Kiali's rules bear, and fewer than make a failure.
enum ServiceDegradedRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        TrafficFindings.failing(.serviceDegraded, .degraded, scene)
    }
}
