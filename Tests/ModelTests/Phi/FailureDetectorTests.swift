// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Failure detectors")
struct FailureDetectorTests {
    /// Reads the fake clock of the vectors: `clockMs` of the step, or `repeat` steps from `firstClockMs` to `lastClockMs`.
    private func clocks(_ step: JSONValue) -> [Int64] {
        guard let count = step["repeat"]?.integer else { return [step["clockMs"]?.integer ?? 0] }
        let (first, last) = (step["firstClockMs"]?.integer ?? 0, step["lastClockMs"]?.integer ?? 0)
        return (0..<count).map { first + (last - first) * $0 / max(1, count - 1) }
    }

    private func detector(_ params: JSONValue?) -> PhiAccrualFailureDetector {
        PhiAccrualFailureDetector(
            PhiAccrualFailureDetector.Settings(
                threshold: params?["threshold"]?.double ?? 8,
                maximalSamples: Int(params?["maxSampleSize"]?.integer ?? 1000),
                minimalDeviation: params?["minStdDeviationMs"]?.double ?? 100,
                acceptablePause: params?["acceptableHeartbeatPauseMs"]?.integer ?? 0,
                firstEstimate: params?["firstHeartbeatEstimateMs"]?.integer ?? 1000))
    }

    private func check(_ step: JSONValue, _ detector: inout PhiAccrualFailureDetector, _ name: String) {
        for clock in clocks(step) {
            switch step["op"]?.text {
            case "heartbeat": detector.heartbeat(at: clock)
            case "phi":
                let phi = detector.phi(at: clock)
                #expect(isClose(phi, step["computed"]?.double ?? .nan), "\(name) \(step)")
                if let expected = step["expected"]?.double, let tolerance = step["tolerance"]?.double {
                    #expect(abs(phi - expected) <= tolerance, "\(name) \(step)")
                }
            case "isAvailable":
                #expect(detector.isAvailable(at: clock) == step["expected"]?.bool, "\(name) \(step)")
                if let phi = step["computedPhi"]?.double {
                    #expect(isClose(detector.phi(at: clock), phi), "\(name) \(step)")
                }
            case "isMonitoring": #expect(detector.isMonitoring == step["expected"]?.bool, "\(name) \(step)")
            default: Issue.record("a step that the test does not know: \(step)")
            }
        }
    }

    @Test("the accrual detector follows all sequences of Akka's tests")
    func sequences() throws {
        let sequences = try PhiVectors().list("sequences")
        #expect(sequences.count == 9)
        for sequence in sequences {
            let name = sequence["name"]?.text ?? ""
            var detector = detector(sequence["params"])
            for step in sequence["steps"]?.items ?? [] { check(step, &detector, name) }
            let history = sequence["finalHistory"]
            #expect(Int64(detector.history.count) == history?["samples"]?.integer, "\(name)")
            #expect(isClose(detector.history.mean, history?["meanMs"]?.double ?? .nan), "\(name)")
            #expect(isClose(detector.history.variance, history?["populationVariance"]?.double ?? .nan), "\(name)")
        }
    }

    @Test("the deadline detector follows all sequences of Akka's tests")
    func deadlines() throws {
        let sequences = try PhiVectors().list("deadline")
        #expect(sequences.count == 5)
        for sequence in sequences {
            var detector = DeadlineFailureDetector(
                interval: sequence["params"]?["heartbeatIntervalMs"]?.integer ?? 0,
                acceptablePause: sequence["params"]?["acceptableHeartbeatPauseMs"]?.integer ?? 0)
            for step in sequence["steps"]?.items ?? [] {
                for clock in clocks(step) {
                    switch step["op"]?.text {
                    case "heartbeat": detector.heartbeat(at: clock)
                    case "isAvailable":
                        #expect(detector.isAvailable(at: clock) == step["expected"]?.bool, "\(step)")
                    case "isMonitoring": #expect(detector.isMonitoring == step["expected"]?.bool, "\(step)")
                    default: Issue.record("a step that the test does not know: \(step)")
                    }
                }
            }
        }
    }

    @Test("mean and variance are those of Akka's tests, with the oldest interval dropped when it is full")
    func history() throws {
        let vectors = try PhiVectors().list("history")
        #expect(vectors.count == 5)
        for vector in vectors {
            var history = HeartbeatStatistics(limit: Int(vector["maxSampleSize"]?.integer ?? 0))
            for interval in vector["intervalsMs"]?.items ?? [] { history.append(interval.integer ?? 0) }
            #expect(isClose(history.mean, vector["computedMean"]?.double ?? .nan), "\(vector)")
            #expect(isClose(history.variance, vector["computedVariance"]?.double ?? .nan), "\(vector)")
        }
    }

    @Test("the interval from which Akka warns is two thirds of the pause, in whole numbers")
    func growing() throws {
        let points = try PhiVectors().root["derived"]?["heartbeatGrowingWarning"]?["points"]?.items ?? []
        #expect(points.count == 4)
        for point in points {
            var settings = PhiAccrualFailureDetector.Settings.cluster
            settings.acceptablePause = point["acceptableHeartbeatPauseMs"]?.integer ?? 0
            let growing = PhiAccrualFailureDetector(settings).growingInterval
            #expect(growing == point["warnWhenIntervalMsAtLeast"]?.integer)
        }
        var detector = PhiAccrualFailureDetector(.cluster)
        #expect(detector.heartbeat(at: 0) == nil)
        #expect(detector.heartbeat(at: 1_999) == nil)
        #expect(detector.heartbeat(at: 3_999) == 2_000)
    }

    @Test("intervals of any size never trap, and a sum that is too large wraps as on the JVM")
    func hostile() {
        var history = HeartbeatStatistics(limit: 3)
        for interval: Int64 in [.max, .min, .max, 0, -1, .min, 7] { history.append(interval) }
        #expect(history.variance >= 0)
        var detector = PhiAccrualFailureDetector(.cluster)
        for clock: Int64 in [0, .max, .min, 5] { detector.heartbeat(at: clock) }
        #expect(detector.history.count >= 2)
    }
}
