// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors
@testable import Configuration

/// What must be so of every row, as argument parsers check their own tables: a row that breaks a rule fails here, not for a user.
@Suite("The table of options")
struct OptionTableTests {
    private static let rows = OptionTable.rows

    @Test(
        "a name is lower-case words with dashes between them, and no flag begins with no-", arguments: rows.map(\.name))
    func names(name: String) {
        let words = name.split(separator: "-", omittingEmptySubsequences: false)
        #expect(words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (97...122).contains($0) } })
        #expect(!name.hasPrefix("no-") && name.count > 2 || ["at", "to"].contains(name))
    }

    @Test("no command knows one name, alias, negative form or letter for two options", arguments: Command.allCases)
    func unique(command: Command) {
        var flags: Set<String> = []
        for row in OptionTable.rows(for: command) {
            let names = [row.name] + row.aliases
            var forms = names.map { "--\($0)" } + (row.short.map { ["-\($0)"] } ?? [])
            if row.isSwitch { forms += names.map { "--no-\($0)" } }
            for form in forms where !(command == .wait && form == "--timeout") {
                #expect(flags.insert(form).inserted, "\(command.rawValue) \(form)")
            }
        }
    }

    @Test("rows of one name are one option: of one type, with disjoint commands")
    func variants() {
        for (name, rows) in Dictionary(grouping: Self.rows, by: \.name) where rows.count > 1 {
            let all = rows.flatMap(\.commands)
            #expect(Set(all).count == all.count, "\(name)")
            #expect(Set(rows.map(\.variable)).count == 1 && Set(rows.map(\.isSwitch)).count == 1, "\(name)")
        }
    }

    @Test("every option has commands, a sentence of help, and a placeholder unless it is a switch")
    func help() {
        for row in Self.rows {
            #expect(!row.commands.isEmpty, "\(row.name)")
            #expect(row.help.hasSuffix(".") && row.help.count > 10, "\(row.name)")
            #expect(row.help.first?.isUppercase == true, "\(row.name)")
            #expect(row.placeholder.isEmpty == row.isSwitch, "\(row.name)")
        }
    }

    @Test("every option that may be configured has a variable and a key of its own, and `config` shows it")
    func configurable() throws {
        let rows = Self.rows.filter(\.isConfigurable)
        var variables: Set<String> = []
        for name in Set(rows.map(\.name)) {
            let row = try #require(OptionTable.rows(named: name).first { $0.name == name })
            #expect(variables.insert(row.variable).inserted, "\(name)")
            if row.isSwitch { #expect(variables.insert(row.negatedVariable).inserted, "\(name)") }
        }
        let shown = Set(OptionTable.rows(for: .config).map(\.name))
        // That of `wait` has a meaning for this one command only.
        #expect(Set(rows.map(\.name)).subtracting(shown) == [OptionKey.waitTimeout.name])
    }

    @Test("every value that is offered, the default and the example are taken, by flag, variable and file")
    func values() {
        for row in Self.rows where row.name != "config" {
            var texts = row.words + (row.defaultValue.map { [$0.text] } ?? [])
            if !row.isRepeatable { texts.append(row.reader.example) }
            for text in texts where row.isConfigurable {
                #expect(throws: Never.self, "\(row.name) \(text)") { try row.reader.read(text) }
                let key = "\(row.name): '\(text)'"
                #expect(configurationError(["config"], files: ["meshtop.yaml": key]) == nil, "\(key)")
            }
        }
    }

    @Test("a switch is set by both of its forms, in all layers")
    func switches() throws {
        for row in Self.rows where row.isSwitch && row.isConfigurable {
            let command = try #require(Command.allCases.first { row.commands.contains($0) && $0 != .replay })
            let words = command == .top ? [] : [command.rawValue]
            for (arguments, environment, isOn) in [
                (["--\(row.name)"], [:], true), (["--no-\(row.name)"], [:], false),
                ([], [row.variable: "yes"], true), ([], [row.negatedVariable: "yes"], false),
                ([], [row.variable: "no"], false), ([], [row.negatedVariable: "no"], true),
            ] as [([String], [String: String], Bool)] {
                let settings = try settings(words + arguments, environment: environment)
                #expect(settings.setting(row)?.value.isOn == isOn, "\(row.name) \(arguments) \(environment)")
            }
        }
    }

    @Test("an empty list in a file sets an option to nothing, instead of a list that comes later")
    func emptyList() throws {
        let settings = try settings(
            [], environment: ["HOME": "/h"],
            files: ["meshtop.yaml": "management: []", "/h/.config/meshtop/config.yaml": "management: [a]"])
        #expect(settings[.management].isEmpty && settings.isSet(.management))
    }

    @Test("what was parsed stays parsed: settings hold values, not texts")
    func typed() throws {
        let settings = try settings([
            "check", "--window", "5m", "--prometheus", "https://me:secret@prom/base", "--fail-on", "failure",
            "--metric",
            "phi=x", "--events", "-", "--log-zone", "+01:00", "--edge-values", "p50,mtls", "--find", "rt > 5",
        ])
        #expect(settings[.window] == .seconds(300))
        #expect(
            settings[.prometheus]
                == Endpoint(
                    scheme: "https", host: "prom", port: 443, path: "/base", userInfo: "me:secret",
                    access: .given(.prometheus)))
        #expect(settings[.failOn] == .failure)
        #expect(settings[.metric].map(\.pattern) == ["x"])
        #expect(settings[.events].map(\.place) == [.standardInput])
        #expect(settings[.logZone] == .fixed(seconds: 3600))
        #expect(settings[.edgeValues] == [.p50, .mtls])
        #expect(settings[.find]?.text == "rt > 5")
        #expect(settings.setting(OptionKey.prometheus.row)?.value.text == "https://***@prom/base")
    }

    @Test("one collector is made for each kind of source that is named, and this machine is asked if none is")
    func sources() throws {
        func request(_ arguments: [String]) throws -> (count: Int, isDefault: Bool) {
            let settings = try settings(arguments)
            return (settings.collectorOptions(at: nil, isOneShot: true).collectors.count, settings.usesDefaultSources)
        }
        #expect(try request([]) == (1, true))
        #expect(try request(["--management", "a"]) == (1, false))
        #expect(try request(["--events", "-", "--prometheus", "http://p"]) == (3, false))
        #expect(try request(["--probe", "http://{host}/x"]) == (2, true), "members are needed for it")
        #expect(try request(["--probe", "http://h/x"]) == (2, false))
        let slow = try settings(["--prometheus", "http://p", "--timeout", "1s"])
        #expect(slow.collectorOptions(at: nil, isOneShot: true).firstAnswerTime == .seconds(11))
        #expect(
            try settings(["--timeout", "1s"]).collectorOptions(at: nil, isOneShot: true).firstAnswerTime == .seconds(3))
    }
}
