// SPDX-License-Identifier: Apache-2.0
/// Terminals report on request when they gain and lose the focus (xterm's FocusIn and FocusOut), so that nothing moves unseen.
enum FocusReport {
    static let begin = "\u{1B}[?1004h"
    static let end = "\u{1B}[?1004l"

    /// Codes of our own, beyond those that ncurses has.
    static let gained: Int32 = 0o700
    static let lost: Int32 = 0o701

    /// What the terminal sends.
    static let sequences = [("\u{1B}[I", gained), ("\u{1B}[O", lost)]
}
