// SPDX-License-Identifier: Apache-2.0
import Glibc
package import Testing

extension Tag {
    /// Tests that take more than about a second of a core each: random runs, large meshes, recordings.
    @Tag package static var slow: Self
}

extension Trait where Self == ConditionTrait {
    /// Leaves a slow test out of `make quick`, which is run between two edits; `make test` runs everything.
    package static var unlessQuick: Self {
        .disabled(if: getenv("MESHTOP_QUICK") != nil, "skipped: a slow test, in a quick run")
    }
}
