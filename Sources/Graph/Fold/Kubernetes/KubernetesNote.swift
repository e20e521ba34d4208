// SPDX-License-Identifier: Apache-2.0
import Model

/// Something that happened in Kubernetes, before it is known to which cluster's story it belongs.
struct KubernetesNote: Sendable {
    /// What it is about.
    enum Subject: Sendable {
        case pod(ObjectName)
        /// Another object, by the name of its kind.
        case object(kind: String, ObjectName)
        case lease(KubernetesLease)
    }

    var at: Timestamp
    var subject: Subject
    var change: MeshEvent.Change
    var text: String
    var severity: MeshEvent.Severity
    var source: SourceID

    init(
        at: Timestamp, _ subject: Subject, _ change: MeshEvent.Change, _ text: String,
        severity: MeshEvent.Severity = .notice, source: SourceID
    ) {
        self.at = at
        self.subject = subject
        self.change = change
        self.text = text
        self.severity = severity
        self.source = source
    }

    /// An event of a kubelet or a controller.
    init(_ event: KubernetesEvent, source: SourceID) {
        let count = event.count > 1 ? " (\(event.count) times)" : ""
        self.init(
            at: event.at, event.kind == "Pod" ? .pod(event.subject) : .object(kind: event.kind, event.subject),
            .pod(from: nil, to: event.reason), "\(event.subject.name) \(event.reason): \(event.text)\(count)",
            severity: event.isWarning ? .warning : .notice, source: source)
    }

    /// A lease has another holder.
    init(_ lease: KubernetesLease, before: String?, source: SourceID, at now: Timestamp) {
        let isDecision = lease.purpose == .splitBrain && lease.owner != nil
        let text =
            lease.owner.map { "lease \(lease.name.name) is held by \($0)" } ?? "lease \(lease.name.name) is free"
        self.init(
            at: now, .lease(lease), .lease(from: before, to: lease.owner),
            isDecision ? "\(text): its split brain resolver decides" : text,
            severity: isDecision ? .warning : .notice, source: source)
    }
}

/// What has become of a pod between two reports of it.
enum PodChanges {
    /// Words of STATUS that are the ordinary course of things.
    private static let ordinary: Set<String> = [
        "Running", "Completed", "Succeeded", "Pending", "ContainerCreating", "PodInitializing", "Terminating",
        "SchedulingGated",
    ]

    /// - Parameters:
    ///   - known: the pod as it was; `nil` if it was not known.
    ///   - pod: as it is.
    ///   - isFirst: whether it was there before we looked.
    ///   - source: what reports it.
    ///   - now: the time.
    /// - Returns: what has happened, in order.
    static func notes(
        from known: Pod?, to pod: Pod, isFirst: Bool, source: SourceID, at now: Timestamp
    ) -> [KubernetesNote] {
        let known = known?.uid == pod.uid ? known : nil
        var notes: [KubernetesNote] = []
        if let exit = pod.lastExit, exit != known?.lastExit { notes.append(note(exit, pod, source, at: now)) }
        guard let known else {
            if !isFirst {
                let place = pod.node.map { " on \($0)" } ?? ""
                notes.append(
                    KubernetesNote(
                        at: now, .pod(pod.name), .pod(from: nil, to: pod.statusWord),
                        "\(pod.name.name) was created\(place)", source: source))
            }
            return notes
        }
        if known.statusWord != pod.statusWord { notes.append(status(from: known, to: pod, source, at: now)) }
        if known.isReady != pod.isReady, !pod.isTerminating {
            notes.append(
                KubernetesNote(
                    at: now, .pod(pod.name),
                    .pod(from: known.isReady ? "Ready" : "NotReady", to: pod.isReady ? "Ready" : "NotReady"),
                    "\(pod.name.name) is \(pod.isReady ? "ready" : "no longer ready")",
                    severity: pod.isReady ? .notice : .warning, source: source))
        }
        return notes
    }

    /// The pod is gone.
    static func deletion(_ pod: Pod, source: SourceID, at now: Timestamp) -> KubernetesNote {
        KubernetesNote(
            at: now, .pod(pod.name), .pod(from: pod.statusWord, to: nil), "\(pod.name.name) is gone", source: source)
    }

    private static func note(
        _ exit: Pod.Exit, _ pod: Pod, _ source: SourceID, at now: Timestamp
    ) -> KubernetesNote {
        let reason = exit.reason ?? (exit.code == 0 ? "Completed" : "Error")
        let words = exit.message.map { ": \(SafeText.line(of: $0, maximum: 160))" } ?? ""
        let restarts = pod.restarts == 1 ? "1 restart" : "\(pod.restarts) restarts"
        return KubernetesNote(
            at: exit.at.map { min($0, now) } ?? now, .pod(pod.name), .pod(from: nil, to: reason),
            "\(pod.name.name) container \(exit.container) ended: \(reason) (\(exit.code)), \(restarts)\(words)",
            severity: exit.code == 0 ? .notice : .failure, source: source)
    }

    private static func status(from known: Pod, to pod: Pod, _ source: SourceID, at now: Timestamp) -> KubernetesNote {
        let (from, to) = (known.statusWord, pod.statusWord)
        let why = (pod.message ?? pod.condition("DisruptionTarget")?.message).map {
            ": \(SafeText.line(of: $0, maximum: 160))"
        }
        return KubernetesNote(
            at: now, .pod(pod.name), .pod(from: from, to: to), "\(pod.name.name) is \(to), was \(from)\(why ?? "")",
            severity: ordinary.contains(to) ? .notice : .warning, source: source)
    }
}
