// SPDX-License-Identifier: Apache-2.0
package import Model

extension RandomObservations {
    mutating func podPlace() -> PodPlace {
        PodPlace(
            pod: ObjectName(namespace: "shop", name: "shop-\(Int.random(in: 0..<4, using: &generator))"),
            container: optional("app"), way: text())
    }

    /// What may be observed of any kind of object.
    package mutating func anyKubernetesReport() -> KubernetesReport { kubernetesReport() }

    mutating func kubernetesReport() -> KubernetesReport {
        let resource = pick(KubernetesResource.allCases)
        let objects = (0..<Int.random(in: 0...4, using: &generator)).map { _ in object(resource) }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return KubernetesReport(resource, .listed(objects))
        case 1: return KubernetesReport(resource, .removed(objects.compactMap(\.objectName)))
        case 2: return KubernetesReport(resource, .unchanged)
        default: return KubernetesReport(resource, .changed(objects))
        }
    }

    /// An object in which every field may be missing or of another type.
    private mutating func object(_ resource: KubernetesResource) -> ObjectValue {
        let name = "shop-\(Int.random(in: 0..<4, using: &generator))"
        let metadata: ObjectValue = .map([
            ObjectField("name", chance(0.9) ? .text(name) : junk()), ObjectField("namespace", .text("shop")),
            ObjectField("uid", .text(text())), ObjectField("creationTimestamp", time(or: junk())),
            ObjectField("labels", .map([ObjectField("pod-template-hash", junk())])),
            ObjectField("ownerReferences", .list([owner(), junk()])),
        ])
        let container: ObjectValue = .map([ObjectField("name", .text("app")), ObjectField("ports", junk())])
        let status: ObjectValue = .map([
            ObjectField("phase", chance(0.7) ? .text("Running") : junk()),
            ObjectField("podIP", .text("10.0.0.\(Int.random(in: 1..<5, using: &generator))")),
            ObjectField(
                "conditions", .list([.map([ObjectField("type", .text("Ready")), ObjectField("status", junk())])])),
            ObjectField(
                "containerStatuses",
                .list([
                    .map([
                        ObjectField("name", .text("app")), ObjectField("restartCount", junk()),
                        ObjectField("lastState", .map([ObjectField("terminated", terminated())])),
                    ])
                ])),
        ])
        return .map([
            ObjectField("metadata", metadata),
            ObjectField(
                "spec", .map([ObjectField("containers", .list([container])), ObjectField("replicas", junk())])),
            ObjectField("status", status), ObjectField("reason", junk()), ObjectField("message", junk()),
            ObjectField("lastTimestamp", time(or: junk())), ObjectField("count", junk()),
            ObjectField("involvedObject", .map([ObjectField("kind", .text("Pod")), ObjectField("name", .text(name))])),
        ])
    }

    private mutating func owner() -> ObjectValue {
        .map([
            ObjectField("kind", .text("ReplicaSet")), ObjectField("name", .text("shop-1")),
            ObjectField("controller", .bool(chance(0.5))),
        ])
    }

    private mutating func terminated() -> ObjectValue {
        chance(0.3)
            ? .null
            : .map([
                ObjectField("exitCode", junk()), ObjectField("reason", junk()),
                ObjectField("finishedAt", time(or: junk())),
            ])
    }

    private mutating func time(or other: ObjectValue) -> ObjectValue {
        chance(0.8) ? .text(Timestamp(microseconds: time).description) : other
    }

    private mutating func junk() -> ObjectValue {
        pick([
            .null, .bool(true), .integer(.max), .integer(-1), .integer(3), .number(.infinity), .number(0.5), .text(""),
            .text("OOMKilled"), .text("∞"), .list([]), .map([]), .list([.null]),
        ])
    }
}
