// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Kiali's checks of VirtualServices (business/checkers/virtualservices), and meshtop's own of mirrors and times.
enum VirtualServiceChecks: CheckGroup {
    static let dependencies = Set<KubernetesResource>.visibility.union([
        .virtualServices, .destinationRules, .services, .serviceEntries, .gateways,
    ])

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        let subsets = SubsetIndex(scene)
        let names = Set(scene.gateways.map(\.head.name))
        for service in scene.virtualServices {
            let reach = scene.reach(service)
            guard scene.viewers.contains(where: { reach.covers($0.namespace) }) else { continue }
            if !service.hasSpec {
                sink.say("MESH0001", .error, service.head, "", "it has no specification, and does nothing")
            }
            checkHosts(service, reach, scene, &sink)
            checkGateways(service, names, scene, &sink)
            ExportChecks.check(service.exportTo, service.head, scene, &sink)
            for route in service.routes {
                checkWeights(service, route, scene, &sink)
                checkTimes(service, route, &sink)
            }
            checkSubsets(service, reach, subsets, scene, &sink)
        }
        SingleHostChecks.check(scene, &sink)
    }

    // MARK: - Hosts

    private static func checkHosts(
        _ service: VirtualService, _ reach: Reach, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        let namespace = service.head.namespace
        let severity: IstioCheck.Severity = scene.settings.allowsAny ? .warning : .error
        for route in service.routes {
            for (place, destination) in route.destinations.enumerated() where !destination.host.isEmpty {
                let host = scene.host(destination.host, in: namespace)
                switch scene.presence(host, named: namespace, reach: reach) {
                case .present: continue
                case .unknown(let missing): sink.skip("KIA1101", service.head, missing: missing)
                case .absent:
                    sink.say(
                        "KIA1101", severity, service.head, "\(route.path)/route[\(place)]/destination/host",
                        "it routes to \(host.text), which is no service and no service entry")
                }
            }
            for mirror in route.mirrors {
                let host = scene.host(mirror.host, in: namespace)
                switch scene.presence(host, named: namespace, reach: reach) {
                case .present: continue
                case .unknown(let missing): sink.skip("MESH1101", service.head, missing: missing)
                case .absent:
                    sink.say(
                        "MESH1101", .error, service.head, "\(route.path)/\(mirror.path)/host",
                        "it mirrors requests to \(host.text), which is no service and no service entry: the copies are lost"
                    )
                }
            }
        }
    }

    // MARK: - Gateways

    private static func checkGateways(
        _ service: VirtualService, _ names: Set<ObjectName>, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        var isValid = check(service.gateways, at: "spec", service, names, scene, &sink)
        for route in service.routes where route.list == "http" {
            for gateways in route.matchGateways where isValid {
                isValid = check(gateways, at: "\(route.path)/match", service, names, scene, &sink)
            }
        }
    }

    private static func check(
        _ gateways: [String], at path: String, _ service: VirtualService, _ names: Set<ObjectName>,
        _ scene: IstioScene, _ sink: inout CheckSink
    ) -> Bool {
        var isValid = true
        for (place, gateway) in gateways.enumerated() where gateway != "mesh" {
            if gateway.contains(".") {
                sink.say(
                    "KIA1108", .info, service.head, "spec/gateways[\(place)]",
                    "gateways are better named as NAMESPACE/NAME than with dots")
            }
            let name = gatewayName(gateway, in: service.head.namespace)
            if let name, names.contains(name) { continue }
            if let name, !scene.coverage.knows(.gateways, in: name.namespace) {
                sink.skip("KIA1102", service.head, missing: "gateways of namespace \(name.namespace)")
                continue
            }
            isValid = false
            sink.say(
                "KIA1102", .error, service.head, "\(path)/gateways[\(place)]",
                "there is no gateway \(name?.text ?? gateway)")
        }
        return isValid
    }

    /// `nil` for a name that leads nowhere.
    static func gatewayName(_ text: String, in namespace: String) -> ObjectName? {
        let dots = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        if dots.count > 1 {
            guard dots.count == 2 || dots[2] == MeshHost.domain else { return nil }
            return ObjectName(namespace: dots[1], name: dots[0])
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count > 1
            ? ObjectName(namespace: parts[0], name: parts[1]) : ObjectName(namespace: namespace, name: text)
    }

    // MARK: - Routes

    private static func checkWeights(
        _ service: VirtualService, _ route: VirtualService.Route, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        if route.destinations.count == 1, let weight = route.destinations.first?.weight, weight > 0, weight < 100 {
            sink.say(
                "KIA1104", .warning, service.head, "\(route.path)/route[0]/weight",
                "the weight \(weight) stands at the only destination, which gets everything")
        }
        guard route.destinations.count > 1, route.destinations.allSatisfy(\.isThere) else { return }
        var places: [String: [Int]] = [:]
        for (place, destination) in route.destinations.enumerated() {
            let host = scene.host(destination.host, in: service.head.namespace)
            places["\(host.text) \(destination.subset)", default: []].append(place)
        }
        for place in places.values.filter({ $0.count > 1 }).flatMap({ $0 }).sorted() {
            let destination = route.destinations[place]
            let subset = destination.subset.isEmpty ? "" : " subset \(destination.subset)"
            sink.say(
                "KIA1105", .warning, service.head, "\(route.path)/route[\(place)]/host",
                "\(destination.host)\(subset) is there more than once in this route")
        }
    }

    private static func checkTimes(
        _ service: VirtualService, _ route: VirtualService.Route, _ sink: inout CheckSink
    ) {
        guard let timeout = route.timeout, timeout > .zero, let each = route.perTryTimeout, each > timeout else {
            return
        }
        sink.say(
            "MESH1102", .warning, service.head, "\(route.path)/timeout",
            "the route gives up after \(timeout.brief), before one of its attempts may take \(each.brief): it never tries again"
        )
    }

    // MARK: - Subsets

    private static func checkSubsets(
        _ service: VirtualService, _ reach: Reach, _ index: SubsetIndex, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        for route in service.routes {
            for (place, destination) in route.destinations.enumerated()
            where !destination.host.isEmpty && !destination.subset.isEmpty {
                let path = "\(route.path)/route[\(place)]/destination"
                check(destination.host, destination.subset, "KIA1107", path, service, reach, index, scene, &sink)
            }
            for mirror in route.mirrors where !mirror.subset.isEmpty {
                let path = "\(route.path)/\(mirror.path)/subset"
                check(mirror.host, mirror.subset, "MESH1107", path, service, reach, index, scene, &sink)
            }
        }
    }

    private static func check(
        _ name: String, _ subset: String, _ code: String, _ path: String, _ service: VirtualService, _ reach: Reach,
        _ index: SubsetIndex, _ scene: IstioScene, _ sink: inout CheckSink
    ) {
        let host = scene.host(name, in: service.head.namespace)
        guard index.isMissing(subset, of: host, for: service, reach, scene) else { return }
        // A rule may lie beside the service as well as beside the route.
        for namespace in [service.head.namespace, host.namespace]
        where !namespace.isEmpty && !scene.coverage.knows(.destinationRules, in: namespace) {
            return sink.skip(code, service.head, missing: "destination rules of namespace \(namespace)")
        }
        sink.say(code, .warning, service.head, path, "no destination rule for \(host.text) has a subset \(subset)")
    }
}

