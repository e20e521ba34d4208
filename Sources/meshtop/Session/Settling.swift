import Graph

/// Follows which sources have given their first answer, good or bad: one-shot commands print when all have.
struct Settling {
    /// What one source still owes.
    private struct Debt {
        var needsAnswer = true
        var needsReadiness: Bool
        var needsLiveness: Bool

        var isPaid: Bool { !needsAnswer && !needsReadiness && !needsLiveness }
    }

    private let wantsProbes: Bool
    private var debts: [SourceID: Debt] = [:]
    private var isAnySourceKnown = false
    /// Whether any source ever delivered.
    private(set) var hasAnswer = false

    /// - Parameter wantsProbes: whether `/ready` and `/alive` belong to the first answer of a management source.
    init(wantsProbes: Bool) { self.wantsProbes = wantsProbes }

    /// Whether every source known by now has answered or failed.
    var isSettled: Bool { isAnySourceKnown && debts.isEmpty }

    mutating func take(_ observation: Observation) {
        guard let source = observation.source else { return }
        switch observation.payload {
        case .sourceAdded:
            isAnySourceKnown = true
            let probes = wantsProbes && source.kind == .management
            debts[source] = Debt(needsReadiness: probes, needsLiveness: probes)
        case .sourceRemoved, .failed: debts[source] = nil
        case .membership, .membershipUnchanged, .streamReplayed: pay(source) { $0.needsAnswer = false }
        case .readiness: pay(source) { $0.needsReadiness = false }
        case .liveness: pay(source) { $0.needsLiveness = false }
        case .streamOpened, .streamEvent, .streamHeartbeat: hasAnswer = true
        case .started, .tick, .refresh, .ended: break
        }
    }

    private mutating func pay(_ source: SourceID, _ change: (inout Debt) -> Void) {
        hasAnswer = true
        guard var debt = debts[source] else { return }
        change(&debt)
        debts[source] = debt.isPaid ? nil : debt
    }
}
