/// A terminal that is asked tells when it is looked at and when no more (xterm's FocusIn and FocusOut): nothing moves that nobody sees.
enum FocusReport {
    static let begin = "\u{1B}[?1004h"
    static let end = "\u{1B}[?1004l"

    /// Codes of our own, beyond those that ncurses has.
    static let gained: Int32 = 0o700
    static let lost: Int32 = 0o701

    /// What the terminal sends.
    static let sequences = [("\u{1B}[I", gained), ("\u{1B}[O", lost)]
}
