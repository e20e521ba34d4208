// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Turns the answer to a ``MetricQuery`` into a report.
struct MetricDecoder: SeriesSink {
    /// Maximum number of series that are taken; the rest is counted.
    static let maximumSeries = 100_000
    /// Maximum number of characters of a label's value, and of its name.
    static let maximumValue = 512
    static let maximumName = 128

    private let rules: [MetricRule]
    private var labels = ByteInterner<Label>(maximum: 1 << 10)
    private var addresses = ByteInterner<Address?>(maximum: 1 << 16)
    private var texts = ByteInterner<String>(maximum: 1 << 14)
    private var row = Row()
    private var rows: [Row] = []
    private var ages: [Target: Double] = [:]
    private var evaluatedAt = 0.0
    private var found: [Int]
    private(set) var unusable = 0

    init(rules: [MetricRule]) {
        self.rules = rules
        found = Array(repeating: 0, count: rules.count)
    }

    /// The labels that mean something to every rule, and any other by its name.
    private enum Label {
        case rule, metric, job, instance
        case other(String)
    }

    private struct Target: Hashable {
        var job = ""
        var instance = ""
    }

    private struct Row {
        var rule = ""
        var metric = ""
        var target = Target()
        var others: [(name: String, text: String, address: Address?)] = []
        var value = 0.0
    }

    // MARK: - Series

    mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError) {
        let label = labels.value(of: name) { (bytes) throws(Never) in Self.label(bytes) }
        let text = texts.value(of: value) { (bytes) throws(Never) in
            SafeText.line(of: bytes, maximum: Self.maximumValue)
        }
        switch label {
        case .rule: row.rule = text
        case .metric: row.metric = text
        case .job: row.target.job = text
        case .instance: row.target.instance = text
        case .other(let name):
            let address = addresses.value(of: value) { (bytes) throws(Never) in
                try? Address(parsing: String(decoding: bytes, as: UTF8.self))
            }
            row.others.append((name, text, address))
        }
    }

    private static func label(_ name: UnsafeRawBufferPointer) -> Label {
        if name.equals("meshtop_rule") { return .rule }
        if name.equals("__name__") { return .metric }
        if name.equals("job") { return .job }
        return name.equals("instance") ? .instance : .other(SafeText.line(of: name, maximum: maximumName))
    }

    mutating func finish(value: Double, at: Double) throws(JSONError) {
        defer { row = Row() }
        evaluatedAt = max(evaluatedAt, at)
        if row.rule == MetricQuery.ageRule {
            ages[row.target] = value
        } else if rows.count < Self.maximumSeries {
            row.value = value
            rows.append(row)
        } else {
            unusable += 1
        }
    }

    // MARK: - Report

    /// The metrics that described something, by whose samples' times ages are asked.
    var agedMetrics: [String] {
        let used = rows.filter {
            rules(of: $0).map { $0.rule.role.isAged } ?? false
        }
        return Array(Set(used.map(\.metric))).sorted().prefix(MetricQuery.maximumAgedMetrics).map { $0 }
    }

    /// What all series together say.
    mutating func report(warnings: [String]) -> MetricReport {
        var report = MetricReport(evaluatedAt: Self.moment(evaluatedAt), warnings: warnings)
        var thresholds: [Pair: Double] = [:]
        var records: [Pair: MetricReport.Record] = [:]
        var processes: [String: MetricReport.Process] = [:]
        for row in rows {
            if add(process: row, to: &processes) { continue }
            guard let (number, rule) = rules(of: row) else { continue }
            found[number] += 1
            switch rule.role {
            case .phi: add(detector: row, rule, to: &report)
            case .threshold: add(threshold: row, rule, to: &thresholds)
            case .status, .reachability: add(record: row, rule, to: &records)
            case .count: add(count: row, rule, to: &report)
            case .kamon, .jmx, .otel, .available: break
            }
        }
        for (index, detector) in report.detectors.enumerated() {
            let ofPeer = thresholds[Pair(observer: detector.observer, peer: detector.peer)]
            report.detectors[index].threshold = ofPeer ?? thresholds[Pair(observer: detector.observer, peer: nil)]
        }
        report.records = Array(records.values)
        report.processes = processes.values.filter(\.standsOut)
        report.sort()
        report.findings = findings()
        report.unusable = unusable
        return report
    }

    /// One line for each role, because rules of one role stand in for each other.
    private func findings() -> [MetricReport.Finding] {
        MetricRule.Role.allCases.map { role in
            let series = zip(rules, found).filter { $0.0.role == role }.reduce(0) { $0 + $1.1 }
            return MetricReport.Finding(rule: role.name, series: series)
        }
    }

    private struct Pair: Hashable {
        var observer: MetricReport.Observer
        var peer: Address?
    }

    private func rules(of row: Row) -> (number: Int, rule: MetricRule)? {
        guard let number = Int(row.rule), rules.indices.contains(number) else { return nil }
        return (number, rules[number])
    }

    private mutating func add(detector row: Row, _ rule: MetricRule, to report: inout MetricReport) {
        guard let observer = observer(row, rule), let peer = peer(row, rule), let phi = Self.phi(row.value) else {
            unusable += 1
            return
        }
        report.detectors.append(
            MetricReport.Detector(observer: observer, peer: peer, phi: phi, threshold: nil, at: time(row)))
    }

    private mutating func add(threshold row: Row, _ rule: MetricRule, to thresholds: inout [Pair: Double]) {
        guard let observer = observer(row, rule), row.value.isFinite, row.value > 0 else {
            unusable += 1
            return
        }
        thresholds[Pair(observer: observer, peer: peer(row, rule))] = row.value
    }

    private mutating func add(record row: Row, _ rule: MetricRule, to records: inout [Pair: MetricReport.Record]) {
        guard let observer = observer(row, rule), let peer = peer(row, rule), row.value.isFinite else {
            unusable += 1
            return
        }
        let fresh = MetricReport.Record(
            observer: observer, subject: peer, status: nil, isUnreachable: nil, at: time(row))
        var record = records[Pair(observer: observer, peer: peer)] ?? fresh
        if rule.role == .status {
            record.status = Self.status(row.value)
        } else {
            record.isUnreachable = row.value != 0
        }
        records[Pair(observer: observer, peer: peer)] = record
    }

    private mutating func add(count row: Row, _ rule: MetricRule, to report: inout MetricReport) {
        guard let observer = observer(row, rule), let count = Int(exactly: row.value.rounded()), count >= 0 else {
            unusable += 1
            return
        }
        let system = row.others.first { $0.name.hasSuffix("system_name") || $0.name == "system" }?.text
        report.counts.append(
            MetricReport.Count(observer: observer, system: system, word: Self.countWord(row.metric), count: count))
    }

    /// - Returns: whether the row is about a process.
    private func add(process row: Row, to processes: inout [String: MetricReport.Process]) -> Bool {
        guard let query = ProcessQuery.allCases.first(where: { $0.rule == row.rule }) else { return false }
        guard !row.target.instance.isEmpty else { return true }
        let host = Self.host(row.target.instance)
        var process = processes[host] ?? MetricReport.Process(observer: .host(host))
        query.set(row.value, of: &process)
        processes[host] = process
        return true
    }

    // MARK: - Labels

    private static let observerLabels = ["self", "self_node", "self_address", "node", "observer", "akka_address"]
    private static let peerLabels = ["peer", "member", "remote_node", "remote", "subject"]

    private func observer(_ row: Row, _ rule: MetricRule) -> MetricReport.Observer? {
        let names = rule.observerLabel.map { [$0] } ?? Self.observerLabels
        for name in names {
            guard let label = row.others.first(where: { $0.name == name }) else { continue }
            if let address = label.address { return .address(address) }
            if rule.observerLabel != nil, !label.text.isEmpty { return .host(Self.host(label.text)) }
        }
        if rule.observerLabel == "instance" || rule.observerLabel == nil, !row.target.instance.isEmpty {
            return .host(Self.host(row.target.instance))
        }
        return nil
    }

    /// By name, else by shape: a value that is an address, and not the observer's.
    private func peer(_ row: Row, _ rule: MetricRule) -> Address? {
        if let name = rule.peerLabel { return row.others.first { $0.name == name }?.address }
        for name in Self.peerLabels {
            if let address = row.others.first(where: { $0.name == name })?.address { return address }
        }
        let names = rule.observerLabel.map { [$0] } ?? Self.observerLabels
        return row.others.first { $0.address != nil && !names.contains($0.name) }?.address
    }

    private static func host(_ place: String) -> String {
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
            return String(place[place.index(after: place.startIndex)..<end])
        }
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : place
    }

    // MARK: - Values

    /// Lightbend Telemetry reports an infinite phi as 1,048,576.
    private static func phi(_ value: Double) -> Double? {
        guard value >= 0 else { return nil }
        return value >= 1_048_576 ? .infinity : value + 0
    }

    /// Kamon's codes (`ClusterInstrumentation`); the two statuses of a shutdown have none.
    private static func status(_ code: Double) -> MemberStatus? {
        switch code {
        case 1: .joining
        case 2: .weaklyUp
        case 3: .up
        case 4: .leaving
        case 5: .exiting
        case 6: .down
        case 7: .removed
        default: nil
        }
    }

    private static func countWord(_ metric: String) -> String {
        let marker = "_members_"
        let parts = Array(metric.utf8)
        guard metric.hasSuffix("_count"), parts.count > marker.utf8.count + 6 else { return metric }
        let body = parts.dropLast(6)
        guard let range = body.firstRange(of: Array(marker.utf8)) else { return metric }
        return String(decoding: body[range.upperBound...], as: UTF8.self)
    }

    private func time(_ row: Row) -> Timestamp { Self.moment(ages[row.target] ?? evaluatedAt) }

    private static func moment(_ seconds: Double) -> Timestamp {
        let microseconds = (seconds * 1_000_000).rounded()
        guard microseconds.magnitude < 9e18 else { return Timestamp(microseconds: 0) }
        return Timestamp(microseconds: Int64(microseconds))
    }
}

extension MetricReport {
    /// Prometheus answers in no order; equal facts must make equal reports.
    fileprivate mutating func sort() {
        detectors.sort { ($0.observer.text, $0.peer.text) < ($1.observer.text, $1.peer.text) }
        records.sort { ($0.observer.text, $0.subject.text) < ($1.observer.text, $1.subject.text) }
        processes.sort { $0.observer.text < $1.observer.text }
        counts.sort { ($0.observer.text, $0.system ?? "", $0.word) < ($1.observer.text, $1.system ?? "", $1.word) }
    }
}

extension MetricReport.Observer {
    fileprivate var text: String {
        switch self {
        case .address(let address): address.text
        case .host(let host): host
        }
    }
}
