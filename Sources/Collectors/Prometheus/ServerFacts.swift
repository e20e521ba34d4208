// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What a metrics server says of itself, outside of its query API (Prometheus, `web/api/v1/api.go`: `status/config`, `status/runtimeinfo`).
/// Only two numbers are taken of it; the rest, addresses and names of jobs, is not kept.
enum ServerFact: Hashable, Sendable {
    case scrapeInterval
    case retention

    /// Maximum number of bytes of an answer: a configuration lists all jobs with all rules.
    static let maximumBody = 4 << 20

    /// The path below the endpoint's own.
    var path: String {
        switch self {
        case .scrapeInterval: "/api/v1/status/config"
        case .retention: "/api/v1/status/runtimeinfo"
        }
    }

    private var field: StaticString {
        switch self {
        case .scrapeInterval: "yaml"
        case .retention: "storageRetention"
        }
    }

    /// Reads the answer.
    ///
    /// - Returns: the number; `nil` if there is none, as with servers that only speak like Prometheus.
    func read(_ body: PaddedBytes) -> Duration? {
        var text: String?
        let field = field
        let parser = JSONParser(maximumBytes: Self.maximumBody)
        try? parser.parse(body) { (root: inout JSONReader) throws(JSONError) in
            try root.object { (value, name) throws(JSONError) in
                guard name.equals("data") else { return }
                try value.object { (value, name) throws(JSONError) in
                    guard name.equals(field) else { return }
                    text = String(decoding: try value.string(maximum: Self.maximumBody), as: UTF8.self)
                }
            }
        }
        guard let text else { return nil }
        switch self {
        case .scrapeInterval: return ScrapeIntervals(configuration: text).ofProxies
        // `15d`, `10GiB`, `15d or 10GiB`.
        case .retention: return text.split(separator: " ").lazy.compactMap { PromQL.duration($0) }.first
        }
    }
}

/// The times between scrapes that a configuration sets, in the form in which Prometheus prints it: each job has its own.
struct ScrapeIntervals {
    private(set) var global: Duration?
    private(set) var jobs: [(name: String, interval: Duration)] = []

    init(configuration text: String) {
        var section = ""
        var job = ""
        for line in text.split(separator: "\n") {
            if line.first != " ", line.first != "-" {
                section = String(line.prefix { $0 != ":" })
                continue
            }
            let words = line.drop { $0 == " " || $0 == "-" }
            guard let colon = words.firstIndex(of: ":") else { continue }
            let value = words[words.index(after: colon)...].drop { $0 == " " }.filter { $0 != "\"" && $0 != "'" }
            switch (section, words[..<colon]) {
            case ("global", "scrape_interval"): global = PromQL.duration(value[...])
            case ("scrape_configs", "job_name"): job = value
            case ("scrape_configs", "scrape_interval"):
                if let interval = PromQL.duration(value[...]) { jobs.append((job, interval)) }
            default: break
            }
        }
    }

    /// How often proxies are scraped, as far as names of jobs say which those are; the shortest, because what follows is a warning.
    var ofProxies: Duration? {
        let likely = [["envoy", "sidecar", "ztunnel", "waypoint", "kubernetes-pods"], ["istio", "mesh"]]
        for words in likely {
            let found = jobs.filter { job in words.contains { job.name.lowercased().contains($0) } }
            if let shortest = found.map(\.interval).min() { return shortest }
        }
        let all = Set(jobs.map(\.interval))
        return all.count == 1 ? all.first : global ?? all.min()
    }
}

extension PromQL {
    /// Reads a duration as Prometheus prints it: `15s`, `1m30s`, `10y`.
    ///
    /// - Parameter text: a number with a unit, perhaps several.
    /// - Returns: `nil` if it is none, or longer than a thousand years.
    static func duration(_ text: Substring) -> Duration? {
        let units: [(name: String, milliseconds: Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
            ("y", 31_536_000_000),
        ]
        var rest = text
        var sum: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard digits.count <= 9, let count = Int64(digits),
                let size = units.first(where: { $0.name == unit })?.milliseconds
            else { return nil }
            let part = count.multipliedReportingOverflow(by: size)
            guard !part.overflow, part.partialValue < 31_536_000_000_000 else { return nil }
            sum += part.partialValue
            guard sum < 31_536_000_000_000 else { return nil }
            rest = rest.dropFirst(digits.count + unit.count)
        }
        return sum > 0 ? .milliseconds(sum) : nil
    }
}
