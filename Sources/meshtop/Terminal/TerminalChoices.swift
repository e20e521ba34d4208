// SPDX-License-Identifier: Apache-2.0
import Configuration
import Views

/// What the environment says about a terminal, decided without looking at one, so that every rule can be tested.
struct TerminalChoices {
    /// Looks up a variable of the environment.
    let environment: (String) -> String?

    /// Checks that the terminal can show screens at all.
    ///
    /// - Throws: ``TerminalError`` for one that can only print.
    func requireScreen() throws(TerminalError) {
        guard environment("TERM") == "dumb" else { return }
        throw TerminalError(
            code: .dumbTerminal,
            description:
                "TERM is \"dumb\": this terminal can only print, and the screens need one that moves its cursor; "
                + "use meshtop watch, meshtop snapshot -o text, or set TERM to what the terminal is")
    }

    /// Whether to use colours. The order: the flag (or its twin MESHTOP_COLOR, which the caller has already merged), FORCE_COLOR, NO_COLOR
    /// when not empty, a terminal of kind `dumb`, then what terminfo says: fewer than eight colours are none.
    ///
    /// - Parameters:
    ///   - choice: `--color`.
    ///   - terminfoColors: `COLORS` of ncurses.
    /// - Returns: Whether colours are wanted and can be had.
    func usesColor(_ choice: ColorChoice, terminfoColors: Int) -> Bool {
        guard terminfoColors >= 8, choice != .never else { return false }
        if choice == .always { return true }
        if let forced = environment("FORCE_COLOR"), !forced.isEmpty { return forced != "0" && forced != "false" }
        if let refused = environment("NO_COLOR"), !refused.isEmpty { return false }
        return environment("TERM") != "dumb"
    }

    /// Which signs to draw with. `auto` is Unicode where the locale is UTF-8, the terminal's font can be trusted to have the signs, and
    /// the locale is not one in which half of them are drawn two cells wide.
    ///
    /// - Parameters:
    ///   - choice: `--glyphs`.
    ///   - localeIsUTF8: What `nl_langinfo(CODESET)` says.
    /// - Returns: The set to draw with.
    func glyphs(_ choice: GlyphChoice, localeIsUTF8: Bool) -> GlyphSet {
        switch choice {
        case .ascii: return .ascii
        // Without UTF-8 ncurses draws blanks in place of the signs, silently.
        case .unicode: return localeIsUTF8 ? .unicode : .ascii
        case .auto:
            let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment($0) }.first { !$0.isEmpty } ?? ""
            let isEastAsian = ["ja", "ko", "zh"].contains { locale.hasPrefix($0) }
            let kind = environment("TERM") ?? ""
            let hasFewSigns = kind == "linux" || kind == "dumb" || kind.hasPrefix("vt")
            return localeIsUTF8 && !isEastAsian && !hasFewSigns ? .unicode : .ascii
        }
    }
}
