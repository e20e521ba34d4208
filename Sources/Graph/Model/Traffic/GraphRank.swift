// SPDX-License-Identifier: Apache-2.0
/// Which edges a node's rank counts; Kiali's words for it are inbound and outbound edges (`frontend/src/types/GraphScore.ts`).
package enum GraphRank: Hashable, Sendable, CaseIterable {
    case all
    case inbound
    case outbound

    /// For people: `edges in and out`.
    package var text: String {
        switch self {
        case .all: "edges in and out"
        case .inbound: "edges in"
        case .outbound: "edges out"
        }
    }
}
