// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Fold

@Suite("Answers to heartbeats in logs, and the first bytes of connections")
struct HeartbeatTrailTests {
    @Test("intervals follow from the times of answers; a gap of more than a minute, and an older line, make none")
    func intervals() {
        var trail = HeartbeatTrail()
        #expect(trail.mean == nil)
        for at in [0, 1, 2.5] { trail.record(at: second(at)) }
        #expect(trail.answers == 3 && trail.intervals == 2 && trail.longest == .milliseconds(1500))
        #expect(trail.mean == .milliseconds(1250))
        trail.record(at: second(1))
        #expect(trail.answers == 4 && trail.intervals == 2 && trail.last == second(2.5))
        trail.record(at: second(62.5))
        #expect(trail.intervals == 3 && trail.longest == .seconds(60))
        trail.record(at: second(122.6))
        #expect(trail.intervals == 3)
        #expect(trail.text.hasPrefix("heartbeats answered: 6 by its log, every "))
    }

    @Test(
        "the first bytes of a connection say who speaks",
        arguments: [
            ("50 45 4b 4b 01", "PEKK"), ("41 4b 4b 41", "AKKA"), ("47 45 54 20", "HTTP request"), ("80 69 75 75", nil),
            ("16 03 01 02", nil), ("", nil), ("zz zz", nil),
        ] as [(String, String?)])
    func magic(bytes: String, word: String?) {
        let clause = MagicBytes.clause(bytes)
        if let word { #expect(clause?.contains(word) == true) } else { #expect(clause == nil) }
    }
}
