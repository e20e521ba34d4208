// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Collectors
@testable import Configuration

@Suite("Configuration from environment and files")
struct ConfigurationFileTests {
    private let user = "/home/me/.config/meshtop/config.yaml"
    private let home = ["HOME": "/home/me"]

    @Test("flags win over environment, project file, user file and default, in this order")
    func precedence() throws {
        let files = ["meshtop.yaml": "interval: 4s\ntimeout: 4s\n", user: "interval: 5s\ntimeout: 5s\ncolor: never\n"]
        let environment = home.merging(["MESHTOP_INTERVAL": "3"]) { $1 }
        let all = try settings(["--interval", "1"], environment: environment, files: files)
        #expect(all[.interval] == .seconds(1))
        #expect(try settings([], environment: environment, files: files)[.interval] == .seconds(3))
        let noVariable = try settings([], environment: home, files: files)
        #expect(noVariable[.interval] == .seconds(4))
        #expect(
            noVariable.setting(OptionKey.timeout.row)?.origin
                == .file(FilePlace(path: "meshtop.yaml", line: 2, column: 1)))
        #expect(noVariable[.color] == .never)
        #expect(noVariable.files == ["meshtop.yaml", user])
        #expect(try settings([], environment: home)[.interval] == .seconds(2))
    }

    @Test("--config and MESHTOP_CONFIG replace both files")
    func replaced() throws {
        let files = ["meshtop.yaml": "interval: 4s", "other.yaml": "timeout: 1s", user: "color: never"]
        let settings = try settings(["--config", "other.yaml"], environment: home, files: files)
        #expect(settings[.interval] == .seconds(2))
        #expect(settings[.timeout] == .seconds(1))
        #expect(settings.files == ["other.yaml"])
        #expect(configurationError(["--config", "none.yaml"]) == "none.yaml: there is no such file")
    }

    @Test("XDG_CONFIG_HOME says where the user's file is, if it is absolute")
    func xdg() {
        #expect(ConfigurationLoader.userFile(["XDG_CONFIG_HOME": "/x", "HOME": "/h"]) == "/x/meshtop/config.yaml")
        #expect(
            ConfigurationLoader.userFile(["XDG_CONFIG_HOME": "x", "HOME": "/h"]) == "/h/.config/meshtop/config.yaml")
        #expect(ConfigurationLoader.userFile([:]) == nil)
    }

    @Test("lists come by comma in the environment, and as a sequence or one value in the file")
    func lists() throws {
        #expect(
            try settings([], environment: ["MESHTOP_MANAGEMENT": "a,b"])[.management].map(\.shown) == [
                "http://a", "http://b",
            ])
        #expect(
            try settings([], files: ["meshtop.yaml": "management: [a, 'x=b:1']"])[.management] == [
                ManagementAddress("a"), ManagementAddress("x=b:1"),
            ])
        #expect(try settings([], files: [".meshtop.yaml": "management: a"])[.management].map(\.shown) == ["http://a"])
        let flag = try settings(["--management", "c"], files: ["meshtop.yaml": "management: [a, b]"])
        #expect(flag[.management].map(\.shown) == ["http://c"])
    }

    @Test("a switch can be set by either of its names")
    func switches() throws {
        #expect(try !settings([], environment: ["MESHTOP_NO_DISCOVER": "1"])[.discover])
        #expect(try !settings([], environment: ["MESHTOP_DISCOVER": "no"])[.discover])
        #expect(try !settings([], files: ["meshtop.yaml": "no-discover: true"])[.discover])
        #expect(try settings([], files: ["meshtop.yaml": "headless: yes"])[.headless])
    }

    @Test("an empty variable counts as not set")
    func empty() throws {
        #expect(try settings([], environment: ["MESHTOP_INTERVAL": ""])[.interval] == .seconds(2))
    }

    @Test("a variable that looks misspelled is noted; one of another program is not")
    func notes() throws {
        let settings = try settings(
            [], environment: ["MESHTOP_INTERVALL": "1", "MESHTOP_CLUSTER_DIR": "/x", "MESHTOP_CI": "1"])
        #expect(settings.notes == ["the variable MESHTOP_INTERVALL is not known; did you mean MESHTOP_INTERVAL?"])
    }

    @Test("an output format in a file belongs to the commands that know it")
    func output() throws {
        let files = ["meshtop.yaml": "output: table"]
        #expect(try settings(["snapshot"], files: files)[.output] == .table)
        #expect(try settings(["watch"], files: files)[.output] == .jsonl)
        #expect(try settings(["watch"], environment: ["MESHTOP_OUTPUT": "table"])[.output] == .jsonl)
        #expect(
            configurationError(["watch"], environment: ["MESHTOP_OUTPUT": "tabel"])?.hasPrefix("MESHTOP_OUTPUT: ")
                == true)
    }

    @Test(
        "a mistake in a file is named with file, line and column",
        arguments: [
            ("interval: 2s\nintervall: 3s", "meshtop.yaml:2:1: unknown key 'intervall'; did you mean interval?"),
            ("no_discover: true", "meshtop.yaml:1:1: unknown key 'no_discover'; did you mean no-discover?"),
            ("zzz: 1", "meshtop.yaml:1:1: unknown key 'zzz'"),
            (
                "interval:  soon",
                "meshtop.yaml:1:12: interval: 'soon' is no duration: write a number of seconds, or a number with ms, s, m, h or d"
            ),
            ("a: 1\na: 2", "meshtop.yaml:2:1: the key 'a' is there twice, first in line 1"),
            ("interval:", "meshtop.yaml:1:10: interval has no value; remove the line to leave it at its default"),
            ("interval: [1, 2]", "meshtop.yaml:1:11: interval takes one value, not a list"),
            ("interval: {a: 1}", "meshtop.yaml:1:11: interval takes a value, not a mapping"),
            ("management: [[a]]", "meshtop.yaml:1:14: an item of management must be plain text"),
            ("- a", "meshtop.yaml:1:1: this must be a mapping of options, such as 'interval: 2s'"),
            ("config: x", "meshtop.yaml:1:1: unknown key 'config'; did you mean"),
            ("interval: &x 2s", "meshtop.yaml:1:11: anchors and aliases (& and *) are not accepted"),
            ("interval: *x", "meshtop.yaml:1:11: anchors and aliases (& and *) are not accepted"),
            ("interval: !!str 2", "meshtop.yaml:1:11: tags (!) are not accepted"),
            ("? [a]\n: b", "meshtop.yaml:1:3: a key must be plain text"),
            ("a: 'b", "meshtop.yaml:1:6: not valid YAML: "),
            ("interval: 2\n---\nb: 1", "meshtop.yaml:2:1: a second document begins here; one is read"),
            (
                "graph-type: apps",
                "meshtop.yaml:1:13: graph-type: 'apps' is not one of workload, app, versionedApp, service"
            ),
            ("\u{7}", "meshtop.yaml:1:1: not valid YAML: control characters are not allowed"),
        ])
    func mistakes(text: String, message: String) throws {
        let error = try #require(configurationError([], files: ["meshtop.yaml": text]))
        if message.hasSuffix("did you mean") {
            #expect(error.hasPrefix("meshtop.yaml:1:1: unknown key 'config'"))
        } else {
            #expect(error.hasPrefix(message))
        }
    }

    @Test("a file without content sets nothing", arguments: ["", "# only a comment\n", "---\n", "--- ''\n"])
    func nothing(text: String) {
        #expect(configurationError([], files: ["meshtop.yaml": text]) == nil)
    }

    @Test("size and depth are bounded")
    func bounds() {
        let large = String(repeating: "#", count: YAMLReader.maximumSize + 1)
        #expect(configurationError([], files: ["meshtop.yaml": large])?.contains("larger than 256 KiB") == true)
        let deep = "management: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(configurationError([], files: ["meshtop.yaml": deep])?.contains("nested deeper") == true)
        let many = "management: [" + String(repeating: "a,", count: 11_000) + "a]"
        #expect(configurationError([], files: ["meshtop.yaml": many])?.contains("more than 10000 values") == true)
    }

    @Test("the template is a valid file that names every key")
    func template() throws {
        let text = ConfigurationTemplate.text()
        #expect(configurationError([], files: ["meshtop.yaml": text]) == nil)
        // With the comment signs before the keys removed, every key must still be known and have a good value.
        let active = text.split(separator: "\n").map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? String(line.dropFirst()) : String(line)
        }
        #expect(configurationError(["config"], files: ["meshtop.yaml": active.joined(separator: "\n")]) == nil)
        #expect(active.contains("interval: 2s"))
    }
}
