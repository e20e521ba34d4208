// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// Reads options from a configuration file: one mapping from the long names of flags to values.
struct ConfigurationFile {
    let path: String
    /// The command of this run; it decides which of several rows of one name a value belongs to.
    let command: Command

    /// The options that a file sets.
    ///
    /// - Parameter bytes: the file's contents.
    /// - Returns: the options in their order.
    /// - Throws: ``ConfigurationError`` with file, line and column.
    func options(in bytes: [UInt8]) throws(ConfigurationError) -> [GivenOption] {
        let root: YAMLNode?
        do {
            root = try YAMLReader.read(bytes)
        } catch {
            throw ConfigurationError("\(path):\(error.line):\(error.column): \(error.message)", command: command)
        }
        guard let root else { return [] }
        guard case .mapping(let entries) = root.content else {
            if case .scalar("", _) = root.content { return [] }
            throw failure(root.line, root.column, "this must be a mapping of options, such as 'interval: 2s'")
        }
        var options: [GivenOption] = []
        for entry in entries { options += try self.options(of: entry) }
        return options
    }

    /// One entry for each row of its name, because a value may belong to another command than this run's.
    private func options(of entry: YAMLEntry) throws(ConfigurationError) -> [GivenOption] {
        var (rows, isNegated) = (Self.rows(named: entry.key), false)
        if rows.isEmpty, entry.key.hasPrefix("no-") {
            rows = Self.rows(named: String(entry.key.dropFirst(3))).filter(\.isSwitch)
            isNegated = true
        }
        guard !rows.isEmpty else { throw unknown(entry) }
        let texts = try texts(of: entry, mayRepeat: rows.contains(where: \.takesList))
        var options: [GivenOption] = []
        var reason = ""
        for row in rows {
            do {
                let joined = row.isRepeatable ? texts : [texts.joined(separator: ",")]
                let value = try ListValue.value(of: joined, row: row, isNegated: isNegated)
                let place = FilePlace(path: path, line: entry.line, column: entry.column)
                options.append(GivenOption(row: row, value: value, origin: .file(place)))
            } catch {
                if reason.isEmpty || row.commands.contains(command) { reason = error.message }
            }
        }
        guard !options.isEmpty else {
            let value = entry.value
            throw failure(value.line, value.column, "\(entry.key): \(SafeText.replacing(reason, maximum: 300))")
        }
        return options
    }

    private func texts(of entry: YAMLEntry, mayRepeat: Bool) throws(ConfigurationError) -> [String] {
        switch entry.value.content {
        case .scalar:
            return [try text(entry.value, of: entry)]
        case .sequence(let items):
            guard mayRepeat else {
                throw failure(entry.value.line, entry.value.column, "\(entry.key) takes one value, not a list")
            }
            var texts: [String] = []
            for item in items { texts.append(try text(item, of: entry)) }
            return texts
        case .mapping:
            throw failure(entry.value.line, entry.value.column, "\(entry.key) takes a value, not a mapping")
        }
    }

    private func text(_ node: YAMLNode, of entry: YAMLEntry) throws(ConfigurationError) -> String {
        guard case .scalar(let text, let isPlain) = node.content else {
            throw failure(node.line, node.column, "an item of \(entry.key) must be plain text")
        }
        guard !(isPlain && ["", "~", "null"].contains(text)) else {
            throw failure(
                node.line, node.column, "\(entry.key) has no value; remove the line to leave it at its default")
        }
        return text
    }

    private func unknown(_ entry: YAMLEntry) -> ConfigurationError {
        let rows = OptionTable.rows.filter(\.isConfigurable)
        let known = rows.map(\.name) + rows.filter(\.isSwitch).map { "no-\($0.name)" }
        let key = entry.key.split(separator: "_").joined(separator: "-")
        let hint = Suggestion.nearest(to: key, among: known).map { "; did you mean \($0)?" } ?? ""
        return failure(entry.line, entry.column, "unknown key '\(SafeText.replacing(entry.key, maximum: 80))'\(hint)")
    }

    private func failure(_ line: Int, _ column: Int, _ reason: String) -> ConfigurationError {
        ConfigurationError("\(path):\(line):\(column): \(reason)", command: command)
    }

    private static func rows(named name: String) -> [OptionRow] {
        OptionTable.rows.filter { $0.name == name && $0.isConfigurable }
    }
}
