// SPDX-License-Identifier: Apache-2.0
import Model

/// What was forecast of split brain resolvers, and what came.
struct StoryForecasts: Sendable {
    /// One forecast with its outcome.
    struct Forecast: Hashable, Sendable {
        var cluster: String
        var strategy: String
        /// When it was first made.
        var madeAt: Timestamp
        /// The earliest moment of the decision, as it was last forecast.
        var notBefore: Timestamp
        /// When a resolver decided, or a member was downed or removed, whatever came first.
        var came: Timestamp?
        var what: String?
    }

    private(set) var all: [Forecast] = []
    private var open: [String: Int] = [:]

    mutating func take(_ snapshot: MeshSnapshot) {
        for cluster in snapshot.clusters {
            guard let downing = cluster.downing, let time = downing.decisionNotBefore else {
                if let place = open[cluster.id], all[place].came != nil { open[cluster.id] = nil }
                continue
            }
            if let place = open[cluster.id], all[place].came == nil {
                all[place].notBefore = time
            } else if open[cluster.id] == nil {
                open[cluster.id] = all.count
                all.append(
                    Forecast(
                        cluster: cluster.id, strategy: downing.strategy, madeAt: snapshot.at, notBefore: time))
            }
        }
    }

    mutating func take(_ event: MeshEvent) {
        guard let place = open[event.cluster], all[place].came == nil, event.at >= all[place].madeAt else { return }
        switch event.change {
        case .member(_, .down), .member(_, .removed), .sbr:
            let subject = event.subject.map { "\($0.hostPort) " } ?? ""
            all[place].came = event.at
            all[place].what = event.to.map { "\(subject)is \($0)" } ?? event.text
        default: break
        }
    }
}
