// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Model

/// What a command works with. Handed in, so that a test can run a command on a list of observations.
struct Context {
    let settings: Settings
    let environment: [String: String]
    let out: Output
    let errors: Output
    let signals: Signals
    /// Starts collecting from live sources.
    var startFeed: (FeedRequest) throws(CommandFailure) -> any Feed

    /// Prints a message for the user on stderr.
    func say(_ text: String) { errors.write("meshtop: \(text)\n") }
}

/// What a live command asks of the collectors.
struct FeedRequest {
    /// What is collected, and how.
    var collecting: CollectorOptions
    /// What the session shows.
    var options: SessionOptions
    /// Whether no source was named, so that this machine's default ports are tried.
    var isDefault: Bool

    /// What the settings say; without any source, this machine at the default ports.
    ///
    /// - Throws: ``CommandFailure`` when `--at` is a moment that only a journal has.
    init(_ settings: Settings, isOneShot: Bool) throws(CommandFailure) {
        if let time = settings[.at], time.needsJournal {
            throw CommandFailure(
                message:
                    "--at \(TimeText.text(time)) is a moment of a journal; of live sources write a time of the day",
                exit: 64)
        }
        collecting = settings.collectorOptions(at: settings[.at].flatMap { $0.instant }, isOneShot: isOneShot)
        options = SessionOptions(
            interval: settings[.interval], timeout: settings[.timeout], allPairs: settings[.allPairs],
            graph: settings.graph, expectedMembers: settings.expectedMembers)
        isDefault = settings.usesDefaultSources
    }

    /// How long the first answers of all sources may take.
    var patience: Duration { collecting.firstAnswerTime + .milliseconds(500) }
}

/// Why a command cannot do its work; printed on stderr, exit 1.
struct CommandFailure: Error {
    let message: String
    var exit: Int32 = 1
}

/// The message when no source was named and none was found.
enum DefaultSources {
    static let advice =
        "no management endpoint answered at http://localhost:8558 or http://localhost:7626, which are tried when none is given; "
        + "name one with --management HOST[:PORT], or try `meshtop demo`"
}

extension Context {
    /// A session that records if the settings say so.
    ///
    /// - Parameter history: what keeps the last minutes, if anything.
    /// - Returns: a session at its beginning.
    /// - Throws: ``CommandFailure`` when the recording cannot begin.
    func makeSession(history: History? = nil) throws(CommandFailure) -> Session {
        let flight = try settings[.flight].map { folder throws(CommandFailure) in try FlightRecorder(folder) }
        guard let path = settings[.record] else {
            if settings[.append] { say("--append continues the journal that --record names, and none is named") }
            return Session(history: history, flight: flight)
        }
        do {
            return Session(
                journal: try JournalWriter(path: path, continuing: settings[.append]), history: history,
                flight: flight)
        } catch {
            throw CommandFailure(message: "--record: \(error.message)")
        }
    }
}

extension TimeValue {
    /// The moment that is meant, by the present day; `nil` if the system does not know it.
    var instant: Timestamp? {
        switch self {
        case .instant(let moment): moment
        case .clock(let second): SystemTime.today(at: second, now: SystemTime.now)
        case .afterStart, .beforeEnd: nil
        }
    }
}
