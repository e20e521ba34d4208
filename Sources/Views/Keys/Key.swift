// SPDX-License-Identifier: Apache-2.0
/// One press of a key, as the terminal backend reports it.
package enum Key: Equatable, Hashable, Sendable {
    case character(Unicode.Scalar)
    case up
    case down
    case left
    case right
    case pageUp
    case pageDown
    case home
    case end
    case enter
    case escape
    case tab
    case backTab
    case backspace
    case delete
    /// Ctrl with a letter, given in lower case; ctrl-C does not arrive here but as a signal.
    case control(Unicode.Scalar)
    /// F1 is 1.
    case function(Int)
    /// Not a key, but reported like one: the terminal has got the focus.
    case focusIn
    /// The terminal has lost the focus.
    case focusOut

    /// The key as the last line and the help write it.
    package var label: String {
        switch self {
        case .character(" "): "space"
        case .character(let scalar): String(scalar)
        case .up: "up"
        case .down: "down"
        case .left: "left"
        case .right: "right"
        case .pageUp: "pgup"
        case .pageDown: "pgdn"
        case .home: "home"
        case .end: "end"
        case .enter: "Enter"
        case .escape: "esc"
        case .tab: "Tab"
        case .backTab: "shift-Tab"
        case .backspace: "backspace"
        case .delete: "del"
        case .control(let letter): "ctrl-\(letter)"
        case .function(let number): "F\(number)"
        case .focusIn: "focus in"
        case .focusOut: "focus out"
        }
    }
}
