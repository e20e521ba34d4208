// SPDX-License-Identifier: Apache-2.0
/// Why there is no screen; ends the program with status 3.
struct TerminalError: Error, Equatable, CustomStringConvertible {
    /// The closed set of reasons.
    enum Code: String {
        /// `/dev/tty` cannot be opened: the process has no terminal.
        case noTerminal
        /// Neither the terminal's own kind nor a common one is in the terminfo database.
        case unknownKind
        /// The environment says that the terminal can do nothing but print: TERM is `dumb`.
        case dumbTerminal
        /// The descriptor of signals cannot be made.
        case noSignals
    }

    /// The exit status that CONTRACT.md gives to this.
    static let exitStatus: Int32 = 3

    let code: Code
    /// What was tried, what happened, what to do next.
    let description: String
}
