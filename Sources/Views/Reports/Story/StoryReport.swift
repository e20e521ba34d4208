// SPDX-License-Identifier: Apache-2.0
import Model

/// A story in the forms in which `report` writes it.
package enum StoryReport {
    /// Markdown, as tickets and wikis show it.
    package static func markdown(_ story: Story) -> String {
        StoryPage(story).blocks.map(MarkdownForm.text).joined(separator: "\n")
    }

    /// One page without scripts and without anything from elsewhere.
    package static func html(_ story: Story) -> String {
        let blocks = StoryPage(story).blocks
        var title = "meshtop"
        for case .title(let text) in blocks { title = text }
        return HTMLForm.page(title: title, body: blocks.map(HTMLForm.text).joined())
    }

    /// One JSON document of kind `report`.
    package static func json(_ story: Story) -> [UInt8] { StoryDocument(story: story).jsonLine }
}

/// Pieces of a page in Markdown.
enum MarkdownForm {
    static func text(_ block: StoryBlock) -> String {
        switch block {
        case .title(let text): "# \(escaped(text))\n"
        case .heading(let text): "## \(escaped(text))\n"
        case .subheading(let text): "### \(escaped(text))\n"
        case .paragraph(let text): "\(escaped(text))\n"
        case .list(let items): items.map { "- \(escaped($0))\n" }.joined()
        case .table(let head, let rows):
            ([head, head.map { _ in "---" }] + rows).enumerated().map { place, row in
                "| \(row.map { place == 1 ? $0 : escaped($0) }.joined(separator: " | ")) |\n"
            }.joined()
        // Indented, so that no text in it can end it.
        case .lines(let lines): lines.map { "    \($0.printable)\n" }.joined()
        }
    }

    /// The text as Markdown shows it: on one line, without anything that would be a tag, a link or a cell.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.printable {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\\", "`", "*", "[", "]", "|", "#", "!": result += "\\\(character)"
            case "\n", "\r": result += " "
            default: result.append(character)
            }
        }
        return result
    }
}

/// Pieces of a page in HTML.
enum HTMLForm {
    private static let style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
        h1{font-size:1.5em}h2{font-size:1.2em;border-bottom:1px solid #ccc;margin-top:2em}h3{font-size:1em}
        table{border-collapse:collapse;font-size:.9em}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}
        pre{background:#f4f4f4;padding:.8em;overflow-x:auto}
        """

    static func page(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        \(body)</body>
        </html>

        """
    }

    static func text(_ block: StoryBlock) -> String {
        switch block {
        case .title(let text): "<h1>\(escaped(text))</h1>\n"
        case .heading(let text): "<h2>\(escaped(text))</h2>\n"
        case .subheading(let text): "<h3>\(escaped(text))</h3>\n"
        case .paragraph(let text): "<p>\(escaped(text))</p>\n"
        case .list(let items): "<ul>\n\(items.map { "<li>\(escaped($0))</li>\n" }.joined())</ul>\n"
        case .table(let head, let rows):
            "<table>\n<tr>\(head.map { "<th>\(escaped($0))</th>" }.joined())</tr>\n"
                + rows.map { "<tr>\($0.map { "<td>\(escaped($0))</td>" }.joined())</tr>\n" }.joined() + "</table>\n"
        case .lines(let lines): "<pre>\(lines.map { escaped($0) }.joined(separator: "\n"))</pre>\n"
        }
    }

    /// The text with nothing in it that a browser would take for more than text.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A story as a document for scripts.
struct StoryDocument: JSONObject {
    let story: Story

    func fields(_ json: inout JSONWriter) {
        json.field("schema", "meshtop/v1")
        json.field("kind", "report")
        json.field("file", story.frame.file)
        json.field("from", story.frame.from)
        json.field("to", story.frame.until)
        json.field("trouble", story.frame.trouble)
        json.field("health", story.last?.health)
        json.field("incidents", story.incidents)
        json.field("findings", story.findings.values.sorted { ($0.since, $0.id) < ($1.since, $1.id) })
        json.field("timeline", story.passages.inOrder)
        json.field("omitted", story.passages.omitted)
        json.field("members", story.losses.affectedMembers)
        json.field("services", story.losses.affectedServices)
        json.field("forecasts", story.forecasts.all)
        json.field("charts", story.series.lines(columns: 60))
        json.field("commands", StoryPage.commands(story))
    }
}

extension StoryPassages.Passage: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("at", at)
        json.field("text", text)
        json.field("observers", observers)
        json.field("severity", ["notice", "warning", "failure"][severity.rawValue])
        json.field("isFinding", isFinding)
    }
}

extension StoryLosses.MemberLoss: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("cluster", cluster)
        json.field("address", address)
        json.field("since", since)
        json.field("unreachable", unreachable)
        json.field("observers", observers)
        json.field("worst", worst)
        json.field("reason", reason.isEmpty ? nil : reason)
        json.field("status", status.name)
        json.field("removedAt", removedAt)
        json.field("restarted", restarted)
    }
}

extension StoryLosses.ServiceLoss: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("id", id)
        json.field("requests", requests)
        json.field("failures", failures)
        json.field("percent", percent)
        json.field("worst", worst)
        json.field("worstAt", worstAt)
    }
}

extension StoryForecasts.Forecast: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("cluster", cluster)
        json.field("strategy", strategy)
        json.field("madeAt", madeAt)
        json.field("notBefore", notBefore)
        json.field("came", came)
        json.field("what", what)
    }
}

extension StorySeries.Line: JSONObject {
    func fields(_ json: inout JSONWriter) {
        json.field("name", name)
        json.field("unit", unit)
        json.field("drawn", drawn)
        json.name("values")
        json.array(values) { $0.number($1) }
    }
}
