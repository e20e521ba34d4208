// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Support

/// The thread that accepts connections and lets the simulation's time pass with the real one. After `start`, only that thread touches it.
final class MeshClock {
    private let state: Locked<MeshState>
    private let server: HTTPServer
    private var listeners: Listeners
    private let stopper: Int32
    /// Processes that are stopped: the kernel takes their connections, and they are not accepted.
    private var stopped: Set<Int> = []
    /// What `poll` watches, with the place of each; the stopper comes first.
    private var watched: [pollfd] = []
    private var places: [Int] = []
    private var startedAt = 0

    init(state: Locked<MeshState>, server: HTTPServer, listeners: Listeners, stopper: Int32) {
        self.state = state
        self.server = server
        self.listeners = listeners
        self.stopper = stopper
    }

    /// - Returns: the thread, or `nil` if none could be made.
    func start() -> pthread_t? {
        startedAt = Self.milliseconds()
        state.withLock { $0.cluster.epoch = Int64(meshtop_now_microseconds() / 1000) }
        watch()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<MeshClock>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if failed != 0 { context.release() }
        return failed == 0 ? thread : nil
    }

    private func run() {
        while true {
            let elapsed = Self.milliseconds() - startedAt
            poll(&watched, nfds_t(watched.count), Int32(Step.milliseconds - elapsed % Step.milliseconds))
            if watched[0].revents != 0 { break }
            acceptWaiting()
            letTimePass()
        }
        listeners.shutAll()
    }

    private func acceptWaiting() {
        for index in 1..<watched.count where watched[index].revents != 0 {
            while true {
                let connection = listeners.accept(places[index])
                if connection < 0 { break }
                server.add(connection)
            }
        }
    }

    /// A machine that slept, or a debugger's stop, is no reason to simulate hours in a hurry: time then goes on from where it was.
    private func letTimePass() {
        let effects = state.withLock { state -> [SimulatedCluster.Effect] in
            let reached = state.cluster.now * Step.milliseconds
            let late = Self.milliseconds() - startedAt - reached
            if late > 10_000 {
                startedAt += late
                state.cluster.epoch += Int64(late)
            }
            let effects = state.cluster.advance(to: .milliseconds(Self.milliseconds() - startedAt))
            state.sendHeartbeats()
            return effects
        }
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: SimulatedCluster.Effect) {
        switch effect {
        case .publish(let slot, let events): state.withLock { $0.publish(events, at: slot) }
        case .open(let slot):
            listeners.open(slot)
            watch()
        case .close(let slot):
            stopped.remove(slot)
            listeners.shut(slot)
            server.end(slot)
            watch()
        case .pause(let slot):
            stopped.insert(slot)
            watch()
        case .resume(let slot):
            stopped.remove(slot)
            state.withLock { $0.release(slot) }
            watch()
        }
    }

    private func watch() {
        watched = [stopper, listeners.metrics].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // The stopper has no place; it is never accepted from.
        places = [-2, SimulatedCluster.metricsPlace]
        for (slot, socket) in listeners.sockets.enumerated() where socket >= 0 && !stopped.contains(slot) {
            watched.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0))
            places.append(slot)
        }
    }

    private static func milliseconds() -> Int {
        meshtop_monotonic_microseconds() / 1000
    }
}
