import Model

/// The generator of tests with random input.
typealias Generator = SplitMix
