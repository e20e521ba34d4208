// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Glibc
import Model
import Views

/// `meshtop doctor`: tries each source once and says what to do.
enum DoctorCommand {
    /// One line of the examination.
    struct Finding {
        let isGood: Bool
        let title: String
        /// What to do about it; nil when nothing.
        let advice: String?
    }

    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        var shot = try OneShot(context)
        if case .signal(let number) = shot.end { return 128 + number }
        let snapshot = shot.session.mesh.snapshot()
        var findings =
            surroundings(context) + snapshot.sources.map { finding($0) } + snapshot.clusters.map { finding($0) }
            + snapshot.probes.compactMap { finding($0) } + impossible(snapshot.dropped)
            + [missingRights(snapshot.sources)].compactMap { $0 }
        if !shot.hasAnswer { findings.append(nothingAnswered(context)) }
        let exit: Int32 = findings.allSatisfy(\.isGood) ? 0 : 1
        shot.finish(exit: exit, context)
        let isJSON = context.settings[.output] == .json
        return try context.out.write(isJSON ? JSONWriter.line(findings) : Array(text(findings).utf8)).exit(or: exit)
    }

    // MARK: - What is looked at

    private static func surroundings(_ context: Context) -> [Finding] {
        let files = context.settings.files
        let fileText = files.isEmpty ? "no configuration file" : "configuration from \(files.joined(separator: ", "))"
        return [
            Finding(isGood: true, title: "meshtop \(Program.version), \(fileText)", advice: nil),
            terminal(context.environment), locale(context.environment),
        ]
    }

    /// States that the code rules out and that were met all the same: bugs, which a debug build would have stopped at.
    static func impossible(_ dropped: DroppedCounts) -> [Finding] {
        guard dropped.impossible > 0 else { return [] }
        return [
            Finding(
                isGood: false, title: "\(dropped.impossible) impossible states were met: a bug of meshtop",
                advice: "report it with a recording (--record FILE); what is shown may lack a fact")
        ]
    }

    private static func terminal(_ environment: [String: String]) -> Finding {
        let kind = environment["TERM"] ?? ""
        guard isatty(STDIN_FILENO) == 1 || isatty(STDERR_FILENO) == 1 else {
            return Finding(
                isGood: true, title: "no terminal here: lines of JSON are printed in place of screens", advice: nil)
        }
        let isPoor = kind.isEmpty || kind == "dumb"
        let advice = isPoor ? "set TERM to what your terminal is, such as xterm-256color, for the screens" : nil
        return Finding(isGood: !isPoor, title: "terminal of kind \(kind.isEmpty ? "unknown" : kind)", advice: advice)
    }

    private static func locale(_ environment: [String: String]) -> Finding {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let isUTF8 = ["utf-8", "utf8"].contains { name.lowercased().hasSuffix($0) }
        return Finding(
            isGood: true, title: "locale \(name): \(isUTF8 ? "Unicode signs" : "ASCII signs in place of Unicode ones")",
            advice: nil)
    }

    static func finding(_ source: SourceSnapshot) -> Finding {
        switch source.state {
        case .ok:
            let latency = source.latency.map { " in \($0.inMilliseconds) ms" } ?? ""
            let all = source.notes + (source.log.map { LogAdvice.notes(on: $0.progress) } ?? [])
            let notes = all.isEmpty ? nil : all.joined(separator: "; ")
            return Finding(isGood: true, title: "\(source.id) answered\(latency)", advice: notes)
        case .connecting:
            return Finding(
                isGood: false, title: "\(source.id) gave no answer in time",
                advice: "allow it more time with --timeout, or look why it is slow")
        case .failing:
            let failure = source.failure ?? SourceFailure(.other, "it failed")
            return Finding(
                isGood: false, title: "\(source.id) failed (\(failure.code.rawValue)): \(failure.message)",
                // What the API server refuses names the rule to add.
                advice: isOfKubernetes(source) ? nil : advice(failure.code))
        }
    }

    private static func isOfKubernetes(_ source: SourceSnapshot) -> Bool {
        source.id.kind == .kubernetes || source.id.kind == .podLog
            || source.failure?.message.contains("{apiGroups:") ?? false
    }

    /// All rights that are missing, as the rules of one role; `nil` if none is.
    static func missingRights(_ sources: [SourceSnapshot]) -> Finding? {
        let rules = sources.compactMap { source -> String? in
            guard let text = source.failure?.message, let start = text.firstRange(of: "{apiGroups:"),
                let end = text[start.lowerBound...].firstIndex(of: "}")
            else { return nil }
            return "- \(text[start.lowerBound...end])"
        }
        guard !rules.isEmpty else { return nil }
        let unique = Set(rules).sorted()
        return Finding(
            isGood: false, title: "\(unique.count) rights are missing; with these rules everything is shown",
            advice: "rules:\n          " + unique.joined(separator: "\n          "))
    }

    /// An endpoint that answers and reports trouble.
    private static func finding(_ probe: ProbeSnapshot) -> Finding? {
        guard probe.report != nil, probe.health.level > .healthy else { return nil }
        return Finding(
            isGood: false,
            title: "\(probe.subject.text) says of itself: \(probe.health.reasons.joined(separator: "; "))",
            advice: "its own endpoint \(probe.id.target) reports this; meshtop reached it")
    }

    private static func finding(_ cluster: ClusterSnapshot) -> Finding {
        let stack = "\(cluster.stack.rawValue), \(cluster.transport.rawValue) remoting"
        let members = "\(cluster.currentMembers.count) members"
        return Finding(
            isGood: cluster.health.level == .healthy,
            title: "cluster \(cluster.id): \(members), \(stack), \(cluster.health.level.rawValue)",
            advice: cluster.health.reasons.isEmpty ? nil : cluster.health.reasons.joined(separator: "; "))
    }

    private static func nothingAnswered(_ context: Context) -> Finding {
        let advice =
            context.settings.usesDefaultSources
            ? DefaultSources.advice
            : "check the addresses given with --management, and that this machine may reach them"
        return Finding(isGood: false, title: "no source answered", advice: advice)
    }

    /// What to do about a failure, by its code.
    static func advice(_ code: SourceFailure.Code) -> String {
        switch code {
        case .refused:
            "nothing listens there: is the process running, is Akka Management (8558) or Pekko Management (7626) started, is the port right?"
        case .timeout:
            "it is reachable but silent, or packets are dropped: a paused process, a firewall; --timeout allows more time"
        case .reset:
            "the connection was cut: a proxy or a restart in between; a TLS port asked without https:// does this too"
        case .dns: "the name is not known here: check its spelling, or use the address"
        case .tls: "the certificate is not accepted, or it is no TLS port: check the scheme and the trusted authorities"
        case .http: "it answers, but not as a management endpoint: check port and path"
        case .auth: "it wants to know who asks: put user and password into the URL of the configuration file"
        case .format: "the answer is not what management endpoints send: is another service on this port?"
        case .tooLarge: "the answer is larger than meshtop reads: is another service on this port?"
        case .closed: "the stream was closed by the other side: a restart, or a proxy that ends long answers"
        case .other: "see the message"
        }
    }

    // MARK: - Printing

    private static func text(_ findings: [Finding]) -> String {
        findings.map { finding in
            let advice = finding.advice.map { "\n          \($0)" } ?? ""
            return "\(finding.isGood ? "ok     " : "trouble")   \(finding.title)\(advice)\n"
        }.joined().printableLines
    }

}

extension DoctorCommand.Finding: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("ok", isGood)
        json.field("title", title)
        json.field("advice", advice)
    }
}

extension Duration {
    /// Milliseconds with one decimal.
    fileprivate var inMilliseconds: String {
        let tenths = microseconds / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
