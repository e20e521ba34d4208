// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A VirtualService (kubernetes.md §8.2).
struct VirtualService: Sendable {
    /// Where a part of a route's traffic goes.
    struct Destination: Sendable {
        let host: String
        let subset: String
        /// 0 where none was given.
        let weight: Int
        /// Whether there is a destination at all.
        let isThere: Bool

        init(_ object: ObjectValue) {
            let destination = object["destination"]
            host = destination["host"].text ?? ""
            subset = destination["subset"].text ?? ""
            weight = object["weight"].count ?? 0
            isThere = !destination.isNull
        }
    }

    /// A host that gets copies of requests.
    struct Mirror: Sendable {
        let host: String
        let subset: String
        /// Its place below the route.
        let path: String
    }

    /// One entry of `http`, `tcp` or `tls`.
    struct Route: Sendable {
        /// `http`, `tcp` or `tls`.
        let list: String
        /// The place in its list.
        let place: Int
        let destinations: [Destination]
        let mirrors: [Mirror]
        /// The gateways that its matches name, by match.
        let matchGateways: [[String]]
        /// Whether only some requests take it.
        let isConditional: Bool
        /// How many attempts follow the first; `nil`: nothing was said.
        let attempts: Int?
        let perTryTimeout: Duration?
        let timeout: Duration?
        /// The VirtualService that goes on, if this route delegates.
        let delegate: ObjectName?

        var path: String { "spec/\(list)[\(place)]" }

        init(_ list: String, _ place: Int, _ object: ObjectValue, namespace: String) {
            self.list = list
            self.place = place
            destinations = object["route"].items.map { Destination($0) }
            var mirrors: [Mirror] = []
            if let host = object["mirror"]["host"].text {
                mirrors.append(Mirror(host: host, subset: object["mirror"]["subset"].text ?? "", path: "mirror"))
            }
            for (place, mirror) in object["mirrors"].items.enumerated() {
                guard let host = mirror["destination"]["host"].text else { continue }
                let subset = mirror["destination"]["subset"].text ?? ""
                mirrors.append(Mirror(host: host, subset: subset, path: "mirrors[\(place)]/destination"))
            }
            self.mirrors = mirrors
            let matches = object["match"].items
            matchGateways = matches.map { $0["gateways"].words }
            isConditional = !matches.isEmpty && !matches.contains { $0.fields.isEmpty }
            let retries = object["retries"]
            attempts = retries["attempts"].count
            perTryTimeout = retries["perTryTimeout"].text.flatMap { Duration(golang: $0) }
            timeout = object["timeout"].text.flatMap { Duration(golang: $0) }
            delegate = object["delegate"]["name"].text.map {
                ObjectName(namespace: object["delegate"]["namespace"].text ?? namespace, name: $0)
            }
        }
    }

    let head: ObjectHead
    let hosts: [String]
    let gateways: [String]
    let exportTo: [String]
    let routes: [Route]
    /// Whether it has a specification at all.
    let hasSpec: Bool

    init?(_ object: ObjectValue) {
        guard let head = ObjectHead("VirtualService", object) else { return nil }
        self.head = head
        let spec = object["spec"]
        hasSpec = !spec.fields.isEmpty
        hosts = spec["hosts"].words
        gateways = spec["gateways"].words
        exportTo = spec["exportTo"].words
        routes = ["http", "tcp", "tls"].flatMap { list in
            spec[list].items.enumerated().map { Route(list, $0, $1, namespace: head.namespace) }
        }
    }

    /// Whether it is for traffic within the mesh.
    var isForMesh: Bool { gateways.isEmpty || gateways.contains("mesh") }
}

extension Duration {
    /// A duration as Go writes it: `1.5s`, `1m30s`, `250ms`; `nil` for anything else.
    init?(golang text: String) {
        let units: [(String, Int64)] = [
            ("ms", 1_000), ("us", 1), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
        ]
        var (rest, total) = (text[...], 0.0)
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            guard let value = Double(number), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                return nil
            }
            rest = rest.dropFirst(unit.0.count)
            total += value * Double(unit.1)
            guard total < 1e15 else { return nil }
        }
        guard !text.isEmpty else { return nil }
        self = .microseconds(Int64(total))
    }
}
