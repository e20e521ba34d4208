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
        return .metrics(report, try reply())
    }

    private mutating func observer() throws(WireError) -> MetricReport.Observer {
        try wire.flag() ? .address(try address()) : .host(try text())
    }
}
