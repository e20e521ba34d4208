// SPDX-License-Identifier: Apache-2.0
import Model

/// What rules about joiners have in common.
enum Joining {
    /// What is wrong with a joiner accounts for everything else that it suffers.
    static func reach(_ joiner: Address) -> Candidate.Reach {
        Candidate.Reach(
            [
                .bootstrapBlocked, .handshakeTimeout, .sourceFailing, .joiningStuck, .gateFlapping, .peerUnknown,
                .asymmetricGating, .wrongBind, .staleDNS,
            ],
            [joiner.text])
    }

    static func seeds(_ joiner: Joiner) -> [Address] {
        let named =
            joiner.attempts.map { LineText.addresses(in: $0.line.evidence.text).filter { $0 != joiner.address } } ?? []
        return named.isEmpty ? joiner.target?.present.prefix(1).map(\.node.address) ?? [] : named
    }

    /// How long a line of a joiner stands for what is so.
    static let memory = Duration.seconds(45)
}
