// SPDX-License-Identifier: Apache-2.0
import Model

/// The numbers of the kinds of values.
private enum ObjectCode {
    static let null: UInt8 = 0
    static let no: UInt8 = 1
    static let yes: UInt8 = 2
    static let integer: UInt8 = 3
    static let number: UInt8 = 4
    static let text: UInt8 = 5
    static let list: UInt8 = 6
    static let map: UInt8 = 7
    /// Maximum depth of nesting that is read.
    static let maximumDepth = 64
}

/// The numbers of what becomes known of a collection.
private enum KubernetesChangeCode {
    static let listed: UInt8 = 1
    static let changed: UInt8 = 2
    static let removed: UInt8 = 3
    static let unchanged: UInt8 = 4
}

extension CodeTable where Value == KubernetesResource {
    static let resources = CodeTable([
        (1, .pods), (2, .events), (3, .nodes), (4, .deployments), (5, .replicaSets), (6, .statefulSets),
        (7, .daemonSets), (8, .leases), (9, .akkaLeases), (10, .akkaPodCosts), (11, .pekkoLeases), (12, .pekkoPodCosts),
        (13, .namespaces), (14, .services), (15, .serviceAccounts), (16, .configMaps), (17, .virtualServices),
        (18, .destinationRules), (19, .gateways), (20, .serviceEntries), (21, .sidecars), (22, .workloadEntries),
        (23, .workloadGroups), (24, .peerAuthentications), (25, .authorizationPolicies),
        (26, .requestAuthentications), (27, .telemetries), (28, .wasmPlugins),
    ])
}

extension CodeTable where Value == BootstrapSnapshot.Answer {
    static let contactAnswers = CodeTable([
        (1, .seeds), (2, .none), (3, .refused), (4, .timeout), (5, .denied), (6, .other),
    ])
}

extension ObservationEncoder {
    mutating func kubernetes(_ report: KubernetesReport) {
        wire.byte(ObservationCode.kubernetes)
        wire.byte(CodeTable.resources.code(of: report.resource) ?? 0)
        switch report.change {
        case .listed(let objects): self.objects(KubernetesChangeCode.listed, objects)
        case .changed(let objects): self.objects(KubernetesChangeCode.changed, objects)
        case .removed(let names):
            wire.byte(KubernetesChangeCode.removed)
            wire.count(names.count)
            for name in names {
                text(name.namespace)
                text(name.name)
            }
        case .unchanged: wire.byte(KubernetesChangeCode.unchanged)
        }
    }

    mutating func contactPoint(_ answer: BootstrapSnapshot.Answer, _ seeds: [Address]) {
        wire.byte(ObservationCode.contactPoint)
        wire.byte(CodeTable.contactAnswers.code(of: answer) ?? 0)
        wire.count(seeds.count)
        for seed in seeds { address(seed) }
    }

    private mutating func objects(_ code: UInt8, _ objects: [ObjectValue]) {
        wire.byte(code)
        wire.count(objects.count)
        for object in objects { value(object) }
    }

    private mutating func value(_ value: ObjectValue) {
        switch value {
        case .null: wire.byte(ObjectCode.null)
        case .bool(let on): wire.byte(on ? ObjectCode.yes : ObjectCode.no)
        case .integer(let integer):
            wire.byte(ObjectCode.integer)
            wire.signed(integer)
        case .number(let number):
            wire.byte(ObjectCode.number)
            wire.fixed(Int64(bitPattern: number.bitPattern))
        case .text(let text):
            wire.byte(ObjectCode.text)
            self.text(Self.safe(text))
        case .list(let items):
            wire.byte(ObjectCode.list)
            wire.count(items.count)
            for item in items { self.value(item) }
        case .map(let fields):
            wire.byte(ObjectCode.map)
            wire.count(fields.count)
            for field in fields {
                text(field.name)
                self.value(field.value)
            }
        }
    }
}

extension ObservationDecoder {
    mutating func kubernetes() throws(WireError) -> Observation.Payload {
        let resource = try value(.resources, "kind of object")
        switch try wire.byte() {
        case KubernetesChangeCode.listed: return .kubernetes(KubernetesReport(resource, .listed(try objects())))
        case KubernetesChangeCode.changed: return .kubernetes(KubernetesReport(resource, .changed(try objects())))
        case KubernetesChangeCode.removed:
            var names: [ObjectName] = []
            for _ in 0..<(try wire.count()) { names.append(ObjectName(namespace: try text(), name: try text())) }
            return .kubernetes(KubernetesReport(resource, .removed(names)))
        case KubernetesChangeCode.unchanged: return .kubernetes(KubernetesReport(resource, .unchanged))
        case let code: throw WireError("\(code) is no change of objects")
        }
    }

    mutating func contactPoint() throws(WireError) -> Observation.Payload {
        let answer = try value(.contactAnswers, "answer of a contact point")
        var seeds: [Address] = []
        for _ in 0..<(try wire.count()) { seeds.append(try address()) }
        return .contactPoint(answer, seeds: seeds)
    }

    private mutating func objects() throws(WireError) -> [ObjectValue] {
        var objects: [ObjectValue] = []
        for _ in 0..<(try wire.count()) { objects.append(try object(depth: 0)) }
        return objects
    }

    private mutating func object(depth: Int) throws(WireError) -> ObjectValue {
        guard depth < ObjectCode.maximumDepth else { throw WireError("an object is nested too deeply") }
        switch try wire.byte() {
        case ObjectCode.null: return .null
        case ObjectCode.no: return .bool(false)
        case ObjectCode.yes: return .bool(true)
        case ObjectCode.integer: return .integer(try wire.signed())
        case ObjectCode.number: return .number(Double(bitPattern: UInt64(bitPattern: try wire.fixed())))
        case ObjectCode.text: return .text(try text())
        case ObjectCode.list:
            var items: [ObjectValue] = []
            for _ in 0..<(try wire.count()) { items.append(try object(depth: depth + 1)) }
            return .list(items)
        case ObjectCode.map:
            var fields: [ObjectField] = []
            for _ in 0..<(try wire.count()) {
                let name = try text()
                fields.append(ObjectField(name, try object(depth: depth + 1)))
            }
            return .map(fields)
        case let code: throw WireError("\(code) is no kind of value")
        }
    }
}
