// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import meshtop

@Suite("Ticks and ends of a headless run")
struct PacemakerTests {
    private let second: Int64 = 1_000_000

    private func pacemaker(count: Int? = nil, duration: Duration? = nil) -> Pacemaker {
        Pacemaker(
            start: 0, interval: .seconds(2), first: .whenSettled(atMost: .seconds(6)), count: count, duration: duration)
    }

    @Test("the first tick comes when all have answered, and every interval after it")
    func settled() {
        var pacemaker = pacemaker()
        #expect(pacemaker.steps(now: 1, hasAnswers: false) == [])
        #expect(pacemaker.steps(now: second / 2, hasAnswers: true) == [.tick])
        #expect(pacemaker.deadline == second / 2 + 2 * second)
        #expect(pacemaker.steps(now: 2 * second, hasAnswers: true) == [])
        #expect(pacemaker.steps(now: 5 * second / 2, hasAnswers: true) == [.tick])
    }

    @Test("sources that never answer hold up the first tick only so long")
    func patience() {
        var pacemaker = pacemaker()
        #expect(pacemaker.deadline == 6 * second)
        #expect(pacemaker.steps(now: 6 * second, hasAnswers: false) == [.tick])
    }

    @Test("a late tick keeps the rhythm; ticks missed in a pause are not made up for")
    func late() {
        var pacemaker = pacemaker()
        _ = pacemaker.steps(now: 0, hasAnswers: true)
        #expect(pacemaker.steps(now: 2 * second + 300, hasAnswers: true) == [.tick])
        #expect(pacemaker.deadline == 4 * second)
        #expect(pacemaker.steps(now: 60 * second, hasAnswers: true) == [.tick])
        #expect(pacemaker.steps(now: 60 * second, hasAnswers: true) == [])
        #expect(pacemaker.deadline == 62 * second)
    }

    @Test("after the last tick that was asked for, the end comes at once")
    func count() {
        var pacemaker = pacemaker(count: 2)
        #expect(pacemaker.steps(now: 0, hasAnswers: true) == [.tick])
        #expect(pacemaker.steps(now: 2 * second, hasAnswers: true) == [.tick, .endOfCount])
        #expect(pacemaker.steps(now: 9 * second, hasAnswers: true) == [])
    }

    @Test("a time limit ends the run, with a picture even if it is too short for one")
    func duration() {
        var short = pacemaker(duration: .seconds(1))
        #expect(short.deadline == second)
        #expect(short.steps(now: second, hasAnswers: false) == [.tick, .endOfTime])
        var long = pacemaker(duration: .seconds(3))
        #expect(long.steps(now: 0, hasAnswers: true) == [.tick])
        #expect(long.steps(now: 2 * second, hasAnswers: true) == [.tick])
        #expect(long.deadline == 3 * second)
        #expect(long.steps(now: 3 * second, hasAnswers: true) == [.endOfTime])
    }
}

@Suite("Ticks of a screen and of wait")
struct GracePacemakerTests {
    private let second: Int64 = 1_000_000

    private func screen() -> Pacemaker {
        Pacemaker(start: 0, interval: .seconds(2), first: .afterInterval, grace: .milliseconds(250))
    }

    @Test("a tick waits for the answers of its interval, but not for long")
    func grace() {
        var pacemaker = screen()
        #expect(pacemaker.deadline == 2 * second + second / 4)
        #expect(pacemaker.steps(now: second, hasAnswers: true) == [])
        #expect(pacemaker.steps(now: 2 * second, hasAnswers: false) == [])
        #expect(pacemaker.steps(now: 2 * second, hasAnswers: true) == [])
        #expect(pacemaker.isWaiting(now: 2 * second))
        #expect(pacemaker.deadline == 2 * second + Pacemaker.burstPause)
        #expect(pacemaker.steps(now: 2 * second + Pacemaker.burstPause, hasAnswers: false) == [.tick])
        #expect(!pacemaker.isWaiting(now: 2 * second + Pacemaker.burstPause))
        #expect(pacemaker.deadline == 4 * second + second / 4)
        #expect(pacemaker.steps(now: 4 * second + second / 4 - 1, hasAnswers: false) == [])
        #expect(pacemaker.steps(now: 4 * second + second / 4, hasAnswers: false) == [.tick])
        #expect(pacemaker.deadline == 6 * second + second / 4)
    }

