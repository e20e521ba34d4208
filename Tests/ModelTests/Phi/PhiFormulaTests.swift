// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Phi")
struct PhiFormulaTests {
    private func phi(_ silence: Double, _ mean: Double, _ deviation: Double) -> Double {
        PhiFormula.phi(silence: silence, mean: mean, deviation: deviation)
    }

    @Test("the direct vectors of Akka's tests are met within 1e-9, and within Akka's own tolerance")
    func direct() throws {
        let vectors = try PhiVectors().list("direct")
        #expect(vectors.count == 17)
        for vector in vectors {
            let (silence, mean) = (vector["timeDiffMs"]?.double ?? .nan, vector["meanMs"]?.double ?? .nan)
            let value = phi(silence, mean, vector["stdDevMs"]?.double ?? .nan)
            #expect(isClose(value, vector["computedPhi"]?.double ?? .nan), "\(vector)")
            guard let tolerance = vector["tolerance"]?.double else { continue }
            if let expected = vector["expectedPhi"]?.double { #expect(abs(value - expected) <= tolerance) }
        }
    }

    @Test("phi rises strictly with the silence, and a wider spread makes it rise later")
    func relations() throws {
        let relations = try PhiVectors().list("relations")
        let expected = relations.compactMap { $0["computedPhi"]?.items }.first ?? []
        #expect(expected.count == 41)
        for (silence, value) in expected.enumerated() {
            #expect(isClose(phi(Double(silence), 0, 10), value.double ?? .nan))
        }
        let values = (0...40).map { phi(Double($0), 0, 10) }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
        #expect(phi(1100, 1000, 500) < phi(1100, 1000, 100))
    }

    @Test("the values at the edge, where phi becomes infinite, are those of double precision")
    func overflow() throws {
        let points = try PhiVectors().root["derived"]?["overflow"]?["points"]?.items ?? []
        #expect(points.count == 7)
        for point in points {
            #expect(isClose(phi(point["y"]?.double ?? .nan, 0, 1), point["computedPhi"]?.double ?? .nan), "\(point)")
        }
        #expect(phi(0, 1000, 1).sign == .plus)
    }

    @Test("with default settings phi is a cliff, and the inverse finds the very millisecond of the threshold")
    func defaults() throws {
        let sets = try PhiVectors().root["derived"]?["defaults"]?.items ?? []
        #expect(sets.count == 3)
        for set in sets {
            let mean = set["meanMs_includingPause"]?.double ?? .nan
            let deviation = set["stdDevMs"]?.double ?? .nan
            let threshold = set["threshold"]?.double ?? .nan
            for point in set["points"]?.items ?? [] {
                let value = phi(point["timeDiffMs"]?.double ?? .nan, mean, deviation)
                #expect(isClose(value, point["computedPhi"]?.double ?? .nan), "\(point)")
            }
            let first = set["firstMsAtWhichUnavailable"]?.double ?? .nan
            let silence = PhiFormula.silence(phi: threshold, mean: mean, deviation: deviation)
            #expect(silence?.rounded(.up) == first)
            #expect(phi(first, mean, deviation) >= threshold)
            #expect(phi(first - 1, mean, deviation) < threshold)
        }
    }

    @Test("silence and phi are each other's inverse within 1e-9")
    func inverse() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = SplitMix(seed: seed)
        for _ in 0..<5_000 {
            let (mean, deviation) = (
                Double.random(in: 0...20_000, using: &random), Double.random(in: 1...5_000, using: &random)
            )
            let wanted = Double.random(in: 1e-3...307, using: &random)
            let silence = try #require(PhiFormula.silence(phi: wanted, mean: mean, deviation: deviation))
            // Beyond 307 Akka's own formula loses digits, because its exponential is no normal number any more.
            let reached = phi(silence, mean, deviation)
            #expect(
                abs(reached - wanted) <= 1e-9 * max(1, wanted),
                "seed \(seed) mean \(mean) deviation \(deviation) phi \(wanted)")
        }
    }

    @Test(
        "a threshold that is never reached by a number is reached when phi is infinite; no positive number has no silence"
    )
    func edges() throws {
        let silence = try #require(PhiFormula.silence(phi: 1_000, mean: 4_000, deviation: 100))
        #expect(silence > 6_158 && silence < 6_161)
        #expect(PhiFormula.silence(phi: .infinity, mean: 4_000, deviation: 100) == silence)
        for phi in [0, -1, .nan] { #expect(PhiFormula.silence(phi: phi, mean: 4_000, deviation: 100) == nil) }
    }
}
