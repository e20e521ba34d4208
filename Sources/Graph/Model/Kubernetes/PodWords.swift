// SPDX-License-Identifier: Apache-2.0
extension Pod {
    /// READY as kubectl prints it: how many lasting containers are ready, of how many (`printers.go`, `printPod`).
    package var readyWord: String {
        let lasting = lastingContainers
        return "\(lasting.count { $0.isReady })/\(lasting.count)"
    }

    /// STATUS as kubectl prints it (`printers.go`, `printPod`): the first trouble of an init container, then of a container, else the phase.
    package var statusWord: String {
        var word = reason ?? phase.name
        if condition("PodScheduled")?.reason == "SchedulingGated" { word = "SchedulingGated" }
        let initial = initialWord
        if let initial { word = initial }
        if initial == nil || condition("Initialized")?.holds == true {
            word = containersWord(else: word)
        }
        guard isTerminating else { return word }
        if reason == "NodeLost" { return "Unknown" }
        return phase.isOver ? word : "Terminating"
    }

    /// What the first init container that is not done says; `nil` if all are.
    private var initialWord: String? {
        for (place, container) in initContainers.enumerated() {
            switch container.state {
            case .terminated(let exit, _) where exit.code == 0: continue
            case .running where container.isSidecar && container.hasStarted: continue
            case .terminated(let exit, let signal): return "Init:\(Self.word(of: exit, signal))"
            case .waiting(let reason?, _) where !reason.isEmpty && reason != "PodInitializing": return "Init:\(reason)"
            case .waiting, .running, .unknown: return "Init:\(place)/\(initContainers.count)"
            }
        }
        return nil
    }

    private func containersWord(else start: String) -> String {
        var word = start
        var hasRunning = false
        for container in containers.reversed() {
            switch container.state {
            case .waiting(let reason?, _): word = reason
            case .terminated(let exit, let signal): word = Self.word(of: exit, signal)
            case .running where container.isReady: hasRunning = true
            case .waiting, .running, .unknown: break
            }
        }
        guard word == "Completed", hasRunning else { return word }
        return isReady ? "Running" : "NotReady"
    }

    private static func word(of exit: Exit, _ signal: Int?) -> String {
        if let reason = exit.reason { return reason }
        if let signal, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(exit.code)"
    }
}
