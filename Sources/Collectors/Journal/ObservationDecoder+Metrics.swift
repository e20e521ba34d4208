// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationDecoder {
    mutating func metrics() throws(WireError) -> Observation.Payload {
        var report = MetricReport(evaluatedAt: try moment())
        for _ in 0..<(try wire.count()) {
            report.detectors.append(
                MetricReport.Detector(
                    observer: try observer(), peer: try address(), phi: try real(),
                    threshold: try wire.flag() ? try real() : nil, at: try moment()))
        }
        for _ in 0..<(try wire.count()) {
            report.records.append(
                MetricReport.Record(
                    observer: try observer(), subject: try address(), status: try wire.flag() ? try status() : nil,
                    isUnreachable: try wire.flag() ? try wire.flag() : nil, at: try moment()))
        }
        for _ in 0..<(try wire.count()) {
            report.counts.append(
                MetricReport.Count(
                    observer: try observer(), system: try wire.flag() ? try text() : nil, word: try text(),
                    count: Int(try wire.signed())))
        }
        for _ in 0..<(try wire.count()) {
            report.findings.append(MetricReport.Finding(rule: try text(), series: Int(try wire.signed())))
        }
        for _ in 0..<(try wire.count()) { report.warnings.append(try text()) }
        report.unusable = Int(try wire.signed())
        let reply = try reply()
        guard !wire.isAtEnd else { return .metrics(report, reply) }
        for _ in 0..<(try wire.count()) { report.processes.append(try process()) }
        return .metrics(report, reply)
    }

    private mutating func process() throws(WireError) -> MetricReport.Process {
        var process = MetricReport.Process(observer: try observer())
        process.queue = try wire.flag() ? try real() : nil
        process.leaving = try wire.flag() ? try real() : nil
        process.hiccup = try wire.flag() ? try real() : nil
        process.collecting = try wire.flag() ? try real() : nil
        return process
    }

    private mutating func observer() throws(WireError) -> MetricReport.Observer {
        try wire.flag() ? .address(try address()) : .host(try text())
    }
}
