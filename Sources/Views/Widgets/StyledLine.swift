/// One line of text in pieces of different meaning.
package struct StyledLine: Equatable, Sendable {
    struct Span: Equatable, Sendable {
        var text: String
        var style: Style
    }

    var spans: [Span]

    static let empty = StyledLine(spans: [])

    init(spans: [Span]) { self.spans = spans }

    init(_ text: String, _ role: Role = .plain) {
        spans = text.isEmpty ? [] : [Span(text: text, style: Style(role))]
    }

    var text: String { spans.map(\.text).joined() }
    var width: Int { spans.reduce(0) { $0 + $1.text.cellWidth } }

    mutating func append(_ text: String, _ role: Role = .plain) {
        if !text.isEmpty { spans.append(Span(text: text, style: Style(role))) }
    }

    static func + (left: StyledLine, right: StyledLine) -> StyledLine {
        StyledLine(spans: left.spans + right.spans)
    }

    /// The line with blanks in front, so that it ends at a column.
    func rightAligned(to width: Int) -> StyledLine {
        StyledLine(String(repeating: " ", count: max(0, width - self.width))) + self
    }
}

extension Frame {
    /// Writes a line into a row of an area; what does not fit is cut off with a sign that says so.
    ///
    /// - Returns: The column behind the last cell written.
    @discardableResult
    mutating func put(_ line: StyledLine, in area: Area, row: Int = 0, indent: Int = 0, glyphs: GlyphSet) -> Int {
        guard row < area.height else { return area.x }
        var column = area.x + indent
        for span in line.spans {
            column = put(span.text, x: column, y: area.y + row, style: span.style, clip: area)
        }
        if indent + line.width > area.width, area.width > 1 {
            let last = area.x + area.width - 1
            put(glyphs.cut, x: last, y: area.y + row, style: self[last, area.y + row]?.style ?? .plain, clip: area)
        }
        return column
    }
}
