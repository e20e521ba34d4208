// SPDX-License-Identifier: Apache-2.0
import Model

/// The numbers of the kinds of subjects that a health endpoint is about.
private enum ProbeSubjectCode {
    static let workload: UInt8 = 1
    static let member: UInt8 = 2
}

extension ObservationEncoder {
    mutating func probed(_ report: ProbeReport, _ reply: Reply) {
        wire.byte(ObservationCode.probed)
        wire.byte(CodeTable.verdicts.code(of: report.verdict) ?? 0)
        wire.signed(Int64(report.status))
        text(Secrets.masked(report.text))
        self.reply(reply)
    }

    mutating func probeSubject(_ subject: ProbeSubject) {
        switch subject {
        case .workload(let name):
            wire.byte(ProbeSubjectCode.workload)
            text(name.namespace)
            text(name.name)
        case .member(let host, let port):
            wire.byte(ProbeSubjectCode.member)
            text(host)
            optional(port) { $0.wire.signed(Int64($1)) }
        }
    }
}

extension ObservationDecoder {
    mutating func probed() throws(WireError) -> Observation.Payload {
        let verdict = try value(.verdicts, "verdict of a probe")
        guard let status = Int(exactly: try wire.signed()) else { throw WireError("a status is too large") }
        let report = ProbeReport(verdict, status: status, text: try text())
        return .probed(report, try reply())
    }

    mutating func probeSubject() throws(WireError) -> ProbeSubject {
        switch try wire.byte() {
        case ProbeSubjectCode.workload: return .workload(WorkloadName(namespace: try text(), name: try text()))
        case ProbeSubjectCode.member:
            let host = try text()
            let port = try wire.flag() ? Int(exactly: try wire.signed()) : nil
            return .member(host: host, port: port)
        case let code: throw WireError("\(code) is no subject of a probe")
        }
    }
}
