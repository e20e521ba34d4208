// SPDX-License-Identifier: Apache-2.0
package import Model

/// What happened in a recorded time, gathered while the journal is folded: the content of `report`, in whatever form it is written.
package struct Story: Sendable {
    /// What is told of: the file, and the time of it.
    package struct Frame: Sendable {
        /// The file, as it can be typed.
        package var file: String
        /// The first and the last moment of the report.
        package var from: Timestamp
        package var until: Timestamp
        /// What could not be read of the file, a clause each.
        package var trouble: [String]

        /// Every property as given.
        package init(file: String, from: Timestamp, until: Timestamp, trouble: [String] = []) {
            (self.file, self.from, self.until, self.trouble) = (file, from, until, trouble)
        }
    }

    /// What the report is about.
    package private(set) var frame: Frame
    private(set) var passages = StoryPassages()
    private(set) var losses = StoryLosses()
    private(set) var forecasts = StoryForecasts()
    private(set) var series = StorySeries()
    /// By id, as each was last.
    private(set) var findings: [String: Finding] = [:]
    private(set) var first: MeshSnapshot?
    /// The picture at the end.
    package private(set) var last: MeshSnapshot?

    /// Nothing has been gathered.
    package init(_ frame: Frame) { self.frame = frame }

    /// Takes note of what an observation brought about.
    ///
    /// - Parameters:
    ///   - changes: as the fold returned them.
    ///   - at: the fold's time.
    package mutating func take(_ changes: [MeshChange], at: Timestamp) {
        for case .finding(let change) in changes { findings[change.finding.id] = change.finding }
        guard at >= frame.from, at <= frame.until else { return }
        for change in changes {
            passages.take(change)
            if case .event(let event) = change { forecasts.take(event) }
        }
    }

    /// Takes note of the picture at a tick.
    package mutating func take(_ snapshot: MeshSnapshot) {
        guard snapshot.at >= frame.from else { return }
        if first == nil, !snapshot.clusters.isEmpty { first = snapshot }
        last = snapshot
        losses.take(snapshot)
        forecasts.take(snapshot)
        series.take(snapshot)
    }

    /// Notes what could not be read.
    package mutating func note(trouble: [String]) { frame.trouble += trouble }

    /// A run that was appended begins: its findings have numbers of their own.
    package mutating func beginRun() { findings = [:] }

    /// The incidents of the time, in the order in which they began.
    var incidents: [Incident] {
        (last?.incidents ?? []).filter { $0.since <= frame.until && ($0.until.map { $0 >= frame.from } ?? true) }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    /// The cause of an incident: its root, else the first of its findings.
    func cause(of incident: Incident) -> Finding? {
        (incident.root.map { [$0] } ?? []).appending(incident.findings).lazy.compactMap { findings[$0] }.first
    }

    /// The findings of the time that belong to no listed incident, in the order in which they began.
    var loneFindings: [Finding] {
        let known = Set(incidents.flatMap(\.findings))
        return findings.values.filter { !known.contains($0.id) && $0.since >= frame.from && $0.since <= frame.until }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }
}

extension [String] {
    fileprivate func appending(_ other: [String]) -> [String] { self + other }
}
