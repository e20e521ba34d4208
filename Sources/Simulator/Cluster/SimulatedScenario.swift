// SPDX-License-Identifier: Apache-2.0
import Model

/// What happens in a simulated mesh; the names are the cluster kit's. Every incident starts after ten seconds of health and repeats.
package enum SimulatedScenario: String, CaseIterable, Sendable {
    case healthy
    case crash
    case gcPause = "gc-pause"
    case fullPartition = "full-partition"
    case oneWayPartition = "one-way-partition"
    case restartSameAddress = "restart-same-address"
    case gracefulLeave = "graceful-leave"
    case joinStuck = "join-stuck"
    case quarantine
    case quarantineStuck = "quarantine-stuck"
    case gatedFlapping = "gated-flapping"
    case rollingRestart = "rolling-restart"
    case threadStarvation = "thread-starvation"
    case doubleCrash = "double-crash"
    case crashWhilePaused = "crash-while-paused"
    case crashLoop = "crash-loop"
    case flapping
    case quarantineStorm = "quarantine-storm"
    case leaveWhileUnreachable = "leave-while-unreachable"
    case brokenLink = "broken-link"
    case brokenLinkDownsAll = "broken-link-downs-all"
    case crashAndBrokenLink = "crash-and-broken-link"
    case threeFaults = "three-faults"

    /// One line for `--list`.
    package var about: String {
        switch self {
        case .healthy: "Nothing happens."
        case .crash:
            "A process is killed at 10 s: unreachable, downed, removed. It starts again at 60 s; repeats every 100 s."
        case .gcPause: "A process stops for 8 s at 10 s and comes back before it is downed; repeats every 40 s."
        case .fullPartition:
            "A minority is cut off at 10 s: the majority downs it, it downs itself. Back at 60 s; repeats every 100 s."
        case .oneWayPartition:
            "Messages from one node to another are lost from 10 s to 20 s, then the link heals; repeats every 60 s."
        case .restartSameAddress:
            "A process is killed at 10 s and starts again at once with a new uid; repeats every 60 s."
        case .gracefulLeave: "A node leaves at 10 s, exits and ends; it starts again at 40 s; repeats every 70 s."
        case .joinStuck:
            "Nobody downs a node killed at 10 s: a joiner stays WeaklyUp until an operator does at 45 s; every 90 s."
        case .quarantine: "A node quarantines another at 10 s, which hears of it and downs itself; repeats every 90 s."
        case .quarantineStuck:
            "A node quarantines another at 10 s and nobody downs anything until a restart at 40 s; every 90 s."
        case .gatedFlapping:
            "Classic: a port refuses from 10 s to 35 s, nobody downs it, gates close and open; repeats every 80 s."
        case .rollingRestart: "Pekko: three nodes leave and start again, from 10 s on, one after the other; every 70 s."
        case .threadStarvation: "A node's threads are occupied for 8 s at 10 s, for 3 s at 26 s; repeats every 50 s."
        case .doubleCrash: "Two nodes are killed at 10 s and 12 s; they start again at 60 s; repeats every 100 s."
        case .crashWhilePaused:
            "A node stops from 10 s to 19 s, another is killed at 12 s and starts again at 60 s; repeats every 100 s."
        case .crashLoop: "A node is killed and starts again a second later, three times from 10 s on; every 120 s."
        case .flapping: "A node stops for 7 s three times from 10 s on: reachability flaps; repeats every 90 s."
        case .quarantineStorm: "All other nodes quarantine one node at 10 s; it starts again at 50 s; every 90 s."
        case .leaveWhileUnreachable:
            "Nobody downs a node killed at 10 s: another stays Leaving until an operator downs it at 45 s; every 90 s."
        case .brokenLink:
            "The link between two nodes fails at 10 s: both are downed as indirectly connected; repeats every 100 s."
        case .brokenLinkDownsAll:
            "The same with Akka 2.10.16, whose safeguard downs all where that is half of them; repeats every 100 s."
        case .crashAndBrokenLink:
            "A node is killed at 10 s, and the link between two others fails; both over at 60 s; repeats every 100 s."
        case .threeFaults:
            "At 10 s a node is killed, another stops for 12 s, a third is quarantined by a fourth; repeats every 100 s."
        }
    }

    /// What the incident is best seen with: gates are a matter of classic remoting.
    var stack: SimulatedStack {
        switch self {
        case .gatedFlapping: .akka26Classic
        case .rollingRestart: .pekkoArtery
        case .brokenLinkDownsAll: .akka210Artery
        default: .akka26Artery
        }
    }

    /// Whether a split brain resolver is configured.
    var hasDowning: Bool {
        switch self {
        case .joinStuck, .quarantineStuck, .gatedFlapping, .leaveWhileUnreachable: false
        default: true
        }
    }

    /// How long one round takes, after which it repeats with other nodes; `nil`: nothing happens at all.
    var period: Int? {
        switch self {
        case .healthy: nil
        case .crash, .fullPartition, .doubleCrash, .crashWhilePaused, .brokenLink, .brokenLinkDownsAll,
            .crashAndBrokenLink, .threeFaults:
            100
        case .gcPause: 40
        case .oneWayPartition, .restartSameAddress: 60
        case .gracefulLeave, .rollingRestart: 70
        case .joinStuck, .quarantine, .quarantineStuck, .flapping, .quarantineStorm, .leaveWhileUnreachable: 90
        case .crashLoop: 120
        case .gatedFlapping: 80
        case .threadStarvation: 50
        }
    }

    /// What happens in one round.
    ///
    /// - Parameters:
    ///   - round: 0 in the first, whose victims are the last members; later ones are drawn.
    ///   - count: How many members the mesh has.
    ///   - random: Where victims are drawn from.
    /// - Returns: Faults with the second after the round's start.
    func script(round: Int, count: Int, random: inout SplitMix) -> [(second: Int, fault: SimulatedFault)] {
        func drawn(_ wanted: Int) -> [Int] {
            let first = round == 0 ? count - wanted : random.below(count - wanted + 1)
            return Array(first..<first + wanted)
        }
        let some = max(1, count / 50)
        switch self {
        case .healthy: return []
        case .crash:
            let victims = drawn(some)
            return [(10, .kill(victims)), (60, .start(victims))]
        case .gcPause:
            let victims = drawn(some)
            return [(10, .pause(victims)), (18, .resume(victims))]
        case .fullPartition:
            let victims = drawn(count <= 30 ? max(1, (count - 1) / 3) : count / 10)
            return [(10, .isolate(victims)), (60, .heal), (60, .start(victims))]
        case .oneWayPartition:
            let pair = drawn(2)
            return [(10, .cut(from: pair[0], to: pair[1])), (20, .heal)]
        case .restartSameAddress:
            let victims = drawn(1)
            return [(10, .kill(victims)), (10, .start(victims))]
        case .gracefulLeave:
            let victims = drawn(1)
            return [(10, .leave(victims)), (40, .start(victims))]
        case .joinStuck:
            let pair = drawn(2)
            return [
                (3, .leave([pair[1]])), (10, .kill([pair[0]])), (15, .start([pair[1]])), (45, .down([pair[0]])),
                (60, .start([pair[0]])),
            ]
        case .quarantine:
            let pair = drawn(2)
            return [(10, .quarantine(pair[1], by: pair[0])), (50, .start(pair))]
        case .quarantineStuck:
            let pair = drawn(2)
            return [(10, .quarantine(pair[1], by: pair[0])), (40, .kill([pair[1]])), (40, .start([pair[1]]))]
        case .gatedFlapping:
            let victims = drawn(1)
            return [(10, .kill(victims)), (35, .start(victims))]
        case .rollingRestart:
            return drawn(3).enumerated().flatMap { index, slot in
                [(10 + 15 * index, .leave([slot])), (15 + 15 * index, .start([slot]))]
            }
        case .threadStarvation:
            let victims = drawn(1)
            return [(10, .pause(victims)), (18, .resume(victims)), (26, .pause(victims)), (29, .resume(victims))]
        case .doubleCrash, .crashWhilePaused, .crashLoop, .flapping, .quarantineStorm, .leaveWhileUnreachable,
            .brokenLink, .brokenLinkDownsAll, .crashAndBrokenLink, .threeFaults:
            return compound(count: count, drawn)
        }
    }

    /// Faults that come together, or again and again.
    private func compound(count: Int, _ drawn: (Int) -> [Int]) -> [(second: Int, fault: SimulatedFault)] {
        switch self {
        case .doubleCrash:
            let pair = drawn(2)
            return [(10, .kill([pair[0]])), (12, .kill([pair[1]])), (60, .start(pair))]
        case .crashWhilePaused:
            let pair = drawn(2)
            return [
                (10, .pause([pair[0]])), (12, .kill([pair[1]])), (19, .resume([pair[0]])), (60, .start(pair)),
            ]
        case .crashLoop:
            let victims = drawn(1)
            return [10, 35, 60].flatMap { [($0, .kill(victims)), ($0 + 1, .start(victims))] }
        case .flapping:
            let victims = drawn(1)
            return [10, 24, 38].flatMap { [($0, .pause(victims)), ($0 + 7, .resume(victims))] }
        case .quarantineStorm:
            let victim = drawn(1)[0]
            return (0..<count).filter { $0 != victim }.map { (10, .quarantine(victim, by: $0)) } + [
                (50, .start([victim]))
            ]
        case .leaveWhileUnreachable:
            let pair = drawn(2)
            return [(10, .kill([pair[0]])), (16, .leave([pair[1]])), (45, .down([pair[0]])), (60, .start(pair))]
        case .brokenLink, .brokenLinkDownsAll:
            let pair = drawn(2)
            return [
                (10, .cut(from: pair[0], to: pair[1])), (10, .cut(from: pair[1], to: pair[0])), (60, .heal),
                (60, .start(Array(0..<count))),
            ]
        case .crashAndBrokenLink:
            let three = drawn(3)
            return [
                (10, .kill([three[0]])), (10, .cut(from: three[1], to: three[2])), (60, .heal), (60, .start(three)),
            ]
        default:
            let four = drawn(min(4, count))
            let last = four.count > 3 ? [(10, SimulatedFault.quarantine(four[3], by: four[2]))] : []
            return [(10, .kill([four[0]])), (10, .pause([four[1]]))] + last
                + [(22, .resume([four[1]])), (60, .start(four))]
        }
    }
}

/// What can be done to a simulated mesh; the numbers are places in it, from 0.
enum SimulatedFault: Sendable {
    /// The process is gone at once.
    case kill([Int])
    /// A new process starts where none runs.
    case start([Int])
    /// The process stops doing anything, and keeps its ports.
    case pause([Int])
    case resume([Int])
    /// The member is asked to leave.
    case leave([Int])
    /// No message passes between these and the others.
    case isolate([Int])
    /// Messages are lost in one direction.
    case cut(from: Int, to: Int)
    case heal
    /// One node quarantines the incarnation that runs at another place.
    case quarantine(Int, by: Int)
    /// An operator downs these members.
    case down([Int])
}
