// SPDX-License-Identifier: Apache-2.0
@testable import Collectors
@testable import Configuration

/// Configuration read from memory.
func settings(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:]
) throws(ConfigurationError) -> Settings {
    try ConfigurationLoader.load(
        ConfigurationInput(arguments: arguments, environment: environment) { path throws(FileError) in
            files[path].map { Array($0.utf8) }
        })
}

/// The text of the error that a configuration gives; nil when it gives none.
func configurationError(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:]
) -> String? {
    do throws(ConfigurationError) {
        _ = try settings(arguments, environment: environment, files: files)
        return nil
    } catch {
        return error.message
    }
}
