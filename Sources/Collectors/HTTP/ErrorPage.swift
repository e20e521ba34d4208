// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads what the HTML page of a proxy or server means to say.
enum ErrorPage {
    /// Maximum number of bytes of a body that are looked at.
    static let maximumBytes = 4096

    /// The first visible line of a page. A body without tags is taken as it is.
    ///
    /// - Parameters:
    ///   - bytes: the body.
    ///   - maximum: Maximum number of characters; an ellipsis stands for those that follow.
    /// - Returns: the line without comments, tags, and the contents of `head`, `style` and `script`.
    static func text(of bytes: UnsafeRawBufferPointer, maximum: Int) -> String {
        let text = String(decoding: bytes.prefix(maximumBytes), as: UTF8.self)
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
        return SafeText.line(of: String(visible), maximum: maximum)
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
}
