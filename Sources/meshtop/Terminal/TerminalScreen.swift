// SPDX-License-Identifier: Apache-2.0
import CNcurses
import CTerminal
import Configuration
import Glibc
import Views

/// The terminal, through ncurses: enters and leaves it, draws frames, reads keys. The only place that knows about either.
final class TerminalScreen {
    /// How the screen is to look and behave.
    struct Options {
        var color = ColorChoice.auto
        var glyphs = GlyphChoice.auto
        var environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
        /// Where a crash report goes; empty for nowhere.
        var crashReport = ""
    }

    /// Ready for reading when a key waits; hangs up when the terminal is gone.
    let descriptor: Int32
    let glyphs: GlyphSet
    private let palette: Palette
    private let localeIsUTF8: Bool
    private let screen: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    private var messages: MessageCapture?
    private var shown: Frame?
    private var reader = KeyReader()
    private var reportsFocus = false

    /// Enters the terminal of this process, whatever stdin and stdout are.
    ///
    /// - Throws: ``TerminalError`` if there is none or its kind is not known; the terminal is left as it was.
    init(_ options: Options) throws(TerminalError) {
        // Characters only: nothing else of a locale is used, and each further category is a file to read before the first frame.
        setlocale(LC_CTYPE, "")
        localeIsUTF8 = meshtop_terminal_locale_is_utf8() == 1
        descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0, let file = fdopen(descriptor, "r+") else {
            throw TerminalError(
                code: .noTerminal,
                description:
                    "no terminal: /dev/tty: \(String(cString: strerror(errno))). For output without one: meshtop watch")
        }
        messages = MessageCapture()
        let chain: Int32 = options.environment("SWIFT_BACKTRACE") == nil ? 0 : 1
        _ = meshtop_terminal_arm(
            descriptor, TerminalReset.common, messages?.descriptor ?? -1, options.crashReport, chain)
        do {
            screen = try Self.start(on: file, environment: options.environment)
        } catch {
            meshtop_terminal_disarm()
            messages?.end()
            throw error
        }
        meshtop_terminal_set_reset(TerminalReset.ofPresentTerminal())
        window = Self.configure()
        let choices = TerminalChoices(environment: options.environment)
        palette = Palette(usesColor: Self.startColors(choices, options.color))
        glyphs = choices.glyphs(options.glyphs, localeIsUTF8: localeIsUTF8)
    }

    /// Unlike `initscr`, which ends the process, `newterm` reports a kind of terminal that it does not know; nearly all understand xterm.
    private static func start(
        on file: UnsafeMutablePointer<FILE>, environment: (String) -> String?
    ) throws(TerminalError) -> OpaquePointer {
        for kind in [nil, "xterm-256color", "vt100"] {
            if let screen = newterm(kind, file, file) { return screen }
        }
        let kind = environment("TERM") ?? ""
        throw TerminalError(
            code: .unknownKind,
            description:
                "terminfo knows neither \"\(kind)\" nor xterm-256color nor vt100; install ncurses-base or set TERM")
    }

    private static func configure() -> UnsafeMutablePointer<WINDOW> {
        let window: UnsafeMutablePointer<WINDOW> = meshtop_stdscr()
        cbreak()
        noecho()
        nonl()
        curs_set(0)
        set_escdelay(25)
        keypad(window, true)
        nodelay(window, true)
        // Terminals in keypad mode send ESC O A; some send ESC [ A in any mode.
        for (sequence, code) in [
            ("\u{1B}[A", KEY_UP), ("\u{1B}[B", KEY_DOWN), ("\u{1B}[C", KEY_RIGHT), ("\u{1B}[D", KEY_LEFT),
            ("\u{1B}OA", KEY_UP), ("\u{1B}OB", KEY_DOWN), ("\u{1B}OC", KEY_RIGHT), ("\u{1B}OD", KEY_LEFT),
            ("\u{1B}[H", KEY_HOME), ("\u{1B}[F", KEY_END), ("\u{1B}[1~", KEY_HOME), ("\u{1B}[4~", KEY_END),
        ] {
            define_key(sequence, code)
        }
        for (sequence, code) in FocusReport.sequences { define_key(sequence, code) }
        return window
    }

    /// ncurses does not honour NO_COLOR by itself: where colour is not wanted it is not started.
    private static func startColors(_ choices: TerminalChoices, _ choice: ColorChoice) -> Bool {
        // COLORS is not set before start_color, but terminfo knows.
        guard choices.usesColor(choice, terminfoColors: Int(tigetnum("colors"))) else { return false }
        start_color()
        use_default_colors()
        for color in Int16(1)...6 { init_pair(color, color, -1) }
        return true
    }

