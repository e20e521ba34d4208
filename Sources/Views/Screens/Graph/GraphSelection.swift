// SPDX-License-Identifier: Apache-2.0
/// What is selected, as places in the drawn graph.
enum GraphSelection: Equatable {
    case nothing
    case item(Int)
    case edge(Int)
}
