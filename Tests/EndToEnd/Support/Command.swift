import Foundation
import Synchronization

/// Runs programs and reads what they print.
enum Command {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program to its end.
    static func run(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        let process = try RunningCommand(path, arguments, environment: environment)
        let status = process.waitForExit()
        return Result(status: status, output: process.outputText, errors: process.errorText)
    }

    /// The product under test: it lies beside the test bundle.
    static var meshtop: String {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "meshtop").path
    }
}

/// A program that runs while a test looks at its output.
final class RunningCommand: Sendable {
    private let process = Process()
    private let output = Collected()
    private let errors = Collected()

    /// Bytes that a reader appends while a test looks.
    private final class Collected: Sendable {
        private let bytes = Mutex(Data())

        func append(_ data: Data) { bytes.withLock { $0.append(data) } }
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe(into: output)
        process.standardError = pipe(into: errors)
        try process.run()
    }

    private func pipe(into collected: Collected) -> Pipe {
        let pipe = Pipe()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { collected.append(data) }
        }
        return pipe
    }

    var outputText: String { output.text }
    var errorText: String { errors.text }
    var pid: Int32 { process.processIdentifier }

    /// The complete lines so far.
    var lines: [Substring] {
        let text = outputText
        let complete = text.hasSuffix("\n") ? text[...] : text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
        return complete.split(separator: "\n")
    }

    @discardableResult
    func waitForExit() -> Int32 {
        process.waitUntilExit()
        // The last bytes may still be on their way through the pipes.
        Deadline.poll(seconds: 2) {
            [process.standardOutput, process.standardError].allSatisfy {
                ($0 as? Pipe)?.fileHandleForReading.readabilityHandler == nil
            }
        }
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    func terminate(_ signal: Int32 = SIGTERM) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }
}

/// Waits for a condition, with an end.
enum Deadline {
    /// - Returns: Whether the condition came true in time.
    @discardableResult
    static func poll(seconds: Double, every: Double = 0.05, _ condition: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while !condition() {
            if Date() > end { return false }
            Thread.sleep(forTimeInterval: every)
        }
        return true
    }
}
