// SPDX-License-Identifier: Apache-2.0
import Collectors
import Glibc
import Model

/// What `check` remembers between two runs: since when members are unreachable, and how many were Up.
///
/// A file of lines: `meshtop-state 1`, `up CLUSTER COUNT SINCE`, `unreachable CLUSTER ADDRESS SINCE`; times in microseconds since 1970.
struct CheckState: Equatable {
    private static let head = "meshtop-state 1"
    /// Maximum number of members that are remembered.
    private static let maximumMembers = 10_000
    /// What was seen longer ago is of another story.
    private static let retention = Duration.seconds(8 * 3600)

    struct Place: Hashable {
        var cluster: String
        var address: String
    }

    /// By cluster: the largest number of members that were Up in a run, and when.
    var up: [String: (count: Int, at: Timestamp)] = [:]
    var unreachable: [Place: Timestamp] = [:]

    static func == (left: CheckState, right: CheckState) -> Bool { left.text == right.text }

    init() {}

    /// Reads a file's text.
    ///
    /// - Returns: `nil` if it is something else than a state.
    init?(_ text: String, at now: Timestamp) {
        var lines = text.split(separator: "\n").map(String.init)
        guard !lines.isEmpty else { return }
        guard lines.removeFirst() == Self.head else { return nil }
        for line in lines.prefix(Self.maximumMembers) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4, let microseconds = Int64(words[3]) else { return nil }
            let at = Timestamp(microseconds: microseconds)
            guard at <= now, now - at < Self.retention else { continue }
            switch words[0] {
            case "up": up[words[1]] = Int(words[2]).map { ($0, at) }
            case "unreachable": unreachable[Place(cluster: words[1], address: words[2])] = at
            default: return nil
            }
        }
    }

    var text: String {
        var lines = [Self.head]
        lines += up.sorted { $0.key < $1.key }.map {
            "up \(Self.word($0.key)) \($0.value.count) \($0.value.at.microseconds)"
        }
        lines += unreachable.sorted { ($0.key.cluster, $0.key.address) < ($1.key.cluster, $1.key.address) }
            .prefix(Self.maximumMembers).map {
                "unreachable \(Self.word($0.key.cluster)) \($0.key.address) \($0.value.microseconds)"
            }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func word(_ name: String) -> String { String(name.map { $0.isWhitespace ? "_" : $0 }) }

    /// What this run saw, with the beginnings that earlier runs saw.
    func next(_ snapshot: MeshSnapshot) -> CheckState {
        var next = CheckState()
        for cluster in snapshot.clusters {
            let name = Self.word(cluster.id)
            let members = cluster.currentMembers
            let count = members.count { $0.status == .up }
            let known = up[name]
            next.up[name] = known.map { $0.count > count ? $0 : (count, snapshot.at) } ?? (count, snapshot.at)
            for member in members where !member.unreachableBy.isEmpty {
                let place = Place(cluster: name, address: member.node.address.text)
                let since =
                    [unreachable[place], member.unreachableSince, snapshot.at].compactMap { $0 }.min() ?? snapshot.at
                next.unreachable[place] = since
            }
        }
        // Nothing was seen of a cluster that did not answer, so that what was known of it stays.
        for (name, value) in up where next.up[name] == nil { next.up[name] = value }
        for (place, since) in unreachable
        where !snapshot.clusters.contains(where: { Self.word($0.id) == place.cluster }) {
            next.unreachable[place] = since
        }
        return next
    }

    /// The members that are unreachable for longer than is tolerated, as reasons.
    func overdue(_ snapshot: MeshSnapshot, after tolerated: Duration) -> [String] {
        let next = next(snapshot)
        return next.unreachable.filter { snapshot.at - $0.value > tolerated }
            .sorted { ($0.key.cluster, $0.key.address) < ($1.key.cluster, $1.key.address) }
            .filter { place in snapshot.clusters.contains { Self.word($0.id) == place.key.cluster } }
            .map { place, since in
                "\(place.address.split(separator: "@").last ?? "") unreachable for \((snapshot.at - since).microseconds / 1_000_000) s"
            }
    }

    // MARK: - File

    /// - Throws: ``CommandFailure`` when the file is something else, or cannot be read.
    static func read(_ path: String, at now: Timestamp) throws(CommandFailure) -> CheckState {
        do {
            guard let bytes = try FileReader.read(path, maximum: 4 << 20) else { return CheckState() }
            guard let state = CheckState(String(decoding: bytes, as: UTF8.self), at: now) else {
                throw CommandFailure(message: "--state: \(path) is no state of meshtop check; name another file")
            }
            return state
        } catch let error as FileError {
            throw CommandFailure(message: "--state: \(path) \(error.message)")
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(message: "--state: \(path) cannot be read")
        }
    }

    /// Replaces the file in one step, so that a run that is killed leaves the old one.
    ///
    /// - Returns: why not, if it cannot be written.
    func write(_ path: String) -> String? {
        let temporary = path + ".\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return "--state: \(path) cannot be written (\(String(cString: strerror(errno))))" }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        close(descriptor)
        guard done == bytes.count, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return "--state: \(path) cannot be written (\(reason))"
        }
        return nil
    }
}
