// SPDX-License-Identifier: Apache-2.0
import Model

/// What the exporter of one node says of the membership: its rows name the others, its own status follows from its counts.
struct MetricTestimony: Equatable {
    /// What it says of one other node.
    struct Row: Equatable {
        var subject: Address
        var status: MemberStatus?
        var isUnreachable: Bool?
    }

    var observer: Address
    /// Its own status, if its counts leave exactly one member over that no row is of.
    var ownStatus: MemberStatus?
    var rows: [Row]
    /// When its newest sample was taken, by our clock.
    var at: Timestamp
}

extension MetricTestimony {
    /// Maximum age of a sample that still makes members: what a metrics server takes as the present.
    static let maximumAge = MetricsRecord.staleness

    /// Who says what, by system, in the order of systems and observers.
    ///
    /// An exporter's own address stands in no label. It is the member of its host that its rows leave out; else the one member that
    /// the others name and it does not; else its host with the port that all named members share.
    ///
    /// - Parameters:
    ///   - report: The latest answer.
    ///   - time: Turns a moment of the server's clock into one of ours.
    /// - Returns: The testimonies, and how many exporters could not be told apart.
    static func all(
        in report: MetricReport, time: (Timestamp) -> Timestamp
    ) -> (testimonies: [MetricTestimony], nameless: Int) {
        var groups: [Group.Key: Group] = [:]
        var named: [String: Set<Address>] = [:]
        for record in report.records where record.subject.host != nil {
            let key = Group.Key(system: record.subject.system, observer: record.observer)
            groups[key, default: Group()].add(record)
            named[record.subject.system, default: []].insert(record.subject)
            if case .address(let address) = record.observer { named[record.subject.system]?.insert(address) }
        }
        for count in report.counts { addCount(count, to: &groups) }
        var nameless = 0
        var testimonies: [MetricTestimony] = []
        for (key, group) in groups {
            guard let observer = group.observer(key, named: named[key.system] ?? []) else {
                nameless += 1
                continue
            }
            testimonies.append(
                MetricTestimony(
                    observer: observer, ownStatus: group.ownStatus,
                    rows: group.rows.filter { $0.subject != observer }.sorted { $0.subject < $1.subject },
                    at: time(group.newest)))
        }
        return (testimonies.sorted { $0.observer < $1.observer }, nameless)
    }

    private static func addCount(_ count: MetricReport.Count, to groups: inout [Group.Key: Group]) {
        let systems = count.system.map { [$0] } ?? Set(groups.keys.map(\.system)).sorted()
        for system in systems {
            let key = Group.Key(system: system, observer: count.observer)
            guard let index = groups.index(forKey: key) else { continue }
            groups.values[index].counts[count.word] = count.count
        }
    }

    /// What one exporter reports of one actor system.
    private struct Group {
        struct Key: Hashable {
            var system: String
            var observer: MetricReport.Observer
        }

        var rows: [Row] = []
        var counts: [String: Int] = [:]
        var newest = Timestamp(microseconds: 0)

        mutating func add(_ record: MetricReport.Record) {
            rows.append(
                Row(subject: record.subject, status: record.status, isUnreachable: record.isUnreachable))
            newest = max(newest, record.at)
        }

        func observer(_ key: Key, named: Set<Address>) -> Address? {
            switch key.observer {
            case .address(let address): return address
            case .host(let host):
                let others = named.subtracting(rows.map(\.subject))
                let there = others.filter { $0.host == host }
                if there.count == 1 { return there.first }
                if there.isEmpty, others.count == 1 { return others.first }
                let places = Set(named.map { [$0.scheme, $0.port.map(String.init) ?? ""] })
                guard there.isEmpty, others.isEmpty, places.count == 1, let model = named.min() else { return nil }
                let bracketed = host.contains(":") ? "[\(host)]" : host
                let port = model.port.map { ":\($0)" } ?? ""
                return try? Address(parsing: "\(model.scheme)://\(model.system)@\(bracketed)\(port)")
            }
        }

        /// The exporter counts its own node, and has no row of it.
        var ownStatus: MemberStatus? {
            let words: [(String, MemberStatus)] = [
                ("joining", .joining), ("weakly_up", .weaklyUp), ("up", .up), ("leaving", .leaving),
                ("exiting", .exiting), ("down", .down),
            ]
            let left = words.compactMap { word, status -> (status: MemberStatus, count: Int)? in
                guard let count = counts[word] else { return nil }
                let difference = count - rows.count { $0.status == status }
                return difference == 0 ? nil : (status, difference)
            }
            return left.count == 1 && left[0].count == 1 ? left[0].status : nil
        }
    }
}
