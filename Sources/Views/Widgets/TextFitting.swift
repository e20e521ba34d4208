// SPDX-License-Identifier: Apache-2.0
/// Making text fit without losing its distinctive part.
enum TextFitting {
    /// Cuts text at its end.
    static func cutEnd(_ text: String, to width: Int, glyphs: GlyphSet) -> String {
        guard text.cellWidth > width else { return text }
        guard width > 1 else { return width == 1 ? glyphs.cut : "" }
        return prefix(of: text, width: width - 1) + glyphs.cut
    }

    /// Cuts text in its middle and keeps more of the end than of the beginning: addresses differ at their ends.
    static func cutMiddle(_ text: String, to width: Int, glyphs: GlyphSet) -> String {
        guard text.cellWidth > width else { return text }
        guard width > 2 else { return cutEnd(text, to: width, glyphs: glyphs) }
        let head = (width - 1) / 3
        return prefix(of: text, width: head) + glyphs.cut + suffix(of: text, width: width - 1 - head)
    }

    /// Cuts the parts on both sides of a separator, each in its middle, so that the separator stays: `front…v1 → catalog v1`.
    static func cutAround(_ separator: String, _ text: String, to width: Int, glyphs: GlyphSet) -> String {
        guard text.cellWidth > width, let place = Search.range(of: separator, in: text) else {
            return cutMiddle(text, to: width, glyphs: glyphs)
        }
        let parts = (String(text[..<place.lowerBound]), String(text[place.upperBound...]))
        let room = width - separator.cellWidth
        guard room > 4 else { return cutMiddle(text, to: width, glyphs: glyphs) }
        let left = min(parts.0.cellWidth, max(room / 2, room - parts.1.cellWidth))
        return cutMiddle(parts.0, to: left, glyphs: glyphs) + separator
            + cutMiddle(parts.1, to: room - left, glyphs: glyphs)
    }

    static func prefix(of text: String, width: Int) -> String {
        var (result, used) = ("", 0)
        Glyph.split(text, asciiOnly: false) { glyph in
            used += Int(glyph.width)
            guard used <= width else { return false }
            result += glyph.text
            return true
        }
        return result
    }

    static func suffix(of text: String, width: Int) -> String {
        var glyphs: [Glyph] = []
        Glyph.split(text, asciiOnly: false) { glyph in
            glyphs.append(glyph)
            return true
        }
        var (result, used) = ("", 0)
        for glyph in glyphs.reversed() {
            used += Int(glyph.width)
            guard used <= width else { break }
            result = glyph.text + result
        }
        return result
    }

    /// Breaks text into lines at spaces; a word that is too long is broken anywhere.
    static func wrap(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        var (lines, line, used) = ([String](), "", 0)
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r\n" }) {
            var word = String(word)
            if used > 0, used + 1 + word.cellWidth <= width {
                line += " " + word
                used += 1 + word.cellWidth
                continue
            }
            if used > 0 { lines.append(line) }
            while word.cellWidth > width {
                let head = prefix(of: word, width: width)
                guard !head.isEmpty else { break }
                lines.append(head)
                word = suffix(of: word, width: word.cellWidth - head.cellWidth)
            }
            (line, used) = (word, word.cellWidth)
        }
        return used > 0 ? lines + [line] : lines
    }

    static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.cellWidth))
    }
}
