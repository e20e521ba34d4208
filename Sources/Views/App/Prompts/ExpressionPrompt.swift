import Model
import Traffic

/// The line in which an expression is typed.
struct ExpressionPrompt: Equatable, Sendable {
    enum Purpose: Equatable, Sendable {
        /// Marks what is found, on the graph.
        case find
        /// Lists nothing else, in the tables.
        case only
        case hide

        var title: String {
            switch self {
            case .find: "Find "
            case .only: "Only "
            case .hide: "Hide "
            }
        }
    }

    /// Going through candidates with Tab.
    struct Cycle: Equatable, Sendable {
        var kept: String
        var candidates: [String]
        var place: Int
    }

    let purpose: Purpose
    var text = ""
    /// Which of the ready-made expressions stands there.
    var preset: Int?
    var cycle: Cycle?
    /// Whether it was meant to be whole and is not.
    var isRefused = false
    /// What was found before the first key; escape brings it back.
    let before: FindExpression??

    /// What is typed, read; `nil` for nothing.
    func expression() throws(FindError) -> FindExpression? {
        text.allSatisfy { $0 == " " } ? nil : try FindExpression(typed: text)
    }

    /// Where it cannot be read on; `nil` if it can, or nothing is typed.
    var error: FindError? {
        do throws(FindError) {
            _ = try expression()
            return nil
        } catch {
            return error
        }
    }

    /// The mistake to tell of; while one types, that it is not at its end, or a word at its end, is none.
    func mistake(_ completion: FindCompletion?) -> FindError? {
        guard let error, !isRefused else { return error }
        let begun = completion.map { $0.candidates.isEmpty ? .max : $0.kept.unicodeScalars.count } ?? .max
        return error.offset >= min(begun, text.unicodeScalars.count) ? nil : error
    }

    // MARK: - Typing

    mutating func type(_ scalar: Unicode.Scalar) {
        guard text.unicodeScalars.count < 400 else { return }
        set(text + String(scalar))
    }

    mutating func set(_ text: String) {
        self.text = text
        (preset, cycle, isRefused) = (nil, nil, false)
    }

    mutating func offer(_ offset: Int, of presets: [String]) {
        guard !presets.isEmpty else { return }
        let next = preset.map { ($0 + offset + presets.count) % presets.count } ?? (offset > 0 ? 0 : presets.count - 1)
        set(presets[next])
        preset = next
    }

    /// Completes what is begun as far as it is certain; then, from one press to the next, offers one candidate after the other.
    mutating func complete(_ completion: FindCompletion, by offset: Int) {
        if var cycle {
            cycle.place = (cycle.place + offset + cycle.candidates.count) % cycle.candidates.count
            text = cycle.kept + cycle.candidates[cycle.place]
            self.cycle = cycle
            return
        }
        let candidates = completion.candidates
        guard let first = candidates.first else { return }
        if candidates.count == 1 {
            // Behind `from.` a word follows at once.
            set(completion.kept + first + (first.hasSuffix(".") ? "" : " "))
        } else if completion.common.count > completion.begun.count {
            set(completion.kept + completion.common)
        } else {
            let place = offset > 0 ? 0 : candidates.count - 1
            set(completion.kept + candidates[place])
            cycle = Cycle(kept: completion.kept, candidates: candidates, place: place)
        }
    }

    // MARK: - Ready-made ones

    /// Expressions worth having: Kiali's own (`config/config.go`, find and hide options), then some made of what is there.
    static func presets(_ purpose: Purpose, _ graph: ServiceGraph?) -> [String] {
        let namespaces = Set(graph?.nodes.compactMap(\.namespace) ?? []).filter { !$0.isEmpty && $0 != "unknown" }
        let protocols = Set(graph?.edges.map(\.protocol.name) ?? []).sorted()
        let members = graph?.nodes.contains { !$0.members.isEmpty } ?? false
        let times = graph?.edges.contains { $0.responseTime != nil } ?? false
        let general: [String]
        switch purpose {
        case .find, .only:
            // Without times that one finds nothing, so it does not come first.
            let found = ["!healthy", "name = unknown", "rank <= 2"]
            general = times ? ["rt > 1000"] + found : found + ["rt > 1000"]
        case .hide: general = ["healthy", "name = unknown", "rank > 2"]
        }
        return general + (members ? ["members > 0"] : []) + namespaces.sorted().prefix(20).map { "ns = \($0)" }
            + (protocols.count > 1 ? protocols.map { "protocol = \($0)" } : [])
    }
}
