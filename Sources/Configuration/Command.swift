// SPDX-License-Identifier: Apache-2.0
/// What the program is asked to do; the first word of the command line that is not an option.
package enum Command: String, CaseIterable, Hashable, Sendable {
    /// No command: the screens on a terminal, otherwise lines.
    case top = "meshtop"
    case snapshot
    case watch
    case check
    case replay
    case demo
    case simulate
    case explain
    case diff
    case wait
    case doctor
    case keys
    case config
    case report
    case redact

    /// The words that can be typed as a command.
    package static let names: [String] = allCases.filter { $0 != .top }.map(\.rawValue)

    /// Commands that ask live sources.
    static let live: Set<Command> = [.top, .snapshot, .watch, .check, .explain, .wait, .doctor, .diff]
    /// Commands that take a journal in the place of live sources.
    static let journals: Set<Command> = [.snapshot, .check, .explain, .diff]
    /// Commands that may open the screens.
    static let screens: Set<Command> = [.top, .replay, .demo]
    /// Commands that can print lines for as long as they run.
    static let lines: Set<Command> = [.top, .watch, .demo]
}

/// One argument of a command that is not an option.
package struct Positional: Hashable, Sendable {
    /// The name in the help text, such as `FILE`.
    package let name: String
    /// Whether the command cannot work without it.
    package let isRequired: Bool
    /// What it is.
    package let help: String
}

/// What the help text says of a command, and how many arguments it takes.
package struct CommandSpecification: Sendable {
    /// One line for the list of commands.
    package let summary: String
    /// What it does, in a few sentences.
    package let discussion: String
    /// Command lines worth copying, the most useful first.
    package let examples: [(line: String, says: String)]
    /// The arguments in their order.
    package let positionals: [Positional]
    /// The exit codes with their meanings.
    package let exits: [(code: String, meaning: String)]

    init(
        _ summary: String, _ discussion: String, examples: [(line: String, says: String)],
        positionals: [Positional] = [], exits: [(code: String, meaning: String)]
    ) {
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.positionals = positionals
        self.exits = exits
    }
}

extension Command {
    static let usage = (code: "64", meaning: "wrong usage")
    private static let signal = (code: "128+n", meaning: "ended by signal n")
    private static let done = [(code: "0", meaning: "done"), (code: "1", meaning: "failed"), usage]
    private static let watched = [
        (code: "0", meaning: "every source answered, or the reader of a pipe went away"),
        (code: "1", meaning: "no source ever answered"),
        (code: "2", meaning: "some source was failing at the end"),
        usage, signal,
    ]
    private static let scenario = Positional(
        name: "SCENARIO", isRequired: false, help: "what happens to the simulated mesh; --list names them")

    /// The command's help text and arguments.
    package var specification: CommandSpecification {
        switch self {
        case .top: Self.topText
        case .snapshot: Self.snapshotText
        case .watch: Self.watchText
        case .check: Self.checkText
        case .replay: Self.replayText
        case .demo: Self.demoText
        case .simulate: Self.simulateText
        case .explain: Self.explainText
        case .diff: Self.diffText
        case .wait: Self.waitText
        case .doctor: Self.doctorText
        case .keys: Self.keysText
        case .config: Self.configText
        case .report: Self.reportText
        case .redact: Self.redactText
        }
    }

    private static let topText = CommandSpecification(
        "the screens, or lines of JSON when the output is no terminal",
        "Shows the health of an Akka or Apache Pekko cluster as its members see it, from their management endpoints. "
            + "From one address the other members are found.",
        examples: [
            ("meshtop --management 10.0.0.7", "the screens of one cluster"),
            ("meshtop | jq .health", "lines of JSON, because the output is a pipe"),
            ("meshtop demo", "a simulated mesh, without any cluster"),
        ],
        exits: [("0", "done"), ("3", "no usable terminal"), usage, signal])

    private static let snapshotText = CommandSpecification(
        "one picture of the cluster, printed once every source has answered or timed out",
        "Prints one document and ends.",
        examples: [
            ("meshtop snapshot --management 10.0.0.7 | jq '.clusters[0].leader'", "one line of JSON"),
            ("meshtop snapshot -o table", "for reading"),
            ("meshtop snapshot night.mtr --at 14:03 -o brief", "a moment of a recording"),
        ],
        positionals: [journal],
        exits: [("0", "every source answered"), ("1", "no source answered"), ("2", "some failed"), usage])

    private static let watchText = CommandSpecification(
        "one JSON object per line, as long as it runs",
        "Each line has schema, kind, ts and seq; the last one has the kind end and says why it ended.",
        examples: [
            ("meshtop watch --management 10.0.0.7 --for 5m > incident.jsonl", "five minutes"),
            ("meshtop watch --count 1", "one snapshot and the end"),
        ],
        exits: watched)

    private static let checkText = CommandSpecification(
        "one line with performance data for a monitoring system",
        "Prints one line in the form of the Nagios plugins and ends with the status as exit code.",
        examples: [
            ("meshtop check --management 10.0.0.7", "MESHTOP OK - 6 members Up | members=6 up=6 ..."),
            ("meshtop check --fail-on failure", "quiet about what is merely degraded"),
            ("meshtop check night.mtr --at -5m", "how it was five minutes before a recording ended"),
        ],
        positionals: [journal],
        exits: [
            ("0", "healthy, or not as bad as --fail-on"), ("1", "not ready or degraded"), ("2", "failure"),
            ("3", "nothing known, or wrong usage"),
        ])

