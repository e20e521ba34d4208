// SPDX-License-Identifier: Apache-2.0
/// A line of a page of text, and what Enter opens from it.
struct PageLine {
    var line: StyledLine
    /// Nil where the line leads nowhere.
    var link: Subject?

    init(_ line: StyledLine, to link: Subject? = nil) {
        self.line = line
        self.link = link
    }

    static let empty = PageLine(.empty)

    /// A value behind its label.
    static func field(_ label: String, _ value: StyledLine, to link: Subject? = nil) -> PageLine {
        PageLine(.field(label, value), to: link)
    }

    /// A long text behind its label, in as many lines as it takes.
    static func field(_ label: String, wrapping text: String, _ role: Role = .plain, width: Int) -> [PageLine] {
        TextFitting.wrap(text, width: max(10, width - StyledLine.labelWidth)).enumerated().map {
            field($0.offset == 0 ? label : "", StyledLine($0.element, role))
        }
    }
}
