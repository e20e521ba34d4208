/// Text from outside made fit for one line of a message: bounded, and without anything that a terminal would obey.
enum PlainText {
    /// Picks the first line that has text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 or not; wrong bytes become replacement characters.
    ///   - limit: at most so many characters, then `…`.
    /// - Returns: the line, stripped of control characters.
    static func line(of bytes: UnsafeRawBufferPointer, limit: Int) -> String {
        // Nearly all texts are names: visible ASCII is itself.
        if bytes.count <= limit, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return line(of: String(decoding: bytes.prefix(8 * limit), as: UTF8.self), limit: limit)
    }

    /// The same of text.
    static func line(of text: some StringProtocol, limit: Int) -> String {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        for line in lines {
            let clean = bounded(line, limit: limit)
            if !clean.isEmpty { return clean }
        }
        return ""
    }

    /// Picks the first line of an error page's text. A body without tags is taken as it is.
    ///
    /// - Parameters:
    ///   - bytes: the body; only its first 4 KiB are looked at.
    ///   - limit: at most so many characters, then `…`.
    /// - Returns: what a proxy means to say: no comments, no tags, no contents of `head`, `style` and `script`.
    static func page(of bytes: UnsafeRawBufferPointer, limit: Int) -> String {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        var visible = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let open = rest.firstIndex(of: "<") {
            visible.append(contentsOf: rest[..<open])
            let tag = rest[open...].dropFirst()
            guard let first = tag.first, first == "/" || first == "!" || first.properties.isAlphabetic else {
                visible.append("<")
                rest = tag
                continue
            }
            rest = skip(tag)
            visible.append("\n")
        }
        visible.append(contentsOf: rest)
        return line(of: String(visible), limit: limit)
    }

    private static func skip(_ tag: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        let name = String(String.UnicodeScalarView(tag.prefix { $0.properties.isAlphabetic })).lowercased()
        guard let close = tag.firstIndex(of: ">") else { return tag[tag.endIndex...] }
        let rest = tag[close...].dropFirst()
        guard ["head", "style", "script"].contains(name) else { return rest }
        return skipContents(of: name, rest)
    }

    private static func skipContents(
        of name: String, _ contents: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView {
        var rest = contents
        while let open = rest.firstIndex(of: "<") {
            rest = rest[open...].dropFirst()
            let word = String(Substring(rest.prefix(name.unicodeScalars.count + 1))).lowercased()
            guard word == "/" + name else { continue }
            guard let close = rest.firstIndex(of: ">") else { break }
            return rest[close...].dropFirst()
        }
        return rest[rest.endIndex...]
    }

    private static func bounded(_ line: some Collection<Unicode.Scalar>, limit: Int) -> String {
        var clean = String.UnicodeScalarView()
        var count = 0
        for scalar in line where !isUnsafe(scalar) {
            // Blanks are folded, so that an indented page does not spend the limit on them.
            if scalar.properties.isWhitespace {
                if clean.isEmpty || clean.last == " " { continue }
                clean.append(" ")
            } else {
                clean.append(scalar)
            }
            count += 1
            if count == limit { return String(clean) + "…" }
        }
        if clean.last == " " { clean.removeLast() }
        return String(clean)
    }

    /// Control characters, and the format characters that reorder or hide text (bidirectional overrides and the like).
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: scalar != "\t"
        case .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
