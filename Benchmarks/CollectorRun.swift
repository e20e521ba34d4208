// SPDX-License-Identifier: Apache-2.0
import Collectors
import Glibc
import Model
import Support

/// Runs the collector alone against live endpoints and tells what it cost: `meshtop-benchmarks collect SECONDS ADDRESS...`.
enum CollectorRun {
    static func run(seconds: Int, addresses: [String]) {
        let seeds = addresses.compactMap { try? ManagementAddress($0) }.map { ManagementSeed($0) }
        guard let mailbox = Mailbox(),
            let thread = CollectorThread(
                options: CollectorOptions([.management(ManagementOptions(seeds: seeds))]), mailbox: mailbox),
            thread.start()
        else { return }
        let start = SystemClock.now
        let end = start + .seconds(seconds)
        var counts: [String: Int] = [:]
        var wakeUps = 0
        var settled: (at: Timestamp, cost: (cpu: Double, switches: Int, peak: Int))?
        while SystemClock.now < end {
            var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if mailbox.beginSleep() { poll(&descriptor, 1, 1000) }
            wakeUps += 1
            let delivery = mailbox.drain()
            for observation in delivery.observations { count(observation, start, &counts) }
            if delivery.isSettled, settled == nil {
                let now = SystemClock.now
                print("settled after \((now - start).inSeconds) s")
                settled = (now, cost())
                wakeUps = 0
            }
        }
        report(counts)
        if let settled {
            report(from: settled.cost, wakeUps: wakeUps, seconds: (end - settled.at).inSeconds)
        }
        thread.stop()
    }

    private static func count(_ observation: Observation, _ start: Timestamp, _ counts: inout [String: Int]) {
        counts[word(observation.payload), default: 0] += 1
        if case .failed(let failure, _) = observation.payload {
            print(
                (observation.at - start).inSeconds, observation.source?.description ?? "", failure.code, failure.message
            )
        }
    }

    private static func word(_ payload: Observation.Payload) -> String {
        switch payload {
        case .membership: "membership"
        case .membershipUnchanged: "membership unchanged"
        case .readiness, .liveness, .startup: "health check"
        case .streamEvent(_, let replayed): replayed ? "event of a replay" : "event"
        case .streamHeartbeat: "heartbeat"
        case .failed: "failure"
        default: "other"
        }
    }

    private static func report(_ counts: [String: Int]) {
        for (word, count) in counts.sorted(by: { $0.key < $1.key }) { print(word, count) }
    }

    /// CPU seconds and voluntary context switches so far.
    private static func cost() -> (cpu: Double, switches: Int, peak: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return (
            seconds + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6, usage.ru_nvcsw,
            usage.ru_maxrss / 1024
        )
    }

    private static func report(
        from before: (cpu: Double, switches: Int, peak: Int), wakeUps: Int, seconds: Double
    ) {
        let after = cost()
        print("until settled: CPU \((before.cpu * 1000).rounded()) ms; at most \(after.peak) MB")
        print(
            "afterwards: CPU \(((after.cpu - before.cpu) / seconds * 10_000).rounded() / 100) % of a core,",
            "\((Double(after.switches - before.switches) / seconds * 10).rounded() / 10) wake-ups/s,",
            "\((Double(wakeUps) / seconds * 10).rounded() / 10) of them the main thread's")
    }
}
