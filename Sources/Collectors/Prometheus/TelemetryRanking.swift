// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which services' percentiles are worth asking for.
enum TelemetryRanking {
    /// - Returns: names of services, those with the most failing requests first, then those with the most requests.
    static func services(_ vector: TelemetryVector, _ texts: TelemetryTexts) -> [String] {
        let columns = vector.metric.columns
        guard let service = columns.firstIndex(of: .destinationServiceName),
            let code = columns.firstIndex(of: .responseCode)
        else { return [] }
        var rates: [LabelValue: (errors: Double, all: Double)] = [:]
        for row in 0..<vector.count where vector.values[row].isFinite {
            let base = row * vector.keys.width
            let text = texts[vector.keys.cells[base + code]]
            let isError = text.hasPrefix("5") || text == "0"
            rates[vector.keys.cells[base + service], default: (0, 0)].all += vector.values[row]
            if isError { rates[vector.keys.cells[base + service], default: (0, 0)].errors += vector.values[row] }
        }
        let ranked = rates.sorted {
            ($1.value.errors, $1.value.all, $0.key) < ($0.value.errors, $0.value.all, $1.key)
        }
        return ranked.prefix(TelemetryGathering.maximumPercentiles).map { texts[$0.key] }.filter { !$0.isEmpty }
    }
}
