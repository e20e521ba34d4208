// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("A measured phi")
struct PhiMeasurementTests {
    private func detector(
        phi: Double? = 0, infinite: Bool = false, threshold: Double = 8, silence: Duration = .seconds(1),
        history: BridgeReport.HeartbeatHistory? = nil
    ) -> BridgeReport.Detector {
        BridgeReport.Detector(
            peer: address("b"), phi: phi, isInfinite: infinite, threshold: threshold, isAvailable: true,
            silence: silence, history: history)
    }

    private func measurement(_ detector: BridgeReport.Detector) -> PhiMeasurement {
        PhiMeasurement(detector, observedAt: second(0))
    }

    @Test("without the detector's history Akka's defaults stand in, and it says so")
    func assumed() {
        let measured = measurement(detector())
        #expect(measured.isAssumed)
        #expect(measured.mean == nil && measured.deviation == nil && measured.acceptablePause == nil)
        // 8 is reached after 4522.x ms of silence.
        let left = measured.untilThreshold?.inSeconds ?? 0
        #expect(left > 3.522 && left < 3.523)
    }

    @Test("with the history the time left is that of this pair")
    func told() {
        let history = BridgeReport.HeartbeatHistory(
            samples: 57, mean: 1_001.2, deviation: 4.8, minimalDeviation: 100, acceptablePause: 3_000)
        let measured = measurement(detector(silence: .milliseconds(1_204), history: history))
        #expect(!measured.isAssumed)
        #expect(measured.mean == .microseconds(1_001_200))
        let left = measured.untilThreshold?.inSeconds ?? 0
        #expect(abs(left - (4.5226 + 0.0012 - 1.204)) < 0.001)
        #expect(measurement(detector(silence: .seconds(9), history: history)).untilThreshold == .zero)
    }

    @Test("a bridge that lies is not believed: no number, infinities, negative numbers, absurd settings")
    func lies() {
        #expect(measurement(detector(phi: .nan)).value == nil)
        #expect(measurement(detector(phi: -1)).value == nil)
        #expect(measurement(detector(phi: -0.0)).value?.sign == .plus)
        let infinite = measurement(detector(phi: .infinity))
        #expect(infinite.isInfinite && infinite.value == nil && infinite.magnitude == .infinity)
        #expect(measurement(detector(threshold: .nan)).threshold == 8)
        #expect(measurement(detector(threshold: -3)).threshold == 8)
        #expect(measurement(detector(silence: .seconds(-5))).silence == .zero)
        for bad in [Double.nan, -1, 1e300, .infinity] {
            let history = BridgeReport.HeartbeatHistory(
                samples: 2, mean: bad, deviation: 0, minimalDeviation: 0, acceptablePause: 3_000)
            #expect(measurement(detector(history: history)).isAssumed)
        }
    }
}
