// SPDX-License-Identifier: Apache-2.0
extension Frame {
    /// The frame as lines of text without trailing blanks: for goldens, and for leaving the last frame on the screen.
    package var lines: [String] {
        (0..<size.rows).map { y in
            var line = ""
            for x in 0..<size.columns { line += cells[y * size.columns + x].glyph.text }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The frame's roles, one letter per cell (see ``Style/letter``): the second layer of a golden.
    var roleLines: [String] {
        (0..<size.rows).map { y in
            var line = ""
            for x in 0..<size.columns { line.append(cells[y * size.columns + x].style.letter) }
            while line.last == "." { line.removeLast() }
            return line
        }
    }
}
