// SPDX-License-Identifier: Apache-2.0
import Glibc
import Model

/// How traffic goes up and down while nothing happens.
struct TrafficWaves: Sendable {
    let seed: UInt64

    private static let long = (height: 0.09, length: 31.0)
    private static let short = (height: 0.04, length: 7.3)

    /// How much has passed until a moment, in seconds at the mean rate. It grows by 0.87 to 1.13 a second.
    ///
    /// - Parameters:
    ///   - flow: Its number, so that not all go up together.
    ///   - second: Since the start of the simulation; may be before.
    /// - Returns: Seconds at the mean rate.
    func passed(_ flow: Int, until second: Double) -> Double {
        let phase = Double(SplitMix.mixed(seed &+ UInt64(flow)) % 628) / 100
        return second + Self.swell(Self.long, phase, second) + Self.swell(Self.short, phase * 3, second)
    }

    /// The integral of a sine.
    private static func swell(_ wave: (height: Double, length: Double), _ phase: Double, _ second: Double) -> Double {
        wave.height * wave.length * (cos(phase) - cos(second / wave.length + phase))
    }
}
