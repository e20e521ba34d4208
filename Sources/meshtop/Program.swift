// SPDX-License-Identifier: Apache-2.0
import CLinux
import Collectors
import Configuration
import Glibc

/// The program from its arguments to its exit code.
enum Program {
    static let version = "0.1.0"

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - environment: the environment variables.
    /// - Returns: the exit code.
    static func run(_ arguments: [String], environment: [String: String]) -> Int32 {
        StandardDescriptors.secure()
        meshtop_return_large_blocks()
        let signals = Signals.forEveryRun()
        let out = Output(descriptor: STDOUT_FILENO, signals: signals.descriptor)
        let errors = Output(descriptor: STDERR_FILENO, signals: signals.descriptor)
        let settings: Settings
        do {
            let input = ConfigurationInput(arguments: arguments, environment: environment) { path throws(FileError) in
                try FileReader.read(path)
            }
            settings = try ConfigurationLoader.load(input)
        } catch {
            return usage(error, isCheck: ConfigurationLoader.guessedCommand(arguments) == .check, out, errors)
        }
        let context = Context(
            settings: settings, environment: environment, out: out, errors: errors, signals: signals,
            startFeed: LiveFeed.start)
        for note in settings.notes { context.say(note.printableLines) }
        do {
            return try Dispatcher.run(context)
        } catch {
            context.say(error.message.printableLines)
            return error.exit
        }
    }

    private static func usage(_ error: ConfigurationError, isCheck: Bool, _ out: Output, _ errors: Output) -> Int32 {
        errors.write("meshtop: \(error.message)\nTry `\(error.helpCommand)`.\n".printableLines)
        return isCheck ? CheckCommand.report(error.message.printableLines, out: out) : 64
    }
}
