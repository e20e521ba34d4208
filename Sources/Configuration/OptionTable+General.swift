// SPDX-License-Identifier: Apache-2.0
private let everywhere = Set(Command.allCases)

/// What every command knows.
extension OptionKey<String?> {
    /// The configuration file that is read in place of the usual ones.
    package static var config: Self {
        OptionKey(
            "config", .path, everywhere, .general, "FILE", configurable: false,
            "Read this file in place of meshtop.yaml here and of the user's config.yaml.")
    }
}

extension OptionKey<Bool> {
    /// Whether only the help text is printed.
    package static var help: Self {
        OptionKey(
            toggle: "help", short: "h", default: false, everywhere, .general, configurable: false,
            "Print this text and end.")
    }

    /// Whether only the version is printed.
    package static var version: Self {
        OptionKey(
            toggle: "version", short: "V", default: false, everywhere, .general, configurable: false,
            "Print the version and end.")
    }
}

extension OptionTable {
    static let generalRows: [OptionRow] = [OptionKey.config.row, OptionKey.help.row, OptionKey.version.row]
}
