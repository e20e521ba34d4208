private let everywhere = Set(Command.allCases)
/// `config` knows every option, to show its value and origin.
private let live = Command.live.union([.config])
private let tickers = Command.live.union([.demo, .config])
private let simulated: Set<Command> = [.demo, .simulate, .config]

extension OptionTable {
    static let commandRows: [OptionRow] = [
        OptionRow(
            .waitTimeout, "wait-timeout", aliases: ["timeout"], .duration(.zero...(.seconds(604_800))), [.wait],
            .command,
            "D", "Give up after this time and exit 1 (default: wait for ever)."),
        OptionRow(
            .count, "count", .integer(1...Int.max), Command.lines.union([.config]), .command, "N",
            "End after this many snapshots."),
        OptionRow(
            .runFor, "for", .duration(.milliseconds(1)...(.seconds(31_536_000))), Command.lines.union([.config]),
            .command,
            "D", "End after this time."),
        OptionRow(
            .failOn, "fail-on", .choice(["notReady", "degraded", "failure"]), default: .text("degraded"),
            [.check, .config], .command, "LEVEL",
            "The mildest level that gives an exit code other than 0: notReady, degraded or failure."),
        OptionRow(
            .at, "at", .time, [.replay], .command, "TIME",
            "Show this moment: RFC 3339, or HH:MM[:SS] of today in local time. With -o, one snapshot and the end."),
        OptionRow(
            .speed, "speed", .factor, [.replay, .config], .command, "N",
            "How many times faster than the recording (screens: 1; with -o: as fast as it goes)."),
        OptionRow(
            .members, "members", .integer(3...1_000), default: .integer(3), simulated, .command, "N",
            "How many members the simulated mesh has, 3 to 1000."),
        OptionRow(
            .services, "services", .integer(12...5_000), default: .integer(12), simulated, .command, "N",
            "How many services the simulated mesh has, 12 to 5000."),
        OptionRow(
            .seed, "seed", .integer(0...Int.max), default: .integer(1), simulated, .command, "N",
            "The seed of the simulation's randomness: equal seeds, equal runs."),
        OptionRow(
            .port, "port", .integer(1...65_535), [.simulate, .config], .command, "P",
            "The port of all members on 127.1.x.y (default: a free one)."),
        OptionRow(
            .list, "list", .toggle, default: .on(false), [.demo, .simulate], .command, configurable: false,
            "Name the scenarios and end."),
    ]

