// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Model
import Simulator
import Views

/// `meshtop demo`: a simulated mesh, and meshtop on it over real HTTP.
struct DemoCommand {
    private let context: Context
    private let request: FeedRequest
    private let title: String

    /// Prepares the mesh; it starts when collecting does, which is after the first frame and after signals are blocked.
    ///
    /// - Throws: ``CommandFailure`` when the scenario is not known.
    init(_ context: Context) throws(CommandFailure) {
        let mesh = try Scenarios.mesh(context.settings)
        var context = context
        let window = context.settings[.window]
        context.startFeed = { request throws(CommandFailure) in try DemoFeed(mesh, request, window: window) }
        self.context = context
        var request = try FeedRequest(context.settings, isOneShot: false)
        request.isDefault = false
        self.request = request
        title = "simulated mesh, scenario \(try Scenarios.scenario(context.settings).rawValue)"
    }

    /// As `watch`; a demo in which sources fail has succeeded.
    func lines() throws(CommandFailure) -> Int32 {
        var run = try WatchRun(context, request, forgivesFailures: true)
        return try run.run()
    }

    /// The screens.
    func screens() throws(CommandFailure) -> Int32 {
        let data = try ScreenSession(context, .live(request))
        return try ScreenRun.run(context, data, Introduction(targets: [title], areDefaults: false))
    }
}

/// The collector on a mesh that lives as long as it does.
private final class DemoFeed: Feed {
    private let mesh: SimulatedMesh
    private let feed: any Feed

    init(_ mesh: SimulatedMesh, _ request: FeedRequest, window: Duration) throws(CommandFailure) {
        self.mesh = mesh
        var request = request
        let addresses = try Scenarios.start(mesh)
        // The others are found from the first, as in life.
        let first = ManagementSeed(try Self.address(addresses.management.first ?? ""))
        let metrics = PrometheusOptions(
            endpoint: Endpoint(try Self.address(addresses.prometheus)), graph: request.options.graph, window: window)
        request.collecting.collectors = [
            .management(ManagementOptions(seeds: [first], asksBridge: true)), .prometheus(metrics),
            .probes(addresses.probes.compactMap { try? ProbeTarget($0) }),
        ]
        feed = try LiveFeed.start(request)
    }

    private static func address(_ text: String) throws(CommandFailure) -> ManagementAddress {
        do {
            return try ManagementAddress(text)
        } catch {
            throw CommandFailure(message: "the simulated mesh is at '\(text)', which is no address: \(error.message)")
        }
    }

    var descriptor: Int32 { feed.descriptor }
    var isSettled: Bool { feed.isSettled }
    func beginSleep() -> Bool { feed.beginSleep() }
    func drain() -> [Observation] { feed.drain() }
    func pollNow() { feed.pollNow() }
    func look(at interest: TelemetryInterest) { feed.look(at: interest) }

    func stop() {
        feed.stop()
        mesh.stop()
    }
}
