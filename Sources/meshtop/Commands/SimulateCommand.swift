// SPDX-License-Identifier: Apache-2.0
import Configuration
import Glibc
import Simulator
import Views

/// Which simulated mesh the settings ask for.
enum Scenarios {
    /// The mesh, not yet started.
    ///
    /// - Throws: ``CommandFailure`` when the scenario is not known.
    static func mesh(_ settings: Settings) throws(CommandFailure) -> SimulatedMesh {
        SimulatedMesh(
            scenario: try scenario(settings), members: settings[.members],
            seed: UInt64(settings[.seed]), services: settings[.services],
            port: UInt16(settings[.port] ?? 0))
    }

    /// The scenario that is named, healthy when none is.
    static func scenario(_ settings: Settings) throws(CommandFailure) -> SimulatedScenario {
        guard let name = settings.arguments.first else { return .healthy }
        if let scenario = SimulatedScenario(rawValue: name) { return scenario }
        let known = SimulatedScenario.allCases.map(\.rawValue)
        let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \($0)?" }
        let message = "unknown scenario '\(name.printable)'\(hint ?? "; known are \(known.joined(separator: ", "))")"
        throw CommandFailure(message: message, exit: 64)
    }

    /// Prints the scenarios.
    static func list(_ context: Context) throws(CommandFailure) -> Int32 {
        let width = SimulatedScenario.allCases.map(\.rawValue.count).max() ?? 0
        let lines = SimulatedScenario.allCases.map { scenario in
            let pad = String(repeating: " ", count: width - scenario.rawValue.count)
            return "\(scenario.rawValue)\(pad)  \(scenario.about)\n"
        }
        return try context.out.write(lines.joined()).exit(or: 0)
    }

    /// Starts a mesh.
    ///
    /// - Returns: where it answers.
    static func start(_ mesh: SimulatedMesh) throws(CommandFailure) -> SimulatedMesh.Addresses {
        do {
            return try mesh.start()
        } catch {
            throw CommandFailure(message: error.description)
        }
    }
}

/// `meshtop simulate`: only the endpoints, for other tools.
enum SimulateCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        if context.settings[.list] { return try Scenarios.list(context) }
        let mesh = try Scenarios.mesh(context.settings)
        let addresses = try Scenarios.start(mesh)
        defer { mesh.stop() }
        // A reader that only wants the addresses may go away; the mesh keeps serving.
        context.out.write(document(addresses))
        return wait(context.signals)
    }

    /// INT and TERM are how it is meant to end.
    private static func wait(_ signals: Signals) -> Int32 {
        while true {
            _ = Poller.wait(signals.entry, until: nil)
            if let number = signals.next() { return number == SIGINT || number == SIGTERM ? 0 : 128 + number }
        }
    }

    private static func document(_ addresses: SimulatedMesh.Addresses) -> [UInt8] {
        JSONWriter.line { json in
            json.field("management", addresses.management)
            json.field("prometheus", addresses.prometheus)
            json.field("probes", addresses.probes)
        }
    }
}
