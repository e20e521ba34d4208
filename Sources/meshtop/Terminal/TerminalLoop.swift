// SPDX-License-Identifier: Apache-2.0
import Glibc
import Model
import Views

/// The main thread while the screen is up: waits for keys, signals, data and the clock, and draws. It never waits for anything else.
struct TerminalLoop {
    /// Minimum pause between two frames for new data, in microseconds. Keys are drawn at once.
    private static let shortestPause: Int64 = 100_000
    /// Maximum age of a frame, in microseconds: ages on the screen count seconds.
    private static let agePause: Int64 = 1_000_000

    private let screen: TerminalScreen
    private let signals: Signals
    private let data: ScreenSession
    private var app: AppState
    /// When the last frame with new data was drawn, and when any was, by ``SystemTime/monotonic``.
    private var lastData: Int64 = .min / 2
    private var lastFrame: Int64 = 0
    private var hasUndrawnData = false
    private var interest = TelemetryInterest()
    /// A frame is due as soon as the terminal takes output again.
    private var isBlocked = false

    /// - Parameters:
    ///   - screen: An entered terminal; the loop leaves it.
    ///   - signals: Made before any thread started.
    ///   - data: what is shown, and when it changes.
    ///   - app: What to show at first.
    init(screen: TerminalScreen, signals: Signals, data: ScreenSession, app: AppState) {
        self.screen = screen
        self.signals = signals
        self.data = data
        self.app = app
    }

    /// Runs until the user, a signal or the end of the terminal ends it; the terminal is as it was then.
    ///
    /// - Returns: The exit status: 0 after `q`, 128 + n after a signal; the end of the terminal counts as HUP.
    /// - Throws: What the feed says when it cannot begin; the terminal is as it was then.
    mutating func run() throws(CommandFailure) -> Int32 {
        draw()
        do {
            try data.start()
        } catch {
            screen.close()
            throw error
        }
        while true {
            let terminal = wait()
            if terminal.isBroken { return leave(128 + SIGHUP) }
            if let status = takeSignals() { return leave(status) }
            if terminal.contains(.readable), let status = takeKeys() { return status }
            if data.advance() { hasUndrawnData = true }
            drawWhatIsDue(canWrite: terminal.contains(.writable))
        }
    }

    // MARK: - Waiting

    /// - Returns: the state of the terminal.
    private func wait() -> Poller.Readiness {
        let wanted: Poller.Readiness = isBlocked ? [.readable, .writable] : .readable
        return Poller.wait(
            Poller.Entry(screen.descriptor, wanted), signals.entry, Poller.Entry(data.descriptor, .readable),
            until: data.beginSleep() ? deadline : .min
        )[0]
    }

    /// The next frame or the data's own time.
    private var deadline: Int64? {
        let frame = hasUndrawnData && !data.isAboutToTick ? min(lastData + Self.shortestPause, nextFrame) : nextFrame
        return isBlocked || data.isAboutToTick ? data.deadline : min(frame, data.deadline ?? .max)
    }

    /// When a frame is due without any news: for ages, or for what moves.
    private var nextFrame: Int64 { lastFrame + (app.framePause?.microseconds ?? Self.agePause) }

    // MARK: - Taking

    /// - Returns: The exit status, if a signal ends the program.
    private mutating func takeSignals() -> Int32? {
        var waiting = signals.pending()[...]
        while let number = waiting.popFirst() {
            switch number {
            case SIGWINCH:
                screen.adoptSize()
                _ = app.handle(.resize(screen.size))
            case SIGTSTP:
                screen.stop()
                // The CONT that ended the stop waits now. To take it as the end of another stop would draw twice, and a second ctrl-Z
                // would be lost meanwhile: endwin() ignores TSTP, and with that the kernel forgets one that waits.
                waiting += signals.pending().filter { $0 != SIGCONT }
                _ = app.handle(.resize(screen.size))
            case SIGCONT:
                screen.resume()
                _ = app.handle(.resize(screen.size))
            default: return 128 + number
            }
            draw()
        }
        return nil
    }

    /// - Returns: The exit status, if a key ends the program.
    private mutating func takeKeys() -> Int32? {
        let keys = screen.keys()
        // Readable without a key: the end of the file, unless it was half a sequence, which ends in a key sooner or later.
        if keys.isEmpty, hasEnded() { return leave(128 + SIGHUP) }
        for key in keys {
            for effect in app.handle(.key(key)) {
                switch effect {
                case .quit(let leavingFrame): return leave(0, leavingFrame ? app.frame().lines : [])
                case .repaint: screen.repaint()
                case .pollNow: data.pollNow()
                case .acknowledge(let incident): data.acknowledge(incident)
                case .time(let command):
                    data.go(command)
                    _ = data.advance()
                    hasUndrawnData = true
                }
            }
        }
        draw()
        return nil
    }

    /// Whether the terminal says readable but has nothing to read.
    private func hasEnded() -> Bool {
        var count: Int32 = 0
        _ = ioctl(screen.descriptor, UInt(FIONREAD), &count)
        return count == 0 && !Poller.look(at: screen.descriptor, for: .readable).isEmpty
    }

    // MARK: - Drawing

    private mutating func drawWhatIsDue(canWrite: Bool) {
        let now = SystemTime.monotonic
        if isBlocked {
            if canWrite { draw() }
        } else if data.isAboutToTick {
            // At most the tick's grace: the frame comes with it.
        } else if now >= nextFrame || (hasUndrawnData && now >= lastData + Self.shortestPause) {
            draw()
        }
    }

    private mutating func draw() {
        guard screen.isWritable else {
            isBlocked = true
            return
        }
        isBlocked = false
        var isStillEmpty = false
        if hasUndrawnData {
            let news = data.picture()
            // Until a member has answered there is nothing to hold back for: the first picture comes as soon as it can.
            isStillEmpty = news.snapshot.clusters.isEmpty
            _ = app.handle(.data(news.snapshot, newEvents: news.newEvents))
        }
        if let time = data.time { _ = app.handle(.time(time)) }
        _ = app.handle(.clock(data.now))
        screen.report(focus: app.wantsFocus)
        screen.draw(app.frame())
        reportInterest()
        lastFrame = SystemTime.monotonic
        if hasUndrawnData, !isStillEmpty { lastData = lastFrame }
        hasUndrawnData = false
    }

    private mutating func reportInterest() {
        guard app.interest != interest else { return }
        interest = app.interest
        data.look(at: interest)
    }

    private func leave(_ status: Int32, _ lines: [String] = []) -> Int32 {
        screen.close(leaving: lines)
        data.finish(status == 0 ? .inputEnded : .signal, exit: status)
        return status
    }
}
