// SPDX-License-Identifier: Apache-2.0
import Model

/// The options about journals.
extension OptionKey<TimeValue?> {
    /// Where a report begins.
    package static var from: Self {
        OptionKey(
            "from", .time, [.report, .diff], .command, "TIME", configurable: false,
            "Begin here (default: the journal's start).")
    }

    /// Where a report ends.
    package static var to: Self {
        OptionKey(
            "to", .time, [.report, .diff], .command, "TIME", configurable: false,
            "End here (default: the journal's end).")
    }
}

extension OptionKey<Int?> {
    /// The observation that is printed.
    package static var observation: Self {
        OptionKey(
            "observation", .integer(1...Int.max), [.explain], .command, "N", configurable: false,
            "Print the observation of this number, as the evidence of findings names it.")
    }
}

extension OptionKey<String?> {
    /// Where it is kept what stands for what.
    package static var map: Self {
        OptionKey(
            "map", .path, [.redact], .command, "FILE", configurable: false,
            "Write here, for yourself alone, which name stands for which; a map that exists is used, and extended.")
    }
}

extension OptionKey<Duration> {
    /// How far back the screens go.
    package static var history: Self {
        OptionKey(
            "history", .duration(.zero...(.seconds(86_400))), default: .seconds(1_800), [.top, .demo, .config], .output,
            "D", "How far back the screens go, at most 64 MiB of it; 0 keeps nothing.")
    }
}

extension OptionKey<String?> {
    /// Where the flight recorder writes.
    package static var flight: Self {
        OptionKey(
            "flight", .path, [.top, .watch, .demo, .config], .output, "DIR",
            "Keep the last 30 minutes there, in files of bounded size, and what surrounds a finding for good.")
    }
}

extension OptionTable {
    static let journalRows: [OptionRow] = [
        OptionKey.from.row, OptionKey.to.row, OptionKey.observation.row, OptionKey.map.row, OptionKey.history.row,
        OptionKey.flight.row,
    ]
}
