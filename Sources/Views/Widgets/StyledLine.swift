// SPDX-License-Identifier: Apache-2.0
/// One line of text in pieces of different meaning.
struct StyledLine: Equatable, Sendable {
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

    /// The width of the labels before the values of a page.
    static let labelWidth = 13

    /// A value behind its label, as pages list them.
    static func field(_ label: String, _ value: StyledLine) -> StyledLine {
        StyledLine(TextFitting.pad(label, to: labelWidth), .heading) + value
    }

    /// The line with blanks in front, so that it ends at a column.
    func rightAligned(to width: Int) -> StyledLine {
        StyledLine(String(repeating: " ", count: max(0, width - self.width))) + self
    }
}
