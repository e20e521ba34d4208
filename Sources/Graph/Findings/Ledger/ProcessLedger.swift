// SPDX-License-Identifier: Apache-2.0
package import Model

/// Processes that do not get their work done, as metrics servers report them.
package struct ProcessLedger: Sendable {
    /// Maximum number of processes.
    package static let maximumProcesses = 4_096

    /// What is reported of one process.
    package struct Record: Hashable, Sendable {
        package var process: MetricReport.Process
        /// The answer that first had it, and the newest that has it.
        package var first: Sighting
        package var last: Sighting
    }

    private struct Key: Hashable {
        var source: SourceID
        var observer: MetricReport.Observer
    }

    private var records: [Key: Record] = [:]

    /// What the newest answers say of a process at an address: by the address, or by its host.
    package func record(_ address: Address) -> Record? {
        let names = [MetricReport.Observer.address(address)] + (address.host.map { [.host($0)] } ?? [])
        return records.filter { names.contains($0.key.observer) }.values.max {
            ($0.last.observation, $0.process.queue ?? 0) < ($1.last.observation, $1.process.queue ?? 0)
        }
    }

    /// Whether nothing stands out.
    package var isEmpty: Bool { records.isEmpty }

    mutating func forget(_ source: SourceID) { records = records.filter { $0.key.source != source } }

    mutating func record(_ report: MetricReport, in entry: Entry) {
        var next = records.filter { $0.key.source != entry.source }
        for process in report.processes.prefix(Self.maximumProcesses) {
            let key = Key(source: entry.source, observer: process.observer)
            let sighting = entry.sighting(nil, Self.words(process))
            next[key] = Record(process: process, first: records[key]?.first ?? sighting, last: sighting)
        }
        records = next
    }

    /// The server says the same as before.
    mutating func renew(_ source: SourceID, in entry: Entry) {
        for key in Array(records.keys) where key.source == source { records[key]?.last.at = entry.now }
    }

    private static func words(_ process: MetricReport.Process) -> String {
        var words: [String] = []
        if let queue = process.queue {
            words.append("\(Int(queue)) tasks wait for a thread of its dispatchers")
            if let leaving = process.leaving { words.append("\(leaving) a second leave the queue") }
        }
        if let hiccup = process.hiccup { words.append("the whole process stood still for up to \(hiccup) s") }
        if let part = process.collecting { words.append("\(Int(part * 100)) % of the time is garbage collection") }
        return words.joined(separator: ", ")
    }
}
