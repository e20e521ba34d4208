// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which proxies are scraped by which ways, a way being a job and a port: two ways to one proxy bring its counters twice, and every sum over
/// them is twice what there was. What one way brings in full is left out of the other queries.
struct ScrapeWays: SeriesSink {
    /// The ways of every proxy; by the labels that tell one proxy from another.
    static let query = "group by (job, instance, namespace, pod) (istio_requests_total)"
    /// The same where nothing names a proxy: by what it reports, for two jobs that bring the same edges bring one proxy's counters.
    static let queryByEdge =
        "group by (job, reporter, source_workload, source_workload_namespace, destination_workload, "
        + #"destination_workload_namespace) (istio_requests_total{instance="",pod=""})"#
    /// Maximum number of ways that are told apart, and of proxies.
    static let maximumWays = 32
    static let maximumProxies = 20_000
    private static let maximumText = 256

    /// A job, and a port of it; empty where the instance names none.
    struct Way: Hashable, Comparable {
        var job: String
        var port: String

        static func < (a: Way, b: Way) -> Bool { (a.job, a.port) < (b.job, b.port) }

        var text: String { port.isEmpty ? "job \(job)" : "job \(job), port \(port)" }
    }

    private struct Proxy: Hashable {
        var namespace = ""
        var pod = ""
        /// Where no label names the pod; what it reports where nothing names the host.
        var host = ""
    }

    private struct Row {
        var job = ""
        var instance = ""
        var proxy = Proxy()
        /// What is reported, where that was asked for.
        var edge = ""
    }

    private var row = Row()
    private var ways: [Way: Set<Proxy>] = [:]
    private var count = 0
    /// Jobs of series that name neither an instance nor a pod.
    private var namelessJobs: Set<String> = []

    /// Whether several jobs bring series of which nothing says whose they are.
    var needsEdges: Bool { namelessJobs.count > 1 }

    // MARK: - Series

    mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError) {
        let text = SafeText.line(of: value, maximum: Self.maximumText)
        if name.equals("job") {
            row.job = text
        } else if name.equals("instance") {
            row.instance = text
        } else if name.equals("namespace") {
            row.proxy.namespace = text
        } else if name.equals("pod") {
            row.proxy.pod = text
        } else {
            row.edge += "\(String(decoding: name.prefix(40), as: UTF8.self))=\(text) "
        }
    }

    mutating func finish(value: Double, at: Double) throws(JSONError) {
        defer { row = Row() }
        let (host, port) = Self.place(row.instance)
        let way = Way(job: row.job, port: port)
        guard count < Self.maximumProxies, ways[way] != nil || ways.count < Self.maximumWays else { return }
        var proxy = row.proxy
        if proxy.pod.isEmpty { (proxy.namespace, proxy.host) = ("", host) }
        if proxy.pod.isEmpty, proxy.host.isEmpty { proxy.host = row.edge }
        guard !proxy.pod.isEmpty || !proxy.host.isEmpty else {
            if namelessJobs.count < Self.maximumWays { namelessJobs.insert(row.job) }
            return
        }
        if ways[way, default: []].insert(proxy).inserted { count += 1 }
    }

    private static func place(_ instance: String) -> (host: String, port: String) {
        guard let colon = instance.lastIndex(of: ":") else { return (instance, "") }
        let port = instance[instance.index(after: colon)...]
        guard !port.isEmpty, port.utf8.allSatisfy({ (48...57).contains($0) }), !instance[..<colon].isEmpty else {
            return (instance, "")
        }
        return (String(instance[..<colon]), String(port))
    }

    // MARK: - What follows

    /// What is left out of queries, and why.
    struct Verdict: Hashable {
        /// Conditions of selectors.
        var conditions: [String] = []
        /// Sentences without a full stop.
        var notes: [String] = []
    }

    /// What is left out so that each proxy counts once, as far as jobs and ports can say it.
    var verdict: Verdict {
        var verdict = Verdict()
        var kept: [Way] = []
        var covered: Set<Proxy> = []
        var left: [(way: Way, proxies: Int)] = []
        let order = ways.keys.sorted { a, b in
            let (first, second) = (ways[a]?.count ?? 0, ways[b]?.count ?? 0)
            return first == second ? a < b : first > second
        }
        for way in order {
            let proxies = ways[way] ?? []
            let shared = proxies.intersection(covered).count
            if shared == proxies.count, !kept.isEmpty {
                left.append((way, proxies.count))
                continue
            }
            if shared > 0 { verdict.notes.append(Self.overlap(way, shared)) }
            kept.append(way)
            covered.formUnion(proxies)
        }
        for (way, proxies) in left {
            let condition = Self.condition(leavingOut: way, kept: kept)
            let what = "\(proxies) \(proxies == 1 ? "proxy is" : "proxies are") scraped by \(way.text) too"
            verdict.notes.append(
                what + (condition == nil ? ": their rates count twice" : ": counted once, without it"))
            if let condition { verdict.conditions.append(condition) }
        }
        return verdict
    }

    private static func overlap(_ way: Way, _ shared: Int) -> String {
        "\(shared) of the proxies that \(way.text) scrapes \(shared == 1 ? "is" : "are") scraped by another job too: "
            + "their rates count twice"
    }

    /// By its job, if nothing else of that job is kept; else by its port, if nothing else that is kept has it.
    private static func condition(leavingOut way: Way, kept: [Way]) -> String? {
        if !kept.contains(where: { $0.job == way.job }) { return "job!=\(PromQL.quoted(way.job))" }
        guard !way.port.isEmpty, !kept.contains(where: { $0.port == way.port }) else { return nil }
        return "instance!~\(PromQL.quoted(".+:\(way.port)"))"
    }
}
