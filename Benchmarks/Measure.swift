// SPDX-License-Identifier: Apache-2.0
/// Times a piece of work and prints one line: the best and the median of many runs, because this kind of machine is shared and noisy.
struct Measure {
    let clock = ContinuousClock()

    /// - Parameters:
    ///   - name: What is measured.
    ///   - runs: How often.
    ///   - work: The work; what it returns keeps the optimiser from leaving it out.
    func callAsFunction<Result>(_ name: String, runs: Int = 50, _ work: () -> Result) {
        var times: [Duration] = []
        for _ in 0..<runs {
            let start = clock.now
            let result = work()
            times.append(clock.now - start)
            withExtendedLifetime(result) {}
        }
        times.sort()
        print("\(name): best \(text(times[0])), median \(text(times[times.count / 2])) of \(runs)")
    }

    private func text(_ time: Duration) -> String {
        let tenths = time.components.seconds * 10_000_000 + time.components.attoseconds / 100_000_000_000
        return tenths < 10_000 ? "\(tenths / 10).\(tenths % 10) us" : "\(tenths / 10_000).\(tenths / 1000 % 10) ms"
    }
}
