import Glibc
import Model
import Views

/// The main thread while the screen is up: waits for keys, signals, data and the clock, and draws. It never waits for anything else.
struct TerminalLoop {
    /// Data are drawn at most so often; keys at once.
    private static let shortestPause: Int64 = 100_000
    /// Ages are drawn anew after this time without another frame.
    private static let agePause: Int64 = 1_000_000

    private let screen: TerminalScreen
    private let signals: SignalDescriptor
    private let feed: any ScreenFeed
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
    ///   - feed: Data.
    ///   - app: What to show at first.
    init(screen: TerminalScreen, signals: SignalDescriptor, feed: any ScreenFeed, app: AppState) {
        self.screen = screen
        self.signals = signals
        self.feed = feed
        self.app = app
    }

    /// Runs until the user, a signal or the end of the terminal ends it; the terminal is as it was then.
    ///
    /// - Returns: The exit status: 0 after `q`, 128 + n after a signal; the end of the terminal counts as HUP.
    /// - Throws: What the feed says when it cannot begin; the terminal is as it was then.
    mutating func run() throws(CommandFailure) -> Int32 {
        draw()
        do {
            try feed.start()
        } catch {
            screen.close()
            throw error
        }
        while true {
            let ready = wait()
            if ready.hasHungUp { return leave(128 + SIGHUP) }
            if let status = takeSignals() { return leave(status) }
            if ready.hasKeys, let status = takeKeys() { return status }
            if feed.advance() { hasUndrawnData = true }
            drawWhatIsDue(canWrite: ready.canWrite)
        }
    }

    // MARK: - Waiting

    private struct Ready {
        var hasKeys: Bool
        var canWrite: Bool
        var hasHungUp: Bool
    }

    private func wait() -> Ready {
        let wanted = Int16(POLLIN) | (isBlocked ? Int16(POLLOUT) : 0)
        var items = [
            pollfd(fd: screen.descriptor, events: wanted, revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: feed.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&items, nfds_t(items.count), feed.beginSleep() ? timeout() : 0)
        let terminal = Int32(items[0].revents)
        return Ready(
            hasKeys: terminal & POLLIN != 0, canWrite: terminal & POLLOUT != 0,
            hasHungUp: terminal & (POLLHUP | POLLERR | POLLNVAL) != 0)
    }

    /// Until the next frame or the feed's own time, rounded up so that the last millisecond is not spent spinning.
    private func timeout() -> Int32 {
        let frame = hasUndrawnData ? min(lastData + Self.shortestPause, nextFrame) : nextFrame
        let deadline = isBlocked ? feed.deadline : min(frame, feed.deadline ?? .max)
        guard let deadline else { return -1 }
        return Int32(min(Self.agePause, max(0, deadline - SystemTime.monotonic) + 999) / 1000)
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
                case .pollNow: feed.pollNow()
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
        var item = pollfd(fd: screen.descriptor, events: Int16(POLLIN), revents: 0)
        return count == 0 && poll(&item, 1, 0) == 1
    }

    // MARK: - Drawing

    private mutating func drawWhatIsDue(canWrite: Bool) {
        let now = SystemTime.monotonic
        if isBlocked {
            if canWrite { draw() }
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
            let news = feed.picture()
            // Until a member has answered there is nothing to hold back for: the first picture comes as soon as it can.
            isStillEmpty = news.snapshot.clusters.isEmpty
            _ = app.handle(.data(news.snapshot, newEvents: news.newEvents))
        }
        _ = app.handle(.clock(feed.now))
        screen.report(focus: app.wantsFocus)
        screen.draw(app.frame())
        tellInterest()
        lastFrame = SystemTime.monotonic
        if hasUndrawnData, !isStillEmpty { lastData = lastFrame }
        hasUndrawnData = false
    }

    private mutating func tellInterest() {
        let looked = app.interest
        guard looked != interest else { return }
        interest = looked
        feed.look(at: looked)
    }

    private func leave(_ status: Int32, _ lines: [String] = []) -> Int32 {
        screen.close(leaving: lines)
        feed.finish(status == 0 ? .inputEnded : .signal, exit: status)
        return status
    }
}
