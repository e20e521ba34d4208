// SPDX-License-Identifier: Apache-2.0
import Model

/// The numbers of what stands behind an origin: what a health endpoint is about, the pod of a source.
private enum OriginPartCode {
    static let workload: UInt8 = 1
    static let member: UInt8 = 2
    static let pod: UInt8 = 3
}

extension ObservationEncoder {
    mutating func probed(_ report: ProbeReport, _ reply: Reply) {
        wire.byte(ObservationCode.probed)
        wire.byte(CodeTable.verdicts.code(of: report.verdict) ?? 0)
        wire.signed(Int64(report.status))
        text(Self.safe(report.text))
        self.reply(reply)
    }

    mutating func probeSubject(_ subject: ProbeSubject) {
        switch subject {
        case .workload(let name):
            wire.byte(OriginPartCode.workload)
            text(name.namespace)
            text(name.name)
        case .member(let host, let port):
            wire.byte(OriginPartCode.member)
            text(host)
            optional(port) { $0.wire.signed(Int64($1)) }
        }
    }

    mutating func podPlace(_ place: PodPlace) {
        wire.byte(OriginPartCode.pod)
        text(place.pod.namespace)
        text(place.pod.name)
        optional(place.container) { $0.text($1) }
        text(place.way)
    }
}

extension ObservationDecoder {
    mutating func probed() throws(WireError) -> Observation.Payload {
        let verdict = try value(.verdicts, "verdict of a probe")
        guard let status = Int(exactly: try wire.signed()) else { throw WireError("a status is too large") }
        let report = ProbeReport(verdict, status: status, text: try text())
        return .probed(report, try reply())
    }

    mutating func addPart(to origin: inout SourceOrigin) throws(WireError) {
        switch try wire.byte() {
        case OriginPartCode.workload:
            origin.subject = .workload(WorkloadName(namespace: try text(), name: try text()))
        case OriginPartCode.member:
            let host = try text()
            let port = try wire.flag() ? Int(exactly: try wire.signed()) : nil
            origin.subject = .member(host: host, port: port)
        case OriginPartCode.pod:
            let pod = ObjectName(namespace: try text(), name: try text())
            let container = try wire.flag() ? try text() : nil
            origin.pod = PodPlace(pod: pod, container: container, way: try text())
        case let code: throw WireError("\(code) is no part of an origin")
        }
    }
}
