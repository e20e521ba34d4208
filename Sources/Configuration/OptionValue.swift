// SPDX-License-Identifier: Apache-2.0
import Collectors

/// A value that an option has been given, or has by default: what it means, and how it is shown.
package struct OptionValue: Sendable {
    /// How a value is shown: as one of JSON's kinds, and without secrets.
    package enum Shown: Hashable, Sendable {
        case on(Bool)
        case integer(Int)
        case duration(Duration)
        case text(String)
        /// Of a repeatable option what it was given, in that order; of others several words.
        case list([String])
    }

    /// The value in the type of its option's key: what was parsed stays parsed.
    let meaning: any Sendable
    /// How it is shown.
    package let shown: Shown

    /// The value as it would be typed, without secrets.
    package var text: String {
        switch shown {
        case .on(let on): on ? "true" : "false"
        case .integer(let integer): String(integer)
        case .duration(let duration): DurationText.text(duration)
        case .text(let text): text
        case .list(let list): list.joined(separator: ",")
        }
    }

    /// The two values of a switch.
    static let on = OptionValue(meaning: true, shown: .on(true))
    static let off = OptionValue(meaning: false, shown: .on(false))

    /// Whether it switches something on.
    var isOn: Bool { shown == .on(true) }
}
