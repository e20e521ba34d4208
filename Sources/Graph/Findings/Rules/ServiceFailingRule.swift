// SPDX-License-Identifier: Apache-2.0
import Model

/// A service to which so many requests fail that Kiali's rules call it a failure.
enum ServiceFailingRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        TrafficFindings.failing(.serviceFailing, .failure, scene)
    }
}
