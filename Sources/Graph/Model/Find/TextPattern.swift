// SPDX-License-Identifier: Apache-2.0
/// A regular expression over scalars, without regard to case: literals, `.`, classes, `* + ?`, groups, `|`, `^`, `$`, and `\d \w \s` with
/// their opposites. All its states run side by side, so that no expression takes more than its length times that of the text.
package struct TextPattern: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case one(Unicode.Scalar)
        case any
        case set(CharacterSet)
        case start
        case end
        case split(Int, Int)
        case jump(Int)
        case found
    }

    struct CharacterSet: Hashable, Sendable {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isNegated
        }
    }

    /// Why a text is no pattern.
    struct Fault: Error, Hashable {
        /// Counted in scalars from the beginning of the pattern.
        var offset: Int
        var reason: String
    }

    private var steps: [Step] = []

    /// - Parameter text: as typed.
    /// - Throws: ``Fault`` at the first place that cannot be read.
    init(_ text: String) throws(Fault) {
        var parser = Parser(text)
        steps = try parser.whole().steps(at: 0) + [.found]
    }

    /// Whether the pattern is found anywhere in a text.
    package func isFound(in text: String) -> Bool {
        let scalars = Array(text.lowercased().unicodeScalars)
        var threads = Threads(count: steps.count)
        for place in 0...scalars.count {
            add(0, to: &threads, at: place, of: scalars.count)
            if threads.isFound { return true }
            guard place < scalars.count else { return false }
            let present = threads.places
            threads.clear()
            for step in present where matches(steps[step], scalars[place]) {
                add(step + 1, to: &threads, at: place + 1, of: scalars.count)
            }
            if threads.isFound { return true }
        }
        return false
    }

    private struct Threads {
        var places: [Int] = []
        var isFound = false
        private var isListed: [Bool]

        init(count: Int) { isListed = Array(repeating: false, count: count) }

        /// - Returns: whether it was not there yet.
        mutating func list(_ place: Int) -> Bool {
            guard !isListed[place] else { return false }
            isListed[place] = true
            return true
        }

        mutating func clear() {
            places = []
            for place in isListed.indices { isListed[place] = false }
        }
    }

    private func matches(_ step: Step, _ scalar: Unicode.Scalar) -> Bool {
        switch step {
        case .one(let wanted): wanted == scalar
        case .any: true
        case .set(let set): set.contains(scalar)
        case .start, .end, .split, .jump, .found: false
        }
    }

    private func add(_ first: Int, to threads: inout Threads, at place: Int, of count: Int) {
        var waiting = [first]
        while let step = waiting.popLast() {
            guard threads.list(step) else { continue }
            switch steps[step] {
            case .one, .any, .set: threads.places.append(step)
            case .start: if place == 0 { waiting.append(step + 1) }
            case .end: if place == count { waiting.append(step + 1) }
            case .split(let one, let other): waiting += [other, one]
            case .jump(let next): waiting.append(next)
            case .found: threads.isFound = true
            }
        }
    }
}

// MARK: - Parsing

extension TextPattern {
    private indirect enum Tree {
        case empty
        case step(Step)
        case sequence([Tree])
        case either(Tree, Tree)
        case optional(Tree)
        case star(Tree)
        case plus(Tree)

        func steps(at start: Int) -> [Step] {
            switch self {
            case .empty: return []
            case .step(let step): return [step]
            case .sequence(let parts):
                return parts.reduce(into: []) { $0 += $1.steps(at: start + $0.count) }
            case .either(let one, let other):
                let first = one.steps(at: start + 1)
                let second = other.steps(at: start + first.count + 2)
                let end = start + first.count + second.count + 2
                return [.split(start + 1, start + first.count + 2)] + first + [.jump(end)] + second
            case .optional(let tree):
                let body = tree.steps(at: start + 1)
                return [.split(start + 1, start + body.count + 1)] + body
            case .star(let tree):
                let body = tree.steps(at: start + 1)
                return [.split(start + 1, start + body.count + 2)] + body + [.jump(start)]
            case .plus(let tree):
                let body = tree.steps(at: start)
                return body + [.split(start, start + body.count + 1)]
            }
        }
    }

    private struct Parser {
        /// Maximum length of a pattern in scalars.
        static let longest = 200
        /// Maximum nesting depth of groups.
        static let deepest = 20

