// SPDX-License-Identifier: Apache-2.0
import Model

/// A piece of a page, whatever the page is written in. All texts are as they came; each form escapes them in its own way.
enum StoryBlock: Equatable {
    case title(String)
    case heading(String)
    case subheading(String)
    case paragraph(String)
    case list([String])
    case table(head: [String], rows: [[String]])
    /// Lines that keep their width: charts, commands.
    case lines([String])
}

/// A story as pieces of a page.
struct StoryPage {
    private static let chartColumns = 60
    /// Maximum number of rows of a table, and of evidence of a finding.
    private static let maximumRows = 200
    private static let maximumEvidence = 8

    private let story: Story

    init(_ story: Story) { self.story = story }

    var blocks: [StoryBlock] {
        [.title(title)] + summary + causes + passages + affected + forecasts + charts + commands + gaps
    }

    // MARK: - What it is about

    private var title: String {
        guard let worst = mainIncident else {
            return "Nothing went wrong that meshtop knows of"
        }
        return worst.title
    }

    /// The worst of the incidents, the earliest of equals.
    private var mainIncident: Incident? {
        story.incidents.enumerated().max { left, right in
            let (one, other) = (severity(left.element), severity(right.element))
            return one == other ? left.offset > right.offset : one < other
        }?.element
    }

    private func severity(_ incident: Incident) -> Finding.Severity { story.cause(of: incident)?.severity ?? .info }

    private var summary: [StoryBlock] {
        let frame = story.frame
        var lines = [
            "From \(frame.from) to \(frame.until), \((frame.until - frame.from).ageText), recorded in \(frame.file)."
        ]
        for cluster in story.last?.clusters ?? [] {
            let up = cluster.currentMembers.count { $0.status == .up }
            let before = story.first?.clusters.first { $0.id == cluster.id }?.currentMembers.count { $0.status == .up }
            let version = cluster.version.map { " \($0)" } ?? ""
            let change =
                before == up || before == nil
                ? "\(up) members Up" : "\(before ?? 0) members Up at the beginning, \(up) at the end"
            lines.append(
                "Cluster \(cluster.id): \(cluster.stack.rawValue)\(version), \(cluster.transport.rawValue) remoting, \(change)."
            )
        }
        if let health = story.last?.health {
            let reasons = health.reasons.isEmpty ? "" : ": \(health.reasons.prefix(3).joined(separator: "; "))"
            lines.append("At the end the health was \(health.level.rawValue)\(reasons).")
        } else {
            lines.append("Nothing was derived in this time: it holds no tick.")
        }
        return [.list(lines)]
    }

    // MARK: - Causes

    private var causes: [StoryBlock] {
        var blocks: [StoryBlock] = []
        for incident in story.incidents { blocks += self.blocks(of: incident) }
        let lone = story.loneFindings.filter { $0.severity > .info }
        if !lone.isEmpty {
            blocks.append(.heading("Further findings"))
            blocks.append(.list(lone.map { "\($0.since) \($0.title) (\($0.id) \($0.rule.rawValue))" }))
        }
        return blocks.isEmpty ? [.heading("Cause"), .paragraph("No finding was open in this time.")] : blocks
    }

    private func blocks(of incident: Incident) -> [StoryBlock] {
        let cause = story.cause(of: incident)
        let until = incident.until.map { "to \($0), \(($0 - incident.since).ageText)" } ?? "not over at the end"
        var blocks: [StoryBlock] = [.heading("Incident \(incident.id): \(incident.title)")]
        blocks.append(.paragraph("From \(incident.since) \(until)."))
        guard let cause else { return blocks }
        let sure = cause.confidence == .suspect ? "The likely first cause" : "The first cause"
        blocks.append(
            .paragraph(
                "\(sure): \(cause.title) (\(cause.id) \(cause.rule.rawValue), \(cause.severity.rawValue), \(cause.confidence.rawValue))."
                    + (cause.cause.map { " Why: \($0)." } ?? "")))
        if !cause.evidence.isEmpty { blocks += [.subheading("Proof"), evidence(of: cause)] }
        if !cause.alternatives.isEmpty {
            blocks.append(.subheading("What else it could have been"))
            blocks.append(.list(cause.alternatives.map { "\($0.rule.rawValue): \($0.against)" }))
        }
        let effects = incident.findings.compactMap { story.findings[$0] }.filter { $0.id != cause.id }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
        if !effects.isEmpty {
            blocks.append(.subheading("What followed"))
            blocks.append(
                .list(
                    effects.map {
                        "\($0.since) \($0.title) (\($0.id) \($0.rule.rawValue)\($0.explainedBy == nil ? ", not explained by the cause" : ""))"
                    }))
        }
        blocks.append(.subheading("What to do"))
        blocks.append(.paragraph("\(cause.next)"))
        if !cause.commands.isEmpty { blocks.append(.lines(cause.commands)) }
        return blocks
    }

    private func evidence(of finding: Finding) -> StoryBlock {
        let shown = finding.evidence.prefix(Self.maximumEvidence)
        return .table(
            head: ["When", "Who", "What", "Observation"],
            rows: shown.map {
                ["\($0.at)", $0.observer?.hostPort ?? $0.source.description, $0.text, "\($0.observation)"]
            })
    }

    // MARK: - What happened

    private var passages: [StoryBlock] {
        let all = story.passages.inOrder
        guard !all.isEmpty else { return [.heading("What happened"), .paragraph("Nothing changed in this time.")] }
        let rows = all.prefix(Self.maximumRows).map { passage in
            ["\(passage.at)", passage.text, Self.observers(passage.observers)]
        }
        let omitted = all.count - rows.count + story.passages.omitted
        let rest: [StoryBlock] =
            omitted > 0 ? [.paragraph("\(omitted) more are left out; a shorter time shows them: --from, --to.")] : []
        return [.heading("What happened"), .table(head: ["When", "What", "Reported by"], rows: rows)] + rest
    }

