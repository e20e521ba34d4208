// SPDX-License-Identifier: Apache-2.0
/// What one cell shows: a base scalar, at most two marks drawn over it, and how many cells it takes.
///
/// Plain data of 16 bytes with its style, so that two frames are compared without following a pointer.
package struct Glyph: Equatable, Sendable {
    /// The base scalar; a space in an empty cell.
    package private(set) var base: Unicode.Scalar
    /// Combining marks over the base, 0 for none. ncurses holds up to four, two are enough in practice.
    package private(set) var marks: (UInt32, UInt32)
    /// 1 or 2; 0 marks the second cell of a wide glyph.
    package let width: UInt8

    static let blank = Glyph(" ", width: 1)
    /// The second cell of a wide glyph: nothing is drawn there by itself.
    package static let tail = Glyph(" ", width: 0)

    init(_ base: Unicode.Scalar, width: UInt8) {
        self.base = base
        self.marks = (0, 0)
        self.width = width
    }

    /// Whether both show the same; written by hand because tuples are not equatable.
    package static func == (left: Glyph, right: Glyph) -> Bool {
        left.base == right.base && left.width == right.width && left.marks == right.marks
    }

    /// Adds a combining mark; a third one is left out.
    mutating func add(mark: Unicode.Scalar) {
        if marks.0 == 0 { marks.0 = mark.value } else if marks.1 == 0 { marks.1 = mark.value }
    }

    /// The glyph as text; empty for a tail.
    var text: String {
        guard width > 0 else { return "" }
        var result = String(base)
        for mark in [marks.0, marks.1] where mark != 0 {
            if let scalar = Unicode.Scalar(mark) { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// Splits text into glyphs, leaving out what must not reach a terminal (see ``ScalarClass``).
    ///
    /// - Parameters:
    ///   - text: Any text, from outside too.
    ///   - asciiOnly: Whether everything that is not ASCII becomes question marks of the same width.
    ///   - body: Called with each glyph in order; it returns false to stop.
    static func split(_ text: some StringProtocol, asciiOnly: Bool, _ body: (Glyph) -> Bool) {
        var pending: Glyph?
        for scalar in text.unicodeScalars {
            let next: Glyph
            switch ScalarClass(scalar) {
            case .dropped: continue
            case .mark:
                if !asciiOnly { pending?.add(mark: scalar) }
                continue
            case .space: next = .blank
            case .replaced: next = Glyph(asciiOnly ? "?" : "\u{FFFD}", width: 1)
            case .glyph(let width): next = Glyph(asciiOnly && scalar.value > 0x7E ? "?" : scalar, width: width)
            }
            if let ready = pending, !emit(ready, asciiOnly: asciiOnly, body) { return }
            pending = next
        }
        if let ready = pending { _ = emit(ready, asciiOnly: asciiOnly, body) }
    }

    /// A wide glyph that had to become ASCII is two question marks.
    private static func emit(_ glyph: Glyph, asciiOnly: Bool, _ body: (Glyph) -> Bool) -> Bool {
        guard asciiOnly, glyph.width == 2 else { return body(glyph) }
        return body(Glyph("?", width: 1)) && body(Glyph("?", width: 1))
    }
}

extension StringProtocol {
    /// How many cells the text takes on a screen.
    var cellWidth: Int {
        var width = 0
        Glyph.split(self, asciiOnly: false) {
            width += Int($0.width)
            return true
        }
        return width
    }
}
