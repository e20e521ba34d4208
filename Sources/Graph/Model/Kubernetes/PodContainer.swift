// SPDX-License-Identifier: Apache-2.0
/// A container of a pod with what the kubelet says of it.
package struct PodContainer: Hashable, Sendable {
    /// Names of containers that are proxies of a mesh.
    package static let proxies: Set<String> = ["istio-proxy", "linkerd-proxy", "envoy-sidecar"]

    /// What it does.
    package enum State: Hashable, Sendable {
        /// The kubelet has not said.
        case unknown
        /// It waits to be started, for a reason in one word and in words.
        case waiting(reason: String?, message: String?)
        case running(since: Timestamp?)
        case terminated(Pod.Exit, signal: Int?)
    }

    /// A port that it declares.
    package struct Port: Hashable, Sendable {
        /// Its name.
        package let name: String?
        /// 1 to 65535.
        package let number: Int
    }

    /// A check of the kubelet.
    package struct Probe: Hashable, Sendable {
        /// The path that is asked.
        package let path: String?
        /// The port by number or name.
        package let port: String?
    }

    /// Its name.
    package let name: String
    /// Whether it is an init container that goes on.
    package let isSidecar: Bool
    /// The ports that it declares.
    package let ports: [Port]
    /// Its check of readiness.
    package let readiness: Probe?
    /// The memory it may use, as written: `512Mi`.
    package let memoryLimit: String?
    /// How many contact points must be found before a cluster is formed, as the environment says.
    package let requiredContactPoints: Int?
    /// Names the running instance.
    package let id: String?
    /// Whether it is ready.
    package let isReady: Bool
    /// Whether its start-up check has passed; `nil` if it was not said.
    package let hasStarted: Bool
    /// How often it was started again.
    package let restarts: Int
    /// What it does.
    package let state: State
    /// How the instance before ended.
    package let lastExit: Pod.Exit?

    private init(_ name: String, _ spec: ObjectValue, _ status: ObjectValue) {
        self.name = name
        isSidecar = spec["restartPolicy"].text == "Always"
        ports = spec["ports"].items.compactMap { port in
            port["containerPort"].count.map { Port(name: port["name"].text, number: $0) }
        }
        let check = spec["readinessProbe"]["httpGet"]
        readiness =
            check.isNull
            ? nil : Probe(path: check["path"].text, port: check["port"].text ?? check["port"].integer.map { "\($0)" })
        memoryLimit = spec["resources"]["limits"]["memory"].text
        requiredContactPoints =
            spec["env"].items.lazy
            .filter { $0["name"].text?.uppercased().contains("CONTACT_POINT") ?? false }
            .compactMap { $0["value"].count }.first
        id = status["containerID"].text
        isReady = status["ready"].isTrue
        hasStarted = status["started"].isTrue
        restarts = status["restartCount"].count ?? 0
        state = State(status["state"], container: name)
        let last = status["lastState"]["terminated"]
        lastExit = last.isNull ? nil : Pod.Exit(last, container: name)
    }

    /// The containers of a specification with their statuses, which stand in no order.
    static func all(_ specs: ObjectValue, _ statuses: ObjectValue) -> [PodContainer] {
        specs.items.compactMap { spec in
            guard let name = spec["name"].text else { return nil }
            return PodContainer(name, spec, statuses.items.first { $0["name"].text == name } ?? .null)
        }
    }

    /// Whether it runs.
    package var isRunning: Bool { if case .running = state { true } else { false } }

    /// Why it waits, in one word.
    package var waitingReason: String? { if case .waiting(let reason, _) = state { reason } else { nil } }

    /// How it ended, if it has.
    package var exit: Pod.Exit? { if case .terminated(let exit, _) = state { exit } else { nil } }
}

extension PodContainer.State {
    fileprivate init(_ state: ObjectValue, container: String) {
        if !state["running"].isNull {
            self = .running(since: state["running"]["startedAt"].time)
        } else if !state["terminated"].isNull {
            let ended = state["terminated"]
            self = .terminated(Pod.Exit(ended, container: container), signal: ended["signal"].count)
        } else if !state["waiting"].isNull {
            self = .waiting(reason: state["waiting"]["reason"].text, message: state["waiting"]["message"].text)
        } else {
            self = .unknown
        }
    }
}

extension Pod.Exit {
    fileprivate init(_ object: ObjectValue, container: String) {
        self.init(
            reason: object["reason"].text, code: object["exitCode"].count ?? 0, at: object["finishedAt"].time,
            container: container, containerID: object["containerID"].text, message: object["message"].text)
    }
}
