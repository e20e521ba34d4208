// SPDX-License-Identifier: Apache-2.0
import Model

/// What metrics servers and the Kubernetes API report.
extension ObservationRedactor {
    mutating func metrics(_ report: MetricReport) -> MetricReport {
        var result = report
        for place in result.detectors.indices {
            result.detectors[place].observer = observer(report.detectors[place].observer)
            result.detectors[place].peer = address(report.detectors[place].peer)
        }
        for place in result.records.indices {
            result.records[place].observer = observer(report.records[place].observer)
            result.records[place].subject = address(report.records[place].subject)
        }
        for place in result.counts.indices {
            result.counts[place].observer = observer(report.counts[place].observer)
            result.counts[place].system = report.counts[place].system.map { texts.name($0, .system) }
        }
        for place in result.findings.indices { result.findings[place].rule = names(report.findings[place].rule) }
        result.warnings = report.warnings.map { free($0) }
        return result
    }

    private mutating func observer(_ observer: MetricReport.Observer) -> MetricReport.Observer {
        switch observer {
        case .address(let address): .address(self.address(address))
        case .host(let host): .host(names(host))
        }
    }

    mutating func telemetry(_ telemetry: Telemetry) -> Telemetry {
        var result = telemetry
        result.texts = TelemetryTexts()
        for text in telemetry.texts.texts.dropFirst(TelemetryWord.allCases.count) {
            _ = result.texts.append(label(text))
        }
        result.notes = telemetry.notes.map { TelemetryNote($0.metric, free($0.text)) }
        return result
    }

    /// The value of a label: codes, flags, limits and versions stay.
    private mutating func label(_ text: String) -> String {
        let isFlags =
            text.utf8.count <= 40
            && text.split(separator: ",").allSatisfy { part in
                (2...8).contains(part.utf8.count) && part.utf8.allSatisfy { (0x41...0x5A).contains($0) }
            }
        if isFlags || isVersion(text) { return text }
        return names(text)
    }

    private func isVersion(_ text: String) -> Bool {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.count <= 12
            && digits.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            && digits.utf8.count { $0 == UInt8(ascii: ".") } != 3
    }

    // MARK: - Kubernetes

    mutating func kubernetes(_ report: KubernetesReport) -> KubernetesReport {
        let change: KubernetesReport.Change =
            switch report.change {
            case .listed(let objects): .listed(objects.map { object($0, key: "") })
            case .changed(let objects): .changed(objects.map { object($0, key: "") })
            case .removed(let gone): .removed(gone.map { self.object($0) })
            case .unchanged: .unchanged
            }
        return KubernetesReport(report.resource, change)
    }

    private mutating func object(_ value: ObjectValue, key: String) -> ObjectValue {
        switch value {
        case .null, .bool, .integer, .number: value
        case .list(let items): .list(items.map { object($0, key: key) })
        case .map(let fields): .map(fields.map { field($0, of: key) })
        case .text(let text): .text(self.text(text, key: key))
        }
    }

    private mutating func field(_ field: ObjectField, of parent: String) -> ObjectField {
        let isFree = ObjectWords.mapsOfNames.contains(parent)
        let name = isFree && !ObjectWords.labels.contains(field.name) ? names(field.name) : field.name
        return ObjectField(name, object(field.value, key: isFree ? parent : field.name))
    }

    private mutating func text(_ text: String, key: String) -> String {
        if Timestamp(rfc3339: text) != nil { return text }
        switch key {
        case "message", "note": return free(text)
        case _ where ObjectWords.keptFields.contains(key): return free(text) == text || isWord(text) ? text : free(text)
        case _ where ObjectWords.mapsOfNames.contains(key) && isVersion(text): return text
        default: return names(text)
        }
    }

    /// A word or a quantity, as Kubernetes has them in closed fields: `OOMKilled`, `512Mi`.
    private func isWord(_ text: String) -> Bool {
        text.utf8.count <= 40
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
            }
    }
}

/// What the fields of objects of Kubernetes hold.
private enum ObjectWords {
    /// Their values are words of Kubernetes, or quantities.
    static let keptFields: Set<String> = [
        "phase", "status", "type", "reason", "kind", "apiVersion", "restartPolicy", "protocol", "cpu", "memory",
        "ephemeral-storage", "operator", "effect", "qosClass", "maxSurge", "maxUnavailable", "action", "strategy",
        "resourceVersion", "terminationMessagePolicy", "imagePullPolicy", "podManagementPolicy",
    ]
    /// Maps whose keys somebody chose.
    static let mapsOfNames: Set<String> = ["labels", "annotations", "matchLabels", "nodeSelector"]
    /// Keys of such maps that are the same everywhere.
    static let labels: Set<String> = [
        "app", "version", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version",
        "app.kubernetes.io/component", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "pod-template-hash",
        "controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
        "controller.kubernetes.io/pod-deletion-cost", "deployment.kubernetes.io/revision", "sidecar.istio.io/status",
        "sidecar.istio.io/inject", "istio.io/rev", "istio.io/dataplane-mode", "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region", "kubernetes.io/hostname", "actorSystemName",
        "traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts",
    ]
}
