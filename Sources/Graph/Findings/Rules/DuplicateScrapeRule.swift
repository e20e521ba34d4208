// SPDX-License-Identifier: Apache-2.0
import Model

/// A metrics server that has the same detector twice: a node is scraped by two jobs, or under two names, and sums of its series count double.
///
/// With a metrics server only.
enum DuplicateScrapeRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        scene.ledger.duplicates.all.map { source, duplicate in
            var found = Candidate(
                .duplicateScrape, in: "", about: source.description, severity: .degraded, isConfirmed: true,
                title: "\(source.target) has \(duplicate.count.of("series")) twice, such as \(duplicate.example)",
                cause: "two scrape jobs, or two names of one target, or a proxy that merges the application's metrics",
                subjects: [source.target], since: duplicate.first.at,
                evidence: [duplicate.first.evidence(), duplicate.last.evidence()],
                next: "compare the labels job and instance of the series, and drop one of the targets")
            found.delay = .seconds(10)
            found.patience = .seconds(60)
            return found
        }
    }
}
