// SPDX-License-Identifier: Apache-2.0
import CNcurses
import Views

/// What ncurses reported: a character, or the code of a key.
enum RawKey: Equatable {
    case character(UInt32)
    case code(Int32)
}

/// Turns what ncurses reports into keys. ncurses knows the sequences of the terminal's kind; a sequence that it does not know arrives as
/// single characters after an escape, and is dropped here as a unit so that it never becomes keys that were not pressed.
struct KeyReader {
    private enum State {
        /// Between keys. An escape leads to ``escape``; everything else is a key.
        case idle
        /// After an escape. `[` leads to ``controlSequence``, `O` to ``singleShift``; another escape is the key, and anything else, a key with
        /// Alt, leads to ``idle``.
        case escape
        /// After `ESC [`. A final byte leads to ``idle``.
        case controlSequence
        /// After `ESC O`. The next character leads to ``idle``.
        case singleShift
    }

    private var state = State.idle

    /// Turns what arrived in one go into keys.
    ///
    /// - Parameter raw: everything that could be read without waiting. An escape at its end is the key itself: ncurses has already waited
    ///   for more.
    /// - Returns: the keys pressed, in order.
    mutating func keys(from raw: [RawKey]) -> [Key] {
        var result: [Key] = []
        for item in raw {
            if let key = key(from: item) { result.append(key) }
        }
        if case .escape = state { result.append(.escape) }
        state = .idle
        return result
    }

    private mutating func key(from raw: RawKey) -> Key? {
        switch (state, raw) {
        case (_, .code(let code)):
            state = .idle
            return Self.key(code: code)
        case (.idle, .character(27)):
            state = .escape
            return nil
        case (.idle, .character(let value)): return Self.key(character: value)
        case (.escape, .character(27)): return .escape
        case (.escape, .character(UInt32(UInt8(ascii: "[")))):
            state = .controlSequence
            return nil
        case (.escape, .character(UInt32(UInt8(ascii: "O")))):
            state = .singleShift
            return nil
        // Alt with a key: nothing here uses it.
        case (.escape, _), (.singleShift, _):
            state = .idle
            return nil
        case (.controlSequence, .character(let value)):
            if (0x40...0x7E).contains(value) { state = .idle }
            return nil
        }
    }

    private static func key(character value: UInt32) -> Key? {
        switch value {
        case 0x09: return .tab
        case 0x0A, 0x0D: return .enter
        case 0x08, 0x7F: return .backspace
        case 1...26:
            return Unicode.Scalar(value + 96).map { .control($0) }
        case 0..<0x20, 0x80..<0xA0: return nil
        default: return Unicode.Scalar(value).map { .character($0) }
        }
    }

    private static func key(code: Int32) -> Key? {
        let functionZero = Int32(KEY_F0)
        if (functionZero + 1...functionZero + 12).contains(code) { return .function(Int(code - functionZero)) }
        return table.first { $0.0 == code }?.1
    }

    private static let table: [(Int32, Key)] = [
        (KEY_UP, .up), (KEY_DOWN, .down), (KEY_LEFT, .left), (KEY_RIGHT, .right), (KEY_PPAGE, .pageUp),
        (KEY_NPAGE, .pageDown), (KEY_HOME, .home), (KEY_END, .end), (KEY_ENTER, .enter), (KEY_BACKSPACE, .backspace),
        (KEY_DC, .delete), (KEY_BTAB, .backTab), (FocusReport.gained, .focusIn), (FocusReport.lost, .focusOut),
    ]
}