    private static let replayText = CommandSpecification(
        "a recorded journal, as screens or as the lines that were live",
        "Reads what --record wrote through the same code as the live sources.",
        examples: [
            ("meshtop replay incident.mtr", "the screens, at the speed of the recording"),
            ("meshtop replay incident.mtr -o jsonl", "the lines that were live, byte for byte"),
            ("meshtop replay incident.mtr --at 14:03 -o jsonl", "one snapshot of that moment"),
            ("meshtop replay here.mtr there.mtr", "one cluster, watched from two places"),
        ],
        positionals: [
            Positional(name: "FILE", isRequired: true, help: "a journal; - reads it from the standard input"),
            Positional(
                name: "OTHER", isRequired: false,
                help: "a journal of another meshtop that watched the same cluster; both replay as one"),
        ],
        exits: [("0", "read to its end"), ("1", "the file cannot be read, or is cut off or damaged"), usage])

    private static let demoText = CommandSpecification(
        "a simulated mesh behind real HTTP on this machine, and the screens on it",
        "Starts the simulator, points meshtop at it and shows what a scenario does to a cluster.",
        examples: [
            ("meshtop demo", "a healthy cluster"),
            ("meshtop demo full-partition --members 6", "a cluster cut in two"),
            ("meshtop demo crash -o jsonl --for 30s", "lines instead of screens"),
        ],
        positionals: [scenario],
        exits: [("0", "done"), ("1", "the simulator could not start"), usage, signal])

    private static let simulateText = CommandSpecification(
        "only the simulated endpoints, for other tools",
        "The first line is JSON with the addresses; it serves until INT or TERM.",
        examples: [("meshtop simulate crash --members 5", "{\"management\": [...], \"prometheus\": URL}")],
        positionals: [scenario],
        exits: [("0", "ended by INT or TERM"), ("1", "the port is taken, or too few descriptors"), usage])

    private static let explainText = CommandSpecification(
        "the observations behind what is shown of a member or a source",
        "Prints who said what when, and by which rule it became what meshtop shows.",
        examples: [
            ("meshtop explain 10.0.0.9:25520", "why a member is shown as it is"),
            ("meshtop explain night.mtr --at 14:03", "what was wrong at a moment of a recording, and why"),
            ("meshtop explain night.mtr --observation 812", "the observation that a finding names as evidence"),
        ],
        positionals: [
            Positional(
                name: "THING", isRequired: false,
                help: "a member's address, its host, the id of a source or of a finding; or a journal, before or "
                    + "behind the thing, without one: all findings that are open"),
            Positional(name: "FILE", isRequired: false, help: "a journal; then nothing is collected"),
        ],
        exits: [("0", "found and explained"), ("1", "no such thing, or no source answered"), usage])

    private static let diffText = CommandSpecification(
        "what differs between two snapshots, journals or moments",
        "Compares two pictures: the last snapshots of two files, each JSON of snapshot or watch, or a journal, of which "
            + "--at or FILE@TIME names another moment. With one file, that moment of it is compared with what live sources "
            + "say now if any is named, otherwise with its end; --from and --to name two moments.",
        examples: [
            ("meshtop diff before.json after.json", "what changed"),
            ("meshtop diff night.mtr --from 14:00 --to 14:05", "two moments of a recording"),
            ("meshtop diff night.mtr@+1m night.mtr@-0", "the same, in another form"),
            ("meshtop diff good.json --management 10.0.0.7", "what is different now"),
        ],
        positionals: [
            Positional(name: "A", isRequired: true, help: "the older file; - is the standard input"),
            Positional(name: "B", isRequired: false, help: "the newer file"),
        ],
        exits: [("0", "equal"), ("1", "different"), ("2", "a file cannot be read"), usage])

    private static let waitText = CommandSpecification(
        "until the cluster is as an expression says",
        "The expression is a list of comparisons joined by commas, all of which must hold: NAME OPERATOR VALUE. "
            + "Operators are = != < <= > >=. Names are those of check's performance data (members, up, unreachable, "
            + "gated, quarantined, phi_max, sources_failing), further joining, weaklyUp, leaving, exiting, down, removed, "
            + "partitions, views, leader (an address or none), and health, whose levels are ordered: "
            + "failure < degraded < notReady < healthy. What is not known makes no comparison true.",
        examples: [
            ("meshtop wait members=3,up=3 --timeout 60s", "three members, all Up"),
            ("meshtop wait 'health>=notReady,unreachable=0'", "nothing worse than not ready"),
        ],
        positionals: [Positional(name: "EXPR", isRequired: true, help: "comparisons joined by commas")],
        exits: [("0", "it held"), ("1", "timed out"), usage, signal])

    private static let doctorText = CommandSpecification(
        "tries each source once and says what to do",
        "Prints the configuration in use, whether the terminal will do, how long each source took and what is wrong.",
        examples: [("meshtop doctor --management 10.0.0.7", "is it reachable, and if not, why")],
        exits: [("0", "nothing is wrong"), ("1", "something is wrong"), usage])

    private static let keysText = CommandSpecification(
        "the keys of the screens",
        "Prints the table that the screens dispatch by.",
        examples: [("meshtop keys", "all keys")],
        exits: done)

    private static let configText = CommandSpecification(
        "the configuration in effect and where each value came from",
        "Prints every option's value with its origin: flag, environment, project file, user file or default. "
            + "With an argument it prints what else follows from the table of options.",
        examples: [
            ("meshtop config", "what applies here"),
            ("meshtop config template > meshtop.yaml", "a file with every key explained"),
            ("source <(meshtop config bash)", "completion of commands and options in this shell"),
            ("meshtop config manual | man -l -", "the manual page"),
        ],
        positionals: [
            Positional(
                name: "WHAT", isRequired: false,
                help: "template: a configuration file to start from; manual: the manual page; "
                    + "bash, zsh or fish: completion for that shell")
        ],
        exits: done)
}
