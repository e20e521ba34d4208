// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Model
import Testing

@testable import meshtop

/// A feed that delivers lists of observations, one at each look, and then nothing.
final class ListFeed: Feed {
    /// What one look delivers.
    struct Delivery {
        var observations: [Observation]
        var isSettled: Bool
    }

    private var deliveries: [Delivery]
    private(set) var isSettled = false
    private(set) var hasStopped = false

    init(_ deliveries: [Delivery]) { self.deliveries = deliveries }

    let descriptor: Int32 = -1

    func beginSleep() -> Bool { deliveries.isEmpty }

    func drain() -> [Observation] {
        guard !deliveries.isEmpty else { return [] }
        let next = deliveries.removeFirst()
        isSettled = next.isSettled
        return next.observations
    }

    func pollNow() {}
    func look(at interest: TelemetryInterest) {}
    func stop() { hasStopped = true }
}

/// A command that runs within the test, on a ``ListFeed``.
struct CommandRun {
    let context: Context
    private let output = Pipe()
    private let errors = Pipe()

    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - deliveries: what the feed delivers.
    /// - Throws: what is wrong with the arguments.
    init(_ arguments: [String], _ deliveries: [ListFeed.Delivery]) throws {
        let input = ConfigurationInput(arguments: arguments, environment: [:]) { _ in nil }
        let feed = ListFeed(deliveries)
        context = Context(
            settings: try ConfigurationLoader.load(input), environment: [:],
            out: Output(descriptor: output.fileHandleForWriting.fileDescriptor),
            errors: Output(descriptor: errors.fileHandleForWriting.fileDescriptor), signals: .none()
        ) { _ in feed }
    }

    /// What was printed; ends the output.
    func printed() throws -> String {
        try output.fileHandleForWriting.close()
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
