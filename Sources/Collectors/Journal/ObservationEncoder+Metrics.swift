// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationEncoder {
    mutating func metrics(_ report: MetricReport, _ reply: Reply) {
        wire.byte(ObservationCode.metrics)
        moment(report.evaluatedAt)
        each(report.detectors) { $0.detector($1) }
        each(report.records) { $0.record($1) }
        each(report.counts) { $0.count($1) }
        each(report.findings) { encoder, finding in
            encoder.text(finding.rule)
            encoder.wire.signed(Int64(finding.series))
        }
        each(report.warnings) { $0.text(Self.safe($1)) }
        wire.signed(Int64(report.unusable))
        self.reply(reply)
        // Added later: without any the record is what it was before.
        guard !report.processes.isEmpty else { return }
        each(report.processes) { encoder, process in
            encoder.observer(process.observer)
            for value in [process.queue, process.leaving, process.hiccup, process.collecting] {
                encoder.optional(value) { $0.real($1) }
            }
        }
    }

    private mutating func detector(_ detector: MetricReport.Detector) {
        observer(detector.observer)
        address(detector.peer)
        real(detector.phi)
        optional(detector.threshold) { $0.real($1) }
        moment(detector.at)
    }

    private mutating func record(_ record: MetricReport.Record) {
        observer(record.observer)
        address(record.subject)
        optional(record.status) { $0.status($1) }
        optional(record.isUnreachable) { $0.wire.flag($1) }
        moment(record.at)
    }

    private mutating func count(_ count: MetricReport.Count) {
        observer(count.observer)
        optional(count.system) { $0.text($1) }
        text(count.word)
        wire.signed(Int64(count.count))
    }

    private mutating func observer(_ observer: MetricReport.Observer) {
        switch observer {
        case .address(let address):
            wire.flag(true)
            self.address(address)
        case .host(let host):
            wire.flag(false)
            text(host)
        }
    }
}
