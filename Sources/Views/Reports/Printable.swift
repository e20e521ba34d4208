// SPDX-License-Identifier: Apache-2.0
internal import Model

extension String {
    /// The text by the rule of ``SafeText``, so that nothing from outside reaches a terminal as a command.
    package var printable: String { SafeText.replacing(self) }
}

extension Unicode.Scalar {
    /// Whether it is hostile by the rule of ``SafeText``.
    var isControl: Bool { SafeText.isHostile(self) }
}
