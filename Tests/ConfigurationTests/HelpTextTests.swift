// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing

@Suite("Help")
struct HelpTextTests {
    @Test(
        "every command's help fits the width, begins with an example and names the exit codes",
        arguments: Command.allCases)
    func shape(command: Command) {
        for width in [40, 80, 100] {
            let lines = HelpText.text(for: command, width: width).split(
                separator: "\n", omittingEmptySubsequences: false)
            let examples = lines.firstIndex(of: "Examples:") ?? .max
            let usage = lines.firstIndex(of: "Usage:") ?? 0
            #expect(examples < usage)
            #expect(lines.contains("Exit codes:"))
            #expect(!lines.contains { $0.hasSuffix(" ") })
            // An example or a flag is one piece that somebody copies: it is not broken.
            let wide = lines.filter { $0.count > width && !$0.hasPrefix("  ") }
            #expect(wide.isEmpty, "\(wide)")
        }
    }

    @Test("the program's help lists every command")
    func commands() {
        let text = HelpText.text(for: .top, width: 80)
        for name in Command.names { #expect(text.contains("\n  \(name) "), "\(name)") }
    }

    @Test("every group of options is in the help, under the name that the command knows")
    func groups() {
        #expect(HelpText.text(for: .top, width: 80).contains("--focus TYPE:NAMESPACE/NAME"))
        #expect(HelpText.text(for: .top, width: 80).contains("--no-discover"))
        #expect(HelpText.text(for: .wait, width: 80).contains("--timeout D"))
    }
}
