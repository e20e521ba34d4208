// SPDX-License-Identifier: Apache-2.0
/// The ways in which lines leave a cell, and the sign that shows them.
struct LineMask: OptionSet {
    let rawValue: UInt8

    static let up = LineMask(rawValue: 1)
    static let down = LineMask(rawValue: 2)
    static let left = LineMask(rawValue: 4)
    static let right = LineMask(rawValue: 8)

    /// How a line is drawn.
    enum Weight {
        case light
        case heavy
        /// Two lines side by side; in ASCII `#`.
        case double
        case dashed
        case dotted
    }

    private static let light: [Unicode.Scalar] = [
        " ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼",
    ]
    private static let heavy: [Unicode.Scalar] = [
        " ", "┃", "┃", "┃", "━", "┛", "┓", "┫", "━", "┗", "┏", "┣", "━", "┻", "┳", "╋",
    ]
    private static let double: [Unicode.Scalar] = [
        " ", "║", "║", "║", "═", "╝", "╗", "╣", "═", "╚", "╔", "╠", "═", "╩", "╦", "╬",
    ]
    private static let ascii: [Unicode.Scalar] = [
        " ", "|", "|", "|", "-", "+", "+", "+", "-", "+", "+", "+", "-", "+", "+", "+",
    ]

    /// The sign for these ways.
    ///
    /// - Parameters:
    ///   - weight: How the line is drawn; corners of dashed lines are light.
    ///   - asciiOnly: Whether only ASCII may be used. There a crossing is `|`, so that `+` always means that lines meet.
    /// - Returns: One sign of one cell; a space if no line leaves the cell.
    func sign(_ weight: Weight, asciiOnly: Bool) -> Unicode.Scalar {
        let index = Int(rawValue & 15)
        if asciiOnly {
            if weight == .double, index > 0 { return "#" }
            if index == 15 { return "|" }
            let isBroken = weight == .dashed || weight == .dotted
            if isBroken, self == [.left, .right] { return "." }
            if isBroken, self == [.up, .down] { return ":" }
            if weight == .heavy, index == 4 || index == 8 || index == 12 { return "=" }
            return Self.ascii[index]
        }
        switch weight {
        case .light: return Self.light[index]
        case .heavy: return Self.heavy[index]
        case .double: return Self.double[index]
        case .dotted: return self == [.left, .right] ? "┈" : self == [.up, .down] ? "┊" : Self.light[index]
        case .dashed: return self == [.left, .right] ? "╌" : self == [.up, .down] ? "╎" : Self.light[index]
        }
    }
}
