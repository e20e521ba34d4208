// SPDX-License-Identifier: Apache-2.0
package import Model

/// What became of one incarnation at an address.
package struct MemberTrail: Hashable, Sendable {
    /// `nil` until a view or a line names it.
    package var uid: Int64?
    /// It was first listed, or its process started.
    package var appeared: Sighting?
    /// It was first seen Up.
    package var up: Sighting?
    /// It was first seen Leaving or Exiting, or said so itself.
    package var left: Sighting?
    /// It was first seen Down, or said that it was downed.
    package var downed: Sighting?
    /// An observer that listed it has ceased to.
    package var removed: Sighting?
    /// Its process said that it starts.
    package var started: Sighting?
}

/// What became of each address: the present incarnation and the one before.
package struct MemberTrails: Sendable {
    /// Maximum number of addresses.
    package static let maximumAddresses = 4_096
    private static let rememberedLists = 16

    private var present: [Address: MemberTrail] = [:]
    private var before: [Address: MemberTrail] = [:]
    private var lists: [Address: MemberList] = [:]
    /// The newest lists that were looked at; equal views share one.
    private var recent: [MemberList] = []

    /// The present incarnation.
    package subscript(address: Address) -> MemberTrail? { present[address] }

    /// The incarnation before the present one.
    package func previous(_ address: Address) -> MemberTrail? { before[address] }

    mutating func record(_ view: MembershipView, in entry: Entry) {
        let previous = lists[view.observer]
        guard previous !== view.members else { return }
        lists[view.observer] = view.members
        if let previous { recordRemovals(from: previous, to: view, in: entry) }
        guard !recent.contains(where: { $0 === view.members }) else { return }
        recent = (recent + [view.members]).suffix(Self.rememberedLists)
        for member in view.members.members { record(member, by: view.observer, in: entry) }
    }

    private mutating func recordRemovals(from old: MemberList, to view: MembershipView, in entry: Entry) {
        // A process that has just started lists nobody; that removes nobody.
        guard !view.members.members.isEmpty, view.own != nil else { return }
        for member in old.members where view.members[member.node] == nil {
            change(member.node.address, uid: member.node.uid) { trail in
                trail.removed =
                    trail.removed
                    ?? entry.sighting(
                        view.observer, "\(view.observer.hostPort) no longer lists \(member.node.address.hostPort)")
            }
        }
    }

    private mutating func record(_ member: Member, by reporter: Address, in entry: Entry) {
        let address = member.node.address
        if let known = present[address], known.uid == member.node.uid {
            if known.up != nil, member.status == .up { return }
        } else if present[address]?.uid != nil, before[address]?.uid == member.node.uid {
            return
        }
        change(address, uid: member.node.uid) { trail in
            let text = "\(reporter.hostPort) lists \(address.hostPort) as \(member.status.name)"
            trail.appeared = trail.appeared ?? entry.sighting(reporter, text)
            switch member.status {
            case .up: trail.up = trail.up ?? entry.sighting(reporter, text)
            case .leaving, .exiting, .preparingForShutdown, .readyForShutdown:
                trail.left = trail.left ?? entry.sighting(reporter, text)
            case .down: trail.downed = trail.downed ?? entry.sighting(reporter, text)
            case .joining, .weaklyUp, .removed, .unknown: break
            }
        }
    }

    mutating func record(_ event: DomainEvent, by reporter: Address, in entry: Entry) {
        switch event {
        case .member(let member): record(member, by: reporter, in: entry)
        case .memberRemoved(let member, let status):
            change(member.node.address, uid: member.node.uid) { trail in
                let text = "\(reporter.hostPort): \(member.node.address.hostPort) removed, was \(status.name)"
                trail.removed = trail.removed ?? entry.sighting(reporter, text)
                if status == .exiting { trail.left = trail.left ?? entry.sighting(reporter, text) }
                if status == .down { trail.downed = trail.downed ?? entry.sighting(reporter, text) }
            }
        default: break
        }
    }

    mutating func record(_ line: LifecycleEvent, by observer: Address, in entry: Entry) {
        let sighting = entry.sighting(observer, line.evidence.text, stamp: line.at)
        switch line.kind {
        case .started:
            if let uid = line.uid {
                change(observer, uid: uid) { $0.started = sighting }
            } else if present[observer]?.up != nil
                || (present[observer]?.started).map({ entry.now - $0.at > .seconds(10) }) ?? false
            {
                archive(observer)
                change(observer, uid: nil) { $0.started = sighting }
            } else {
                change(observer, uid: nil) { $0.started = sighting }
            }
        case .exiting, .leftCluster: change(observer, uid: nil) { $0.left = $0.left ?? sighting }
        case .selfDowned: change(observer, uid: nil) { $0.downed = $0.downed ?? sighting }
        case .memberStatus(let status):
            guard let peer = line.peer else { return }
            switch status {
            case .leaving, .exiting: change(peer, uid: nil) { $0.left = $0.left ?? sighting }
            case .down: change(peer, uid: nil) { $0.downed = $0.downed ?? sighting }
            default: break
            }
        case .memberRemoved:
            guard let peer = line.peer else { return }
            change(peer, uid: nil) { $0.removed = $0.removed ?? sighting }
        default: break
        }
    }

    /// Changes the trail of an incarnation; one that replaces another begins a new trail.
    private mutating func change(_ address: Address, uid: Int64?, _ change: (inout MemberTrail) -> Void) {
        if let uid, let known = present[address]?.uid, known != uid {
            if before[address]?.uid == uid {
                if var old = before[address] { change(&old); before[address] = old }
                return
            }
            archive(address)
        }
        guard present[address] != nil || present.count < Self.maximumAddresses else { return }
        var trail = present[address] ?? MemberTrail()
        trail.uid = uid ?? trail.uid
        change(&trail)
        present[address] = trail
    }

    private mutating func archive(_ address: Address) {
        before[address] = present[address]
        present[address] = nil
    }
}