    @Test("answers that go on coming put a tick off, up to its grace")
    func burst() {
        var pacemaker = screen()
        let due = 2 * second
        for time in stride(from: due, to: due + second / 4, by: 30_000) {
            #expect(pacemaker.steps(now: time, hasAnswers: true) == [])
        }
        #expect(pacemaker.deadline == due + second / 4)
        #expect(pacemaker.steps(now: due + second / 4, hasAnswers: true) == [.tick])
    }

    @Test("ticks that were missed while the process was stopped are not made up for")
    func stopped() {
        var pacemaker = screen()
        #expect(pacemaker.steps(now: 60 * second, hasAnswers: true) == [.tick])
        #expect(pacemaker.steps(now: 60 * second, hasAnswers: true) == [])
        #expect(pacemaker.deadline == 62 * second + second / 4)
    }

    @Test("a time limit that ends between two ticks ends the run with a step of its own")
    func limit() {
        var pacemaker = Pacemaker(start: 0, interval: .seconds(2), first: .afterInterval, duration: .seconds(3))
        #expect(pacemaker.steps(now: 2 * second, hasAnswers: false) == [.tick])
        #expect(pacemaker.deadline == 3 * second)
        #expect(pacemaker.steps(now: 3 * second - 1, hasAnswers: false) == [])
        #expect(pacemaker.steps(now: 3 * second, hasAnswers: false) == [.endOfTime])
    }
}

@Suite("When all sources have answered")
struct SettlingTests {
    private let source = SourceID(.management, "http://a:1")
    private let stream = SourceID(.sse, "http://a:1")
    private let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
    private let reply = Reply(latency: .milliseconds(1))

    private func settling(_ observations: [(SourceID, Observation.Payload)]) -> Settling {
        var settling = Settling()
        for (source, payload) in observations {
            settling.note(Observation(at: Timestamp(microseconds: 0), source: source, payload))
        }
        return settling
    }

    @Test("nothing is settled before a source is known")
    func empty() {
        #expect(!Settling().isSettled)
    }

    @Test("an answer and a failure both settle a source; only the answer counts as one")
    func answers() {
        #expect(!settling([(source, .sourceAdded(origin))]).isSettled)
        let answered = settling([(source, .sourceAdded(origin)), (source, .membershipUnchanged(reply))])
        #expect(answered.isSettled && answered.hasAnswer)
        let failure = SourceFailure(.refused, "refused")
        let failed = settling([
            (source, .sourceAdded(origin)), (source, .failed(failure, retryAt: Timestamp(microseconds: 9))),
        ])
        #expect(failed.isSettled && !failed.hasAnswer)
    }

    @Test("a stream has answered when its replay is in, not when it opens")
    func streams() {
        #expect(!settling([(stream, .sourceAdded(origin)), (stream, .streamOpened)]).isSettled)
        #expect(
            settling([(stream, .sourceAdded(origin)), (stream, .streamOpened), (stream, .streamReplayed)])
                .isSettled)
    }

    @Test("a source that is found later is waited for too; one that is given up is not")
    func found() {
        let other = SourceID(.management, "http://b:1")
        let both: [(SourceID, Observation.Payload)] = [
            (source, .sourceAdded(origin)), (source, .membershipUnchanged(reply)), (other, .sourceAdded(origin)),
        ]
        #expect(!settling(both).isSettled)
        #expect(settling(both + [(other, .sourceRemoved)]).isSettled)
    }
}
