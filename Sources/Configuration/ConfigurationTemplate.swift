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
        if row.kind == .management { return "[http://10.0.0.7:8558]" }
        if let value = row.defaultValue { return value.shown }
        return switch row.kind {
        case .toggle: "true"
        case .duration: "10s"
        case .integer(let range): String(max(1, range.lowerBound))
        case .factor: "10"
        case .choice(let words), .choices(let words): words.first ?? ""
        case .path: "FILE"
        case .url, .management: "http://localhost:9090"
        case .time: "14:03"
        case .metric: "[phi=shop_phi observer=node peer=remote]"
        case .events: "[/var/log/shop.log]"
        case .zone: "UTC"
        case .observer: "[shop-0=10.0.0.7:25520]"
        case .expression: "ns = shop and !healthy"
        case .focus: "app:shop/checkout"
        case .probe: "[shop/checkout=http://10.0.0.7:8080/readyz]"
        case .memberWorkload: "[role:web=shop/checkout]"
        case .text: "TEXT"
        }
    }
}
