import Glibc
import Views

/// The main thread while the screen is up: waits for keys, signals, data and the clock, and draws. It never waits for anything else.
@MainActor
struct TerminalLoop {
    /// Data are drawn at most so often; keys at once.
    private static let shortestPause: Int64 = 100
    /// Ages are drawn anew after this time without another frame, in milliseconds.
    private static let agePause: Int64 = 1000

    private let screen: TerminalScreen
    private let signals: SignalDescriptor
    private let feed: TerminalFeed
    private var app: AppState
    /// When the last frame with new data was drawn, and when any was, in milliseconds of the monotonic clock.
    private var lastData: Int64 = .min / 2
    private var lastFrame: Int64 = 0
    private var hasUndrawnData = false
    /// A frame is due as soon as the terminal takes output again.
    private var isBlocked = false

    /// - Parameters:
    ///   - screen: An entered terminal; the loop leaves it.
    ///   - signals: Made before any thread started.
    ///   - feed: Data.
    ///   - app: What to show at first.
    init(screen: TerminalScreen, signals: SignalDescriptor, feed: TerminalFeed, app: AppState) {
        self.screen = screen
        self.signals = signals
        self.feed = feed
        self.app = app
    }

    /// Runs until the user, a signal or the end of the terminal ends it; the terminal is as it was then.
    ///
    /// - Returns: The exit status: 0 after `q`, 128 + n after a signal; the end of the terminal counts as HUP.
    mutating func run() -> Int32 {
        draw()
        feed.start()
        while true {
            let ready = wait()
            if ready.hasHungUp { return leave(128 + SIGHUP) }
            if let status = takeSignals() { return leave(status) }
            if ready.hasKeys, let status = takeKeys() { return status }
            if ready.hasData { takeData() }
            drawWhatIsDue(canWrite: ready.canWrite)
        }
    }

    // MARK: - Waiting

    private struct Ready {
        var hasKeys: Bool
        var canWrite: Bool
        var hasHungUp: Bool
        var hasData: Bool
    }

    private func wait() -> Ready {
        let wanted = Int16(POLLIN) | (isBlocked ? Int16(POLLOUT) : 0)
        var items = [
            pollfd(fd: screen.descriptor, events: wanted, revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: feed.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let deadline = hasUndrawnData ? lastData + Self.shortestPause : lastFrame + Self.agePause
        let timeout = isBlocked ? -1 : max(0, min(Self.agePause, deadline - Self.milliseconds()))
        _ = poll(&items, nfds_t(items.count), Int32(timeout))
        let terminal = Int32(items[0].revents)
        return Ready(
            hasKeys: terminal & POLLIN != 0, canWrite: terminal & POLLOUT != 0,
            hasHungUp: terminal & (POLLHUP | POLLERR | POLLNVAL) != 0, hasData: Int32(items[2].revents) & POLLIN != 0)
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: - Taking

    /// - Returns: The exit status, if a signal ends the program.
    private mutating func takeSignals() -> Int32? {
        for number in signals.pending() {
            switch number {
            case SIGWINCH:
                screen.adoptSize()
                _ = app.handle(.resize(screen.size))
            case SIGTSTP:
                screen.stop()
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

    private mutating func takeData() {
        guard let news = feed.take() else { return }
        _ = app.handle(.data(news.snapshot, newEvents: news.newEvents))
        hasUndrawnData = true
    }

    // MARK: - Drawing

    private mutating func drawWhatIsDue(canWrite: Bool) {
        let now = Self.milliseconds()
        if isBlocked {
            if canWrite { draw() }
        } else if hasUndrawnData ? now >= lastData + Self.shortestPause : now >= lastFrame + Self.agePause {
            draw()
        }
    }

    private mutating func draw() {
        guard screen.isWritable else {
            isBlocked = true
            return
        }
        isBlocked = false
        _ = app.handle(.clock(feed.now()))
        screen.draw(app.frame())
        lastFrame = Self.milliseconds()
        if hasUndrawnData { lastData = lastFrame }
        hasUndrawnData = false
    }

    private func leave(_ status: Int32, _ lines: [String] = []) -> Int32 {
        screen.close(leaving: lines)
        return status
    }
}
