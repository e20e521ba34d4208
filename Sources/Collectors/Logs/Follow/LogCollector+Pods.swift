// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which of a collector's logs are those of pods.
struct PodLogTable {
    /// Maximum number of logs that are followed at once: each costs the API server and a kubelet a connection.
    static let maximum = 64
    /// Maximum number of logs of a run, those that have ended included.
    static let maximumInAll = 10_000
    /// How long nothing is asked after a right was missing.
    static let deniedPause = Duration.seconds(60)

    fileprivate(set) var numbers: [PodLog: Int] = [:]
    /// Logs of containers that have ended: what is there of them is read, and no more.
    fileprivate var leaving: Set<Int> = []
    /// When a log is asked for again that was refused.
    fileprivate var pausedUntil: [Int: Timestamp] = [:]
    /// When sources of logs that have ended are removed: their last events wait for their place until then.
    fileprivate(set) var closing: [(id: SourceID, at: Timestamp)] = []
    /// Those for which there was no room.
    fileprivate var left: Set<PodLog> = []
    fileprivate var count = 0

    /// Whether a log may be asked for.
    func isDue(_ number: Int, at now: Timestamp) -> Bool { pausedUntil[number].map { $0 <= now } ?? true }
}

extension LogCollector {
    private static let leftSource = SourceID(.podLog, "not followed")

    /// Adds a log, if there is room.
    ///
    /// - Returns: its place among the readers.
    mutating func addPodLog(_ log: PodLog, _ reader: LogReader) -> Int? {
        guard pods.numbers[log] == nil else { return nil }
        guard pods.numbers.count < PodLogTable.maximum, pods.count < PodLogTable.maximumInAll else {
            pods.left.insert(log)
            reportLeft()
            return nil
        }
        pods.count += 1
        let number = readers.count
        readers.append(reader)
        pods.numbers[log] = number
        let place = PodPlace(pod: log.pod, container: log.container, way: "through the API server")
        outbox.emit(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: nil, pod: place)), from: log.id)
        return number
    }

    mutating func removePodLog(_ log: PodLog, at now: Timestamp) {
        if pods.left.remove(log) != nil { reportLeft() }
        guard let number = pods.numbers[log] else { return }
        pods.leaving.insert(number)
        // A stream that is open ends by itself, with the last words of its container.
        if !running.values.contains(number) { close(number, at: now) }
    }

    /// A log is not there, or may not be read.
    mutating func refusePodLog(_ number: Int, _ response: HTTPResponse, at now: Timestamp) {
        guard let log = readers[number].podLog else { return }
        let status = APIStatus(response)
        // A container that has not started yet, or of which nothing is left, is no failure.
        if log.isPrevious || pods.leaving.contains(number) { return close(number, at: now) }
        if [204, 400].contains(response.status) {
            pods.pausedUntil[number] = now + .seconds(2)
            readers[number].waitForStart()
            return
        }
        var failure = SourceFailure(.http, "GET log of \(log.pod.name): \(status.text)")
        if response.status == 403 {
            pods.pausedUntil[number] = now + PodLogTable.deniedPause
            let advice = MissingRight(status.message)?.advice ?? ""
            let text = "\(advice). Without it these stay unknown: the logs of members"
            failure = SourceFailure(.auth, text)
        }
        add(readers[number].fail(failure, at: now), of: number, at: now)
    }

    /// A stream has ended or could not be opened.
    ///
    /// - Returns: whether that was the end of the log; otherwise it is asked for again.
    mutating func endPodLog(_ number: Int, _ failure: SourceFailure, at now: Timestamp) -> Bool {
        guard let log = readers[number].podLog else { return false }
        if (log.isPrevious && failure.code == .closed) || pods.leaving.contains(number) {
            close(number, at: now)
            return true
        }
        // The ordinary end of a follow: of the container, or of a proxy's patience. The pod's status will say.
        guard failure.code == .closed, readers[number].isOpen else { return false }
        add(readers[number].fail(failure, at: now), of: number, at: now)
        return true
    }

    private mutating func close(_ number: Int, at now: Timestamp) {
        guard let log = readers[number].podLog, pods.numbers[log] == number else { return }
        add(readers[number].finish(at: now), of: number, at: now)
        pods.numbers[log] = nil
        pods.leaving.remove(number)
        pods.pausedUntil[number] = nil
        pods.closing.append((log.id, now + .seconds(2)))
    }

    /// Takes away the sources of logs that ended a while ago.
    mutating func removeClosedPodLogs(at now: Timestamp) {
        guard let first = pods.closing.first, first.at <= now else { return }
        let present = Set(pods.numbers.keys.map(\.id))
        for closed in pods.closing where closed.at <= now && !present.contains(closed.id) {
            outbox.emit(.sourceRemoved, from: closed.id)
        }
        pods.closing.removeAll { $0.at <= now }
    }

    /// Says which logs are not followed, as a source of its own.
    private mutating func reportLeft() {
        guard !pods.left.isEmpty else { return outbox.emit(.sourceRemoved, from: Self.leftSource) }
        let names = pods.left.map(\.pod.name).sorted()
        let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
        if names.count == 1 {
            outbox.emit(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: nil)), from: Self.leftSource)
        }
        let text =
            "\(PodLogTable.maximum) logs are followed at most; those of \(shown) are not: choose pods with --selector"
        outbox.emit(.failed(SourceFailure(.other, text), retryAt: outbox.now), from: Self.leftSource)
    }
}
