// SPDX-License-Identifier: Apache-2.0
/// Writes a configuration file to start from, out of the table of options.
package enum ConfigurationTemplate {
    /// A file in which every key is explained and commented out.
    ///
    /// - Returns: YAML that sets nothing as it is.
    package static func text() -> String {
        var lines = [
            "# meshtop.yaml in the current folder, or $XDG_CONFIG_HOME/meshtop/config.yaml.",
            "# Flags and MESHTOP_* variables win over this file. Remove the # to set a value.",
        ]
        let wrap = Wrapper(width: 98)
        var seen: Set<String> = []
        for group in OptionGroup.allCases {
            for row in OptionTable.rows where row.group == group && row.isConfigurable {
                guard seen.insert(row.name).inserted else { continue }
                lines += [""] + wrap.paragraph(row.help).map { "# \($0)" }
                lines.append("#\(row.name): \(example(row))")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func example(_ row: OptionRow) -> String {
        row.defaultValue?.text ?? row.reader.example
    }
}
