// SPDX-License-Identifier: Apache-2.0
import CNcurses

/// The sequence that leaves the screen after a crash: fixed text, prepared while all is well.
enum TerminalReset {
    /// For terminals like xterm: alternate screen, cursor, attributes, keypad.
    static let common = "\u{1B}[?1049l\u{1B}[?25h\u{1B}[0m\u{1B}[?1l\u{1B}>" + FocusReport.end

    /// The same for the terminal's own kind, as terminfo has it.
    static func ofPresentTerminal() -> String {
        let words = ["rmcup", "cnorm", "sgr0", "rmkx"].map { capability($0) }
        // What has no screen to leave is too simple to have been asked about focus.
        return words.joined() + (words[0].isEmpty ? "" : FocusReport.end) + "\r"
    }

    /// A capability without its delays (`$<5/>`), which only ncurses can wait for.
    static func capability(_ name: String) -> String {
        guard let text = meshtop_capability(name) else { return "" }
        return withoutDelays(String(cString: text))
    }

    static func withoutDelays(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "$"), rest[start...].hasPrefix("$<"),
            let end = rest[start...].firstIndex(of: ">")
        {
            result += rest[..<start]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