        private let scalars: [Unicode.Scalar]
        private var place = 0
        private var depth = 0

        init(_ text: String) { scalars = Array(text.unicodeScalars) }

        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        private func fault(_ reason: String) -> Fault { Fault(offset: place, reason: reason) }

        mutating func whole() throws(Fault) -> Tree {
            guard scalars.count <= Self.longest else {
                throw Fault(offset: Self.longest, reason: "a pattern has at most \(Self.longest) characters")
            }
            let tree = try either()
            if next != nil { throw fault("')' without '('") }
            return tree
        }

        private mutating func either() throws(Fault) -> Tree {
            var tree = try sequence()
            while next == "|" {
                place += 1
                tree = .either(tree, try sequence())
            }
            return tree
        }

        private mutating func sequence() throws(Fault) -> Tree {
            var parts: [Tree] = []
            while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated(try atom())) }
            return parts.isEmpty ? .empty : .sequence(parts)
        }

        private mutating func repeated(_ atom: Tree) throws(Fault) -> Tree {
            guard let scalar = next, "*+?".unicodeScalars.contains(scalar) else { return atom }
            place += 1
            if let second = next, "*+?".unicodeScalars.contains(second) {
                throw fault("'\(second)' has nothing to repeat")
            }
            switch scalar {
            case "*": return .star(atom)
            case "+": return .plus(atom)
            default: return .optional(atom)
            }
        }

        private mutating func atom() throws(Fault) -> Tree {
            guard let scalar = next else { return .empty }
            if "*+?".unicodeScalars.contains(scalar) { throw fault("'\(scalar)' has nothing to repeat") }
            place += 1
            switch scalar {
            case ".": return .step(.any)
            case "^": return .step(.start)
            case "$": return .step(.end)
            case "(": return try group()
            case "[": return .step(.set(try set()))
            case "\\": return .step(try escaped())
            default: return .step(.one(Self.lower(scalar)))
            }
        }

        private mutating func group() throws(Fault) -> Tree {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.deepest else { throw fault("more than \(Self.deepest) groups in each other") }
            let tree = try either()
            guard next == ")" else { throw fault("')' is missing") }
            place += 1
            return tree
        }

        private mutating func escaped() throws(Fault) -> Step {
            guard let scalar = next else { throw fault("'\\' at the end") }
            place += 1
            return Self.named(scalar).map { .set($0) } ?? .one(Self.lower(scalar))
        }

        private mutating func set() throws(Fault) -> CharacterSet {
            var set = CharacterSet()
            if next == "^" {
                set.isNegated = true
                place += 1
            }
            var isFirst = true
            while let scalar = next, scalar != "]" || isFirst {
                isFirst = false
                place += 1
                if scalar == "\\", let named = next.flatMap(Self.named), !named.isNegated {
                    place += 1
                    set.ranges += named.ranges
                    continue
                }
                let low = scalar == "\\" ? try plain() : scalar
                guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                    set.ranges.append(Self.lower(low).value...Self.lower(low).value)
                    continue
                }
                place += 1
                let high = try plain()
                guard Self.lower(low) <= Self.lower(high) else { throw fault("the range is turned around") }
                set.ranges.append(Self.lower(low).value...Self.lower(high).value)
            }
            guard next == "]" else { throw fault("']' is missing") }
            place += 1
            return set
        }

        private mutating func plain() throws(Fault) -> Unicode.Scalar {
            guard let scalar = next else { throw fault("']' is missing") }
            place += 1
            return scalar
        }

        private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? scalar : scalar
        }

        private static func named(_ letter: Unicode.Scalar) -> CharacterSet? {
            let digits: [ClosedRange<UInt32>] = [48...57]
            let words = digits + [95...95, 97...122]
            let spaces: [ClosedRange<UInt32>] = [9...13, 32...32]
            return switch letter {
            case "d": CharacterSet(ranges: digits)
            case "D": CharacterSet(ranges: digits, isNegated: true)
            case "w": CharacterSet(ranges: words)
            case "W": CharacterSet(ranges: words, isNegated: true)
            case "s": CharacterSet(ranges: spaces)
            case "S": CharacterSet(ranges: spaces, isNegated: true)
            default: nil
            }
        }
    }
}
