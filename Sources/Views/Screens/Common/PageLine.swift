/// A line of a page of text, and where Enter leads from it.
struct PageLine {
    var line: StyledLine
    var place: Place?

    init(_ line: StyledLine, to place: Place? = nil) {
        self.line = line
        self.place = place
    }

    static let empty = PageLine(.empty)
    private static let label = 13

    /// A value behind its label.
    static func field(_ label: String, _ value: StyledLine, to place: Place? = nil) -> PageLine {
        PageLine(StyledLine(TextFitting.pad(label, to: Self.label), .heading) + value, to: place)
    }

    /// A long text behind its label, in as many lines as it takes.
    static func field(_ label: String, wrapping text: String, _ role: Role = .plain, width: Int) -> [PageLine] {
        TextFitting.wrap(text, width: max(10, width - Self.label)).enumerated().map {
            field($0.offset == 0 ? label : "", StyledLine($0.element, role))
        }
    }
}
