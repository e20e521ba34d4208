// SPDX-License-Identifier: Apache-2.0
import Model

/// Notes when a window, or the moment that was asked for, cannot show what one expects of it. Kiali offers only windows of at least two scrape
/// intervals and at most the retention (`frontend/src/config/ServerConfig.ts`); here any window may be asked for, so that it must be said.
enum WindowGuard {
    /// - Parameters:
    ///   - telemetry: with what the server reports of itself.
    ///   - observedAt: when the answers came.
    /// - Returns: sentences without a full stop.
    static func notes(_ telemetry: Telemetry, observedAt: Timestamp) -> [String] {
        [
            interval(telemetry), retention(telemetry), moment(telemetry, observedAt: observedAt),
        ].compactMap { $0 }
    }

    /// Maximum scrape interval that is believed; a server that reports more is misread or hostile.
    private static let longestInterval = Duration.seconds(366 * 86_400)

    /// A rate takes two samples within the window; with fewer than four, one late scrape leaves a hole.
    private static func interval(_ telemetry: Telemetry) -> String? {
        guard let interval = telemetry.server.scrapeInterval, interval > .zero, interval <= longestInterval,
            telemetry.window < interval * 4
        else { return nil }
        let (window, step) = (telemetry.window.inWords, interval.inWords)
        let advice = "--window \((interval * 4).inWords) is safe"
        guard telemetry.window < interval * 2 else {
            return
                "a window of \(window) holds few samples, one each \(step): a late scrape leaves out edges; \(advice)"
        }
        return "a window of \(window) is too short: samples come each \(step), and a rate takes two; \(advice)"
    }

    private static func retention(_ telemetry: Telemetry) -> String? {
        guard let kept = telemetry.server.retention, telemetry.window > kept else { return nil }
        return "a window of \(telemetry.window.inWords) is longer than the server keeps samples, \(kept.inWords): "
            + "rates are those of the part that is kept"
    }

    private static func moment(_ telemetry: Telemetry, observedAt: Timestamp) -> String? {
        // Clocks of two machines differ.
        if telemetry.at - observedAt > .seconds(300) { return "the moment that is asked for is still to come" }
        guard let kept = telemetry.server.retention, observedAt - telemetry.at > kept else { return nil }
        return "the moment that is asked for is \((observedAt - telemetry.at).inWords) ago, and the server keeps "
            + "samples for \(kept.inWords) only"
    }
}

extension Duration {
    /// `45s`, `2m`, `36h`, `15d`: in the largest unit in which it has at most three digits, rounded.
    package var inWords: String {
        let seconds = inSeconds
        guard seconds > 0 else { return "0s" }
        if seconds < 1 { return "\(Int64((seconds * 1000).rounded()))ms" }
        for (size, unit) in [(86_400.0, "d"), (3_600, "h"), (60, "m")] {
            let count = seconds / size
            if count >= 2 || (count >= 1 && count == count.rounded()) {
                return
                    "\(count.rounded() == count || count >= 10 ? String(Int64(count.rounded())) : count.decimals(1))\(unit)"
            }
        }
        return "\(seconds.decimals(1))s"
    }
}
