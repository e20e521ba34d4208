// SPDX-License-Identifier: Apache-2.0
import CTerminal
import Collectors
import Configuration
import Glibc
import Model
import Views

/// A run with the screen: `meshtop`, `demo`, `replay` on a terminal.
enum ScreenRun {
    /// `meshtop`: live.
    static func top(_ context: Context) throws(CommandFailure) -> Int32 {
        let settings = context.settings
        try requireLogOnInput(settings)
        let targets =
            settings.usesDefaultSources
            ? ["http://localhost:8558", "http://localhost:7626"] : settings[.management].map(\.shown)
        let data = try ScreenSession(context, .live(FeedRequest(settings, isOneShot: false)))
        return try run(context, data, Introduction(targets: targets, areDefaults: settings.usesDefaultSources))
    }

    /// Keys come from the terminal itself, so that a log can come from stdin; a log that is typed cannot be distinguished from keys.
    private static func requireLogOnInput(_ settings: Settings) throws(CommandFailure) {
        let readsInput = settings[.events].contains { $0.place == .standardInput }
        guard readsInput, isatty(STDIN_FILENO) == 1 else { return }
        throw CommandFailure(
            message:
                "--events -: standard input is the terminal, which the screen takes its keys from; pipe a log into it, "
                + "as in `kubectl logs -f ... | meshtop --events -`, or name a file", exit: 64)
    }

    /// `meshtop replay FILE`: a recording at its own speed.
    static func replay(_ context: Context) throws(CommandFailure) -> Int32 {
        let path = context.settings.arguments.first ?? "-"
        let recorded: RecordedMoment
        if context.settings.arguments.count == 2 {
            let merged: MergedFile
            do {
                merged = try MergedFile(path, context.settings.arguments[1])
            } catch {
                throw CommandFailure(message: error.message)
            }
            recorded = try RecordedMoment(merged, at: context.settings[.at])
        } else {
            recorded = try RecordedMoment(path, at: context.settings[.at])
        }
        let feed = ReplayFeed(recorded.file, speed: context.settings[.speed] ?? 1, from: recorded.moment)
        let data = try ScreenSession(context, .recording(feed, recorded.span))
        return try run(context, data, Introduction(targets: [path], areDefaults: false))
    }

    /// Runs until the user, a signal or the end of the terminal ends it.
    ///
    /// - Parameters:
    ///   - context: the settings and the environment.
    ///   - data: what is shown.
    ///   - introduction: what the first frame says.
    /// - Returns: the exit code.
    /// - Throws: ``CommandFailure``, with exit code 3 when there is no usable terminal.
    static func run(
        _ context: Context, _ data: ScreenSession, _ introduction: Introduction
    ) throws(CommandFailure) -> Int32 {
        let screen: TerminalScreen
        let signals: Signals
        do {
            try TerminalChoices(environment: { context.environment[$0] }).requireScreen()
            signals = try Signals.forScreen()
            screen = try TerminalScreen(options(context))
        } catch {
            throw CommandFailure(message: error.description, exit: TerminalError.exitStatus)
        }
        let zone = meshtop_terminal_utc_offset(data.now.microseconds / 1_000_000)
        let app = AppState(
            size: screen.size, glyphs: screen.glyphs, now: data.now, zone: .seconds(zone), introduction: introduction)
        var loop = TerminalLoop(screen: screen, signals: signals, data: data, app: app)
        let exit = try loop.run()
        if let parting = data.parting { context.say(parting) }
        return exit
    }

    private static func options(_ context: Context) -> TerminalScreen.Options {
        let settings = context.settings
        let environment = context.environment
        return TerminalScreen.Options(
            color: settings[.color],
            glyphs: settings[.glyphs],
            environment: { environment[$0] }, crashReport: crashReport(environment))
    }

    /// `$XDG_STATE_HOME/meshtop-crash-PID.txt`; without a place of the user's own there is no report.
    private static func crashReport(_ environment: [String: String]) -> String {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        guard let folder = state ?? environment["HOME"].map({ "\($0)/.local/state" }) else { return "" }
        // Only a crash creates the file, and only if the folder is there; nothing is created on good days.
        return access(folder, W_OK) == 0 ? "\(folder)/meshtop-crash-\(getpid()).txt" : ""
    }
}
