// SPDX-License-Identifier: Apache-2.0
import Model

/// The generator of tests with random input.
typealias Generator = SplitMix