    /// The present size of the terminal.
    var size: Size {
        Size(columns: Int(getmaxx(window)), rows: Int(getmaxy(window)))
    }

    // MARK: - Drawing

    /// Whether the terminal takes output now. It does not while its user has stopped it (ctrl-S) or its reader is far behind; writing would
    /// block, and with it every key and signal.
    var isWritable: Bool {
        Poller.look(at: descriptor, for: .writable).contains(.writable)
    }

    /// Draws what differs from the frame drawn before.
    func draw(_ frame: Frame) {
        let runs = frame.diff(from: shown)
        shown = frame
        guard !runs.isEmpty else { return }
        for run in runs {
            for (offset, cell) in run.cells.enumerated() { draw(cell, x: run.x + offset, y: run.y) }
        }
        wnoutrefresh(window)
        doupdate()
    }

    private func draw(_ cell: Cell, x: Int, y: Int) {
        guard cell.glyph.width > 0 else { return }
        let look = palette.appearance(of: cell.style)
        if isDrawable(cell.glyph) {
            put(cell.glyph.base.value, cell.glyph.marks, x: x, y: y, look)
        } else {
            for column in 0..<Int(cell.glyph.width) { put(0x3F, (0, 0), x: x + column, y: y, look) }
        }
    }

    private func put(_ base: UInt32, _ marks: (UInt32, UInt32), x: Int, y: Int, _ look: Appearance) {
        meshtop_put_cell(window, Int32(y), Int32(x), base, marks.0, marks.1, look.attributes, look.pair)
    }

    /// ncurses moves its cursor by the C library's opinion of widths; a glyph on which that disagrees with ours would shift the line.
    private func isDrawable(_ glyph: Glyph) -> Bool {
        if glyph.base.isASCII && glyph.marks == (0, 0) { return true }
        return localeIsUTF8 && meshtop_terminal_wcwidth(glyph.base.value) == Int32(glyph.width)
    }

    /// Asks the terminal to report its focus, or to stop that.
    func report(focus isWanted: Bool) {
        guard isWanted != reportsFocus, !TerminalReset.capability("rmcup").isEmpty else { return }
        reportsFocus = isWanted
        write(isWanted ? FocusReport.begin : FocusReport.end)
    }

    private func write(_ text: String) {
        text.withCString { meshtop_terminal_write(descriptor, $0, strlen($0)) }
    }

    /// Forgets what is on the terminal, so that the next frame is drawn as a whole.
    func repaint() {
        shown = nil
        wclear(window)
    }

    /// Takes over a size that the terminal has changed to.
    func adoptSize() {
        var (columns, rows): (Int32, Int32) = (0, 0)
        guard meshtop_terminal_size(descriptor, &columns, &rows) == 0 else { return }
        if is_term_resized(rows, columns) { resizeterm(rows, columns) }
        repaint()
    }

    // MARK: - Keys

    /// Maximum number of characters and codes that are read at once, so that a stream of input cannot keep signals and data waiting.
    private static let keyLimit = 1_024

    /// The keys that wait.
    func keys() -> [Key] {
        var raw: [RawKey] = []
        var value: UInt32 = 0
        while raw.count < Self.keyLimit {
            switch meshtop_next_key(window, &value) {
            case 1: raw.append(.character(value))
            case 2: raw.append(.code(Int32(bitPattern: value)))
            default: return reader.keys(from: raw)
            }
        }
        return reader.keys(from: raw)
    }

    // MARK: - Leaving

    /// Leaves the terminal for a while: stops the process, and enters again when it is continued.
    func stop() {
        report(focus: false)
        endwin()
        meshtop_terminal_disarm()
        meshtop_terminal_stop()
        resume()
    }

    /// Enters the terminal again after the process was stopped, by us or by SIGSTOP; a shell has changed its modes in between.
    func resume() {
        meshtop_terminal_rearm()
        endwin()
        adoptSize()
        // Leaves ncurses' idea of "ended", and writes the modes to the terminal.
        wrefresh(window)
        curs_set(0)
    }

    /// Leaves the terminal as it was.
    ///
    /// - Parameter lines: Written below what was there before the screen was entered.
    func close(leaving lines: [String] = []) {
        report(focus: false)
        endwin()
        meshtop_terminal_disarm()
        delscreen(screen)
        messages?.end()
        messages = nil
        guard !lines.isEmpty else { return }
        write(lines.joined(separator: "\n") + "\n")
    }
}
