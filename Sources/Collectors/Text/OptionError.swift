/// Says what is wrong with one value, without saying where it stood.
package struct OptionError: Error, Hashable, Sendable {
    /// The reason, a clause without a full stop.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
