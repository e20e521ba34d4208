// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import meshtop

@Suite("What wait says while it waits")
struct WaitProgressTests {
    @Test("what it waits for, and why not yet, is said at once")
    func first() {
        var progress = WaitProgress()
        #expect(progress.line("up=3", ["up=3 (it is 2)"], after: .zero) == "waiting for up=3: up=3 (it is 2)")
    }

    @Test("the same reasons are said again after half a minute, new ones after five seconds")
    func again() {
        var progress = WaitProgress()
        _ = progress.line("up=3", ["it is 1"], after: .zero)
        #expect(progress.line("up=3", ["it is 1"], after: .milliseconds(29_900)) == nil)
        #expect(progress.line("up=3", ["it is 1"], after: .seconds(30)) == "not yet after 30.0s: it is 1")
        #expect(progress.line("up=3", ["it is 2"], after: .milliseconds(34_900)) == nil)
        #expect(progress.line("up=3", ["it is 2"], after: .seconds(35)) == "not yet after 35.0s: it is 2")
    }

    @Test("of many reasons some are said and the rest is counted")
    func many() {
        var progress = WaitProgress()
        let line = progress.line("x", (1...6).map { "r\($0)" }, after: .zero)
        #expect(line == "waiting for x: r1, r2, r3, r4 and 2 more")
    }
}
