// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Testing

@Suite("The command line")
struct CommandLineTests {
    @Test("flags may be written in every GNU form, before and after the command")
    func forms() throws {
        for arguments in [
            ["snapshot", "--output=table"], ["snapshot", "--output", "table"], ["snapshot", "-o", "table"],
            ["snapshot", "-otable"], ["-o", "table", "snapshot"], ["--output=table", "snapshot"],
        ] {
            let settings = try settings(arguments)
            #expect(settings.command == .snapshot)
            #expect(settings[.output] == .table, "\(arguments)")
        }
    }

    @Test("without a command it is the screens")
    func standard() throws {
        let settings = try settings([])
        #expect(settings.command == .top)
        #expect(settings[.interval] == .seconds(2))
        #expect(settings[.discover])
        #expect(!settings.isSet(.discover))
    }

    @Test("a repeatable flag adds up, another counts the last time")
    func repeats() throws {
        let settings = try settings(["--management", "a", "--management=b", "--interval", "1", "--interval=3"])
        #expect(settings.setting(OptionKey.management.row)?.value.shown == .list(["a", "b"]))
        #expect(settings[.management].map(\.host) == ["a", "b"])
        #expect(settings[.interval] == .seconds(3))
    }

    @Test("a switch has its negative form, and the last one counts")
    func switches() throws {
        #expect(try !settings(["--no-discover"])[.discover])
        #expect(try settings(["--no-discover", "--discover"])[.discover])
        #expect(try !settings(["--headless", "--no-headless"])[.headless])
    }

    @Test("after -- everything is an argument, and - is one too")
    func arguments() throws {
        #expect(try settings(["replay", "--", "--odd-name"]).arguments == ["--odd-name"])
        #expect(try settings(["replay", "-"]).arguments == ["-"])
        #expect(try settings(["diff", "a", "b"]).arguments == ["a", "b"])
        #expect(try settings(["explain", "watch"]).arguments == ["watch"])
        #expect(try settings(["replay", "replay"]).arguments == ["replay"])
    }

    @Test("the timeout of wait is its own, that of requests stays")
    func waitTimeout() throws {
        let settings = try settings(["wait", "up=3", "--timeout", "60"], environment: ["MESHTOP_TIMEOUT": "500ms"])
        #expect(settings[.waitTimeout] == .seconds(60))
        #expect(settings[.timeout] == .milliseconds(500))
    }

    @Test(
        "wrong usage is answered with what would have been right",
        arguments: [
            (["--intervall", "2"], "unknown option '--intervall'; did you mean --interval?"),
            (["snapshto"], "unknown command 'snapshto'; did you mean snapshot?"),
            (["--interval"], "--interval needs a value: --interval D"),
            (
                ["--interval", "fast"],
                "--interval: 'fast' is no duration: write a number of seconds, or a number with ms, s, m, h or d"
            ),
            (["--interval=1ms"], "--interval: '1ms' is not between 100ms and 1h"),
            (["--headless=yes"], "--headless takes no value"),
            (["--no-headless=yes"], "--no-headless takes no value"),
            (
                ["snapshot", "-o", "jsn"],
                "-o: 'jsn' is not one of json, table, wide, text, dot, brief; did you "
                    + "mean json?"
            ),
            (["snapshot", "-x"], "unknown option '-x'"),
            (["replay"], "replay needs FILE: a journal; - reads it from the standard input"),
            (["replay", "a", "c", "b"], "'b' is one argument too many"),
            (["watch", "--members", "3"], "--members does not belong to watch, but to demo, simulate"),
            (["--no-disco"], "unknown option '--no-disco'; did you mean --no-discover?"),
            (["watch", "--count", "0"], "--count: 0 is less than 1"),
            (["watch", "--\u{1B}[2J"], "unknown option '--\u{FFFD}[2J'"),
        ])
    func usage(arguments: [String], message: String) {
        #expect(configurationError(arguments) == message)
    }

    @Test("help and version are known everywhere, and win over what else is wrong")
    func help() throws {
        #expect(try settings(["--help"])[.help])
        #expect(try settings(["replay", "-h"])[.help])
        #expect(try settings(["--prometheus", "http://h", "--help"])[.help])
        #expect(try settings(["-V"])[.version])
        let topic = try settings(["help", "check"])
        #expect(topic[.help] && topic.command == .check)
        #expect(try settings(["help"]).command == .top)
    }

    @Test("a secret never comes back in a message")
    func secret() {
        #expect(configurationError(["--prometheus", "ftp://me:secret@h"])?.contains("secret") == false)
        #expect(configurationError(["watch", "http://me:secret@h"])?.contains("secret") == false)
    }

    @Test("every name of the contract is known to some command")
    func complete() {
        let names = [
            "management", "management-port", "no-discover", "prometheus", "events", "observer", "log-zone", "no-bridge",
            "config",
            "interval",
            "timeout", "window", "record", "color", "glyphs", "headless", "all-pairs", "graph-type", "namespace",
            "inject-services", "idle-edges", "http-rate", "grpc-rate", "tcp-rate", "ambient", "edge-values", "focus",
            "hops", "at",
            "count", "for", "fail-on", "speed", "list", "members", "services", "seed", "port", "output",
        ]
        for name in names {
            let positive = name.hasPrefix("no-") ? String(name.dropFirst(3)) : name
            #expect(!OptionTable.rows(named: positive).isEmpty, "\(name)")
        }
    }

    @Test("no command knows two options by one name or letter")
    func unambiguous() {
        for command in Command.allCases {
            var names: Set<String> = []
            for row in OptionTable.rows(for: command) {
                for name in [row.name] + row.aliases where !(command == .wait && name == "timeout") {
                    #expect(names.insert(name).inserted, "\(command) \(name)")
                }
                if let short = row.short { #expect(names.insert(String(short)).inserted, "\(command) -\(short)") }
            }
        }
    }
}
