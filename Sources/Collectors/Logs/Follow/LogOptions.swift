// SPDX-License-Identifier: Apache-2.0
/// What is collected from logs.
package struct LogOptions: Sendable {
    /// What is read.
    package var targets: [LogTarget]
    /// The time zone of lines that do not say it.
    package var zone: LogZone
    /// The observers of lines of pods and files; the first rule that fits decides.
    package var rules: [ObserverRule]

    /// - Parameters:
    ///   - targets: what is read.
    ///   - zone: the time zone of lines that do not say it.
    ///   - rules: the observers of lines of pods and files.
    package init(targets: [LogTarget] = [], zone: LogZone = .utc, rules: [ObserverRule] = []) {
        self.targets = targets
        self.zone = zone
        self.rules = rules
    }
}

extension CollectorFactory {
    /// Collects from logs.
    ///
    /// - Parameter options: what is read.
    /// - Returns: the factory.
    package static func logs(_ options: LogOptions) -> CollectorFactory {
        CollectorFactory { LogCollector(options, $0) }
    }
}