/// Which subsets there are for which hosts.
struct SubsetIndex {
    private struct Place {
        let reach: Reach
        let rule: Int
    }

    /// By host, then subset.
    private var exact: [MeshHost: [String: [Place]]] = [:]
    private var wildcards: [(host: MeshHost, subsets: [String: [Place]])] = []

    init(_ scene: IstioScene) {
        var byWildcard: [MeshHost: [String: [Place]]] = [:]
        for (place, rule) in scene.destinationRules.enumerated() where !rule.subsets.isEmpty {
            let host = scene.host(rule.host, in: rule.head.namespace)
            let entry = Place(reach: scene.reach(rule), rule: place)
            for subset in rule.subsets {
                if host.isWildcard { byWildcard[host, default: [:]][subset.name, default: []].append(entry) }
                exact[host, default: [:]][subset.name, default: []].append(entry)
            }
        }
        wildcards = byWildcard.sorted { $0.key.text < $1.key.text }.map { ($0.key, $0.value) }
    }

    /// Whether proxies learn of a route without learning of the subset that it names.
    func isMissing(
        _ subset: String, of host: MeshHost, for service: VirtualService, _ reach: Reach, _ scene: IstioScene
    ) -> Bool {
        var found = exact[host]?[subset] ?? []
        if !host.isComplete, let name = host.twoParts { found += exact[MeshHost(name)]?[subset] ?? [] }
        for (wildcard, subsets) in wildcards where isWithin(host.text, wildcard: wildcard.text) {
            found += subsets[subset] ?? []
        }
        if found.contains(where: { $0.reach == .everywhere }), scene.openViewers.count == scene.viewers.count {
            return false
        }
        return scene.viewers.contains { viewer in
            guard reach.covers(viewer.namespace), imports(service, viewer, scene) else { return false }
            return !found.contains { place in
                guard place.reach.covers(viewer.namespace) else { return false }
                guard let scope = viewer.scope else { return true }
                let rule = scene.destinationRules[place.rule]
                return scope.imports(scene.host(rule.host, in: rule.head.namespace), rule.host, of: rule.head.namespace)
            }
        }
    }

    private func imports(_ service: VirtualService, _ viewer: Viewer, _ scene: IstioScene) -> Bool {
        guard let scope = viewer.scope else { return true }
        return service.hosts.contains {
            scope.imports(scene.host($0, in: service.head.namespace), $0, of: service.head.namespace)
        }
    }
}

/// A namespace that is named in `exportTo` and does not exist.
enum ExportChecks {
    static func check(_ exportTo: [String], _ head: ObjectHead, _ scene: IstioScene, _ sink: inout CheckSink) {
        // The node's proxy does not know exportTo.
        guard !scene.isAmbient(head.namespace) else { return }
        for (place, name) in exportTo.enumerated()
        where name != "." && name != "*" && name != "~" && !scene.isKnown(name) {
            guard scene.coverage.knows(.namespaces) else { return sink.skip("KIA0005", head, missing: "namespaces") }
            sink.say("KIA0005", .error, head, "spec/exportTo[\(place)]", "there is no namespace \(name)")
        }
    }
}

extension Duration {
    /// `3s`, `250ms`, as Go writes it.
    var brief: String {
        let milliseconds = wholeMicroseconds / 1_000
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
