// SPDX-License-Identifier: Apache-2.0
import Model

/// Nodes that were cut off before their processes ended: these have a cut to thank for that they were lost.
extension Scene {
    /// Whether the node was cut off before its process ended: a partition was found a moment ago, or what is known of its end says so.
    func wasCutOff(_ address: Address) -> Bool {
        wasOnLesserSide(address)
            || voice(address).isGone
                && (answeredWhileLost(address) || present.contains { hadLost(address, $0.node.address) })
    }

    /// Whether a partition was found within the last minute of which the node was on the side that is cut off.
    private func wasOnLesserSide(_ address: Address) -> Bool {
        guard let partition = memory[.networkPartition, id, ""],
            partition.isOpen || now - partition.lastHeld < .seconds(60)
        else { return false }
        return partition.lost.contains(address.text)
    }

    /// Whether the loss between the two came before the end of the subject's process.
    func isCutBeforeEnd(_ observer: Address, _ subject: Address) -> Bool {
        voice(subject).isGone && (answeredWhileLost(subject) || hadLost(subject, observer))
    }

    /// Whether the endpoint of a node, now gone, still answered when others had lost it: a process that has ended is lost seconds later.
    private func answeredWhileLost(_ gone: Address) -> Bool {
        guard let record = voice(gone).failures, let answered = record.answered, let lost = lostSince(gone) else {
            return false
        }
        // The process that answered may not be the one that was lost.
        if let resumed = record.resumed, now - resumed < .seconds(60) { return false }
        return answered.at > lost.at && restart(gone) == nil
    }

    /// Whether the node, now gone, had lost another that lives and that nobody else has lost.
    private func hadLost(_ gone: Address, _ other: Address) -> Bool {
        guard gone != other, let own = ledger.losses.ownSighting(gone, other), let lost = lostSince(gone),
            isAlive(other, after: own.at - .seconds(3))
        else { return false }
        let distance = own.at - lost.at
        return distance < .seconds(5) && distance > .seconds(-5) && (lostBy[other] ?? []).allSatisfy { $0 == gone }
    }
}
