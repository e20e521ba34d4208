// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc

/// Leads each command to the code that does it.
enum Dispatcher {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let settings = context.settings
        if settings[.help] { return try help(context) }
        if settings[.version] { return try context.out.write("meshtop \(Program.version)\n").exit(or: 0) }
        switch settings.command {
        case .top: return try top(context)
        case .watch: return try watch(context)
        case .snapshot: return try SnapshotCommand.run(context)
        case .check: return CheckCommand.run(context)
        case .replay: return try replay(context)
        case .config: return try ConfigCommand.run(context)
        case .explain: return try ExplainCommand.run(context)
        case .diff: return try DiffCommand.run(context)
        case .wait: return try wait(context)
        case .doctor: return try DoctorCommand.run(context)
        case .keys: return try KeysCommand.run(context)
        case .report: return try ReportCommand.run(context)
        case .redact: return try RedactCommand.run(context)
        case .demo: return try demo(context)
        case .simulate: return try SimulateCommand.run(context)
        }
    }

    private static func help(_ context: Context) throws(CommandFailure) -> Int32 {
        let width = context.environment["COLUMNS"].flatMap { Int($0) } ?? 80
        return try context.out.write(HelpText.text(for: context.settings.command, width: width)).exit(or: 0)
    }

    /// Lines are wanted, or the only thing that can be had.
    private static func wantsLines(_ context: Context) -> Bool {
        context.settings[.headless] || context.settings[.output] == .jsonl || isatty(STDOUT_FILENO) == 0
    }

    private static func top(_ context: Context) throws(CommandFailure) -> Int32 {
        guard !wantsLines(context) else { return try watch(context) }
        return try ScreenRun.top(context)
    }

    private static func demo(_ context: Context) throws(CommandFailure) -> Int32 {
        if context.settings[.list] { return try Scenarios.list(context) }
        let demo = try DemoCommand(context)
        return try wantsLines(context) ? demo.lines() : demo.screens()
    }

    private static func wait(_ context: Context) throws(CommandFailure) -> Int32 {
        var wait = try WaitCommand(context)
        return try wait.run()
    }

    private static func watch(_ context: Context) throws(CommandFailure) -> Int32 {
        var run = try WatchRun(context, FeedRequest(context.settings, isOneShot: false))
        return try run.run()
    }

    private static func replay(_ context: Context) throws(CommandFailure) -> Int32 {
        guard wantsLines(context) else { return try ScreenRun.replay(context) }
        var replay = try ReplayCommand(context)
        return try replay.run()
    }
}