    private static func observers(_ observers: [Address]) -> String {
        switch observers.count {
        case 0: ""
        case 1...3: observers.map(\.hostPort).joined(separator: ", ")
        default: "\(observers.prefix(2).map(\.hostPort).joined(separator: ", ")) and \(observers.count - 2) more"
        }
    }

    // MARK: - Who was affected

    private var affected: [StoryBlock] {
        var blocks: [StoryBlock] = [.heading("Who was affected")]
        let members = story.losses.affectedMembers
        if !members.isEmpty {
            blocks.append(
                .table(
                    head: ["Member", "Since", "Unreachable for", "Observers", "At the end", "Why"],
                    rows: members.prefix(Self.maximumRows).map(Self.row)))
        }
        let services = story.losses.affectedServices
        if !services.isEmpty {
            let requests = story.losses.requests
            blocks.append(
                .paragraph(
                    "About \(Self.count(requests.failed)) of \(Self.count(requests.all)) requests failed, by the rates at each refresh."
                ))
            blocks.append(
                .table(
                    head: ["Service", "Failed", "Of", "Share", "Worst", "When"],
                    rows: services.prefix(Self.maximumRows).map {
                        [
                            $0.name, Self.count($0.failures), Self.count($0.requests), Self.percent($0.percent),
                            Self.percent($0.worst), "\($0.worstAt)",
                        ]
                    }))
        } else if story.last?.graph != nil {
            blocks.append(.paragraph("No service answered noticeably worse."))
        }
        let impacts = story.incidents.compactMap { story.cause(of: $0) }.flatMap(\.impacts).map(\.text)
        if !impacts.isEmpty { blocks.append(.list(impacts)) }
        return blocks.count > 1 ? blocks : blocks + [.paragraph("No member, and no service that is observed.")]
    }

    private static func row(_ loss: StoryLosses.MemberLoss) -> [String] {
        let end =
            loss.removedAt != nil
            ? "removed" : loss.restarted ? "\(loss.status.name), another incarnation" : loss.status.name
        return [
            loss.address.hostPort, "\(loss.since)", loss.unreachable > .zero ? loss.unreachable.ageText : "-",
            loss.observers > 0 ? "\(loss.observers)" : "-", end, loss.reason,
        ]
    }

    static func count(_ number: Double) -> String { String(Int64(min(1e15, number).rounded())) }

    static func percent(_ number: Double) -> String {
        let tenths = Int64((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    // MARK: - Forecasts

    private var forecasts: [StoryBlock] {
        let all = story.forecasts.all
        guard !all.isEmpty else { return [] }
        let rows = all.prefix(Self.maximumRows).map { forecast -> [String] in
            let outcome = forecast.came.map { came in
                let late = came - forecast.notBefore
                let distance = late < .zero ? "\((.zero - late).ageText) earlier" : "\(late.ageText) later"
                return ["\(came)", forecast.what ?? "", distance]
            }
            return ["\(forecast.madeAt)", "\(forecast.strategy) decides at \(forecast.notBefore) or later"]
                + (outcome ?? ["-", "nothing was decided", "-"])
        }
        return [
            .heading("What was forecast, and what came"),
            .table(head: ["Forecast at", "Forecast", "Came at", "What came", "Difference"], rows: Array(rows)),
        ]
    }

    // MARK: - Charts and commands

    private var charts: [StoryBlock] {
        let lines = story.series.lines(columns: Self.chartColumns)
        guard !lines.isEmpty, let from = story.series.times.first, let until = story.series.times.last else {
            return []
        }
        let width = lines.map(\.name.count).max() ?? 0
        let drawn = lines.map { line in
            "\(line.name)\(String(repeating: " ", count: width - line.name.count))  \(line.drawn)  \(line.range)"
        }
        let axis = "\(String(repeating: " ", count: width))  \(from) to \(until)"
        return [.heading("How it went"), .lines(drawn + [axis])]
    }

    private var commands: [StoryBlock] {
        [.heading("Look again"), .lines(Self.commands(story))]
    }

    static func commands(_ story: Story) -> [String] {
        let file = ShellWord.quoted(story.frame.file)
        var lines: [String] = []
        for incident in story.incidents.prefix(5) {
            let at = max(incident.since, story.frame.from)
            lines.append("meshtop replay \(file) --at \(at)")
            if let cause = story.cause(of: incident) {
                let seen = max(at, cause.evidence.map(\.at).max() ?? at) + .seconds(10)
                lines.append("meshtop explain \(file) \(cause.id) --at \(min(seen, story.frame.until))")
                if let evidence = cause.evidence.first {
                    lines.append("meshtop explain \(file) --observation \(evidence.observation)")
                }
            }
        }
        lines.append("meshtop snapshot \(file) --at \(story.frame.until) -o table")
        lines.append("meshtop diff \(file) --from \(story.frame.from) --to \(story.frame.until)")
        return lines
    }

    private var gaps: [StoryBlock] {
        story.frame.trouble.isEmpty
            ? [] : [.heading("What is missing"), .list(story.frame.trouble)]
    }
}

/// Words for a shell.
enum ShellWord {
    /// The word, in quotes if it needs them.
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/._-+:@".utf8.contains(byte)
        }
        guard !plain || word.isEmpty || word.hasPrefix("-") else { return word }
        return "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