    static let sourceRows: [OptionRow] = [
        OptionRow(
            .management, "management", .management, repeats: true, live, .sources, "[NAME=]URL|HOST[:PORT]",
            "A member's management endpoint; repeatable. One is enough: the other members are found from it. Without a port 8558 "
                + "is tried, then 7626. NAME names the cluster (default: its actor system)."),
        OptionRow(
            .managementPort, "management-port", .integer(1...65_535), live, .sources, "N",
            "The management port of members that are found (default: the port that answered)."),
        OptionRow(
            .discover, "discover", .toggle, default: .on(true), live, .sources,
            "Ask only the addresses given; do not look for the other members."),
        OptionRow(
            .prometheus, "prometheus", .url, live, .sources, "URL",
            "The Prometheus server that scrapes the mesh or the members: the services' traffic as Istio counts it, and phi and "
                + "membership where exporters have them."
        ),
        OptionRow(
            .metric, "metric", .metric, repeats: true, live, .sources, "ROLE=NAME [observer=LABEL] [peer=LABEL]",
            "Which metrics tell of clusters; repeatable. ROLE is phi, threshold, status, reachability or count; NAME a regular "
                + "expression. In place of the known names of that role."),
        OptionRow(
            .probe, "probe", .probe, repeats: true, live, .sources, "[SUBJECT=]URL",
            "A health endpoint of an application; repeatable. SUBJECT is its workload, NAMESPACE/NAME, or a member's HOST[:PORT] "
                + "(default: the member at the URL's host). http://{host}:8080/readyz asks every member, with role:ROLE= those of a "
                + "role. Without a path /healthz, /readyz and /health are tried."),
        OptionRow(
            .events, "events", .events, repeats: true, live, .sources, "[OBSERVER=]FILE|-|URL",
            "Logs of members: files, which are followed, standard input or a stream; repeatable. OBSERVER is the member that writes "
                + "it, HOST:PORT or an address; most lines say it themselves."),
        OptionRow(
            .observer, "observer", .observer, repeats: true, live, .sources, "PATTERN=HOST:PORT",
            "The member that writes the lines of pods or files whose name fits the pattern, * being any text; repeatable."
        ),
        OptionRow(
            .logZone, "log-zone", .zone, live, .sources, "ZONE",
            "The time zone of log lines that do not say it: UTC, local, +01:00, Europe/Berlin (default UTC)."),
        OptionRow(
            .bridge, "bridge", .toggle, default: .on(true), live, .sources,
            "Do not ask members for their remoting state."),
        OptionRow(
            .caFile, "ca-file", .path, live, .sources, "FILE",
            "Certificates (PEM) of the authorities that https:// sources are checked with, in place of the system's."),
        OptionRow(
            .interval, "interval", .duration(.milliseconds(100)...(.seconds(3_600))), default: .duration(.seconds(2)),
            tickers, .sources, "D", "Time between two polls of a source."),
        OptionRow(
            .timeout, "timeout", .duration(.milliseconds(10)...(.seconds(300))), default: .duration(.seconds(2)),
            tickers, .sources, "D", "Time allowed for one request."),
        OptionRow(
            .window, "window", .duration(.seconds(1)...(.seconds(2_592_000))), default: .duration(.seconds(60)),
            tickers,
            .sources,
            "D", "The time over which rates are taken, up to 30d."),
    ]

    static let outputRows: [OptionRow] = [
        output(["json", "table", "wide", "text", "dot"], .text("json"), [.snapshot]),
        output(["jsonl"], nil, [.top, .replay, .demo]),
        output(["jsonl"], .text("jsonl"), [.watch]),
        output(["text", "json"], .text("text"), [.explain, .diff, .wait, .doctor, .keys, .config]),
        OptionRow(
            .headless, "headless", .toggle, default: .on(false), [.top, .demo, .replay, .config], .output,
            "Never open the screens: the same as -o jsonl."),
        OptionRow(
            .record, "record", .path, [.top, .snapshot, .watch, .check, .demo, .wait, .explain, .config], .output,
            "FILE",
            "Write every observation to a journal, for `meshtop replay`."),
        OptionRow(
            .allPairs, "all-pairs", .toggle, default: .on(false), [.top, .snapshot, .watch, .demo, .config], .output,
            "Print every view and every pair of members, however many there are."),
        OptionRow(
            .color, "color", aliases: ["colour"], .choice(["auto", "always", "never"]), default: .text("auto"),
            everywhere,
            .output, "WHEN", "Colours: auto, always or never. NO_COLOR and TERM=dumb count in auto."),
        OptionRow(
            .glyphs, "glyphs", .choice(["auto", "unicode", "ascii"]), default: .text("auto"), everywhere, .output,
            "SET",
            "Characters to draw with: auto, unicode or ascii."),
    ]

    static let generalRows: [OptionRow] = [
        OptionRow(
            .config, "config", .path, everywhere, .general, "FILE", configurable: false,
            "Read this file in place of meshtop.yaml here and of the user's config.yaml."),
        OptionRow(
            .help, "help", short: "h", .toggle, everywhere, .general, configurable: false, "Print this text and end."),
        OptionRow(
            .version, "version", short: "V", .toggle, everywhere, .general, configurable: false,
            "Print the version and end."),
    ]

    private static func output(_ words: [String], _ value: OptionValue?, _ commands: Set<Command>) -> OptionRow {
        let help =
            words == ["jsonl"] && value == nil
            ? "Print one JSON object per line in place of the screens."
            : "What to print: \(words.joined(separator: ", "))."
        return OptionRow(
            .output, "output", short: "o", .choice(words), default: value, commands, .output, "FORMAT", help)
    }
}
