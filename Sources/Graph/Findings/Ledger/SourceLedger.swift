// SPDX-License-Identifier: Apache-2.0
package import Model

/// The observations behind the state of each source.
package struct SourceLedger: Sendable {
    package struct Record: Hashable, Sendable {
        /// The newest answer.
        package var answered: Sighting?
        /// The first failure since.
        package var failed: Sighting?
        /// The newest failure since.
        package var failedLast: Sighting?
        /// Its code.
        package var code: SourceFailure.Code?
        /// How many failures in a row.
        package var failures = 0
        /// When it last did not answer in time, whatever came since.
        package var lastSilent: Timestamp?
        /// When it last answered again after failures.
        package var resumed: Timestamp?
    }

    private var records: [SourceID: Record] = [:]

    package subscript(id: SourceID) -> Record? { records[id] }

    mutating func recordFailure(_ failure: SourceFailure, in entry: Entry) {
        var record = records[entry.source] ?? Record()
        let sighting = entry.sighting(nil, "\(entry.source.target): \(failure.message)")
        record.failed = record.failed ?? sighting
        record.failedLast = sighting
        record.code = failure.code
        record.failures += 1
        if failure.code == .timeout { record.lastSilent = entry.now }
        records[entry.source] = record
    }

    mutating func recordAnswer(in entry: Entry) {
        var record = records[entry.source] ?? Record()
        if record.failures > 0 { record.resumed = entry.now }
        record.answered = entry.sighting(nil, "\(entry.source.target) answers")
        (record.failed, record.failedLast, record.code, record.failures) = (nil, nil, nil, 0)
        records[entry.source] = record
    }

    mutating func forget(_ id: SourceID) { records[id] = nil }
}
