// SPDX-License-Identifier: Apache-2.0
/// A query of the kinds that the simulated Prometheus answers: `sum by (…) (rate(selector[window])) > 0`, `max by (…) (selector)`, and parts
/// of these.
struct SeriesQuery: Hashable, Sendable {
    struct Matcher: Hashable, Sendable {
        enum Kind: String, Sendable {
            case equal = "="
            case different = "!="
            case like = "=~"
            case unlike = "!~"
        }

        var label: String
        var kind: Kind
        var value: String
    }

    struct Failure: Error, Equatable {
        var message: String
    }

    enum Aggregation: String, Sendable {
        case sum
        case max
        case count
        case group
    }

    var metric: String?
    var matchers: [Matcher] = []
    /// The window of `rate`, in seconds; `nil`: the present values are asked for.
    var window: Double?
    var aggregation: Aggregation?
    /// Labels to group by.
    var grouping: [String] = []
    /// Whether only what is above zero is asked for.
    var isPositive = false

    /// - Parameter text: A query.
    /// - Throws: What is not understood, and where.
    init(parsing text: String) throws(Failure) {
        var scanner = QueryScanner(text)
        try expression(&scanner)
        if scanner.takes(">") {
            guard scanner.word() == "0" else { throw scanner.failure("0") }
            isPositive = true
        }
        guard scanner.isAtEnd else { throw scanner.failure("the end") }
    }

    private mutating func expression(_ scanner: inout QueryScanner) throws(Failure) {
        guard scanner.takes("(") else { return try term(&scanner) }
        try expression(&scanner)
        try scanner.expect(")")
    }

    private mutating func term(_ scanner: inout QueryScanner) throws(Failure) {
        let name = scanner.word()
        if let known = Aggregation(rawValue: name) {
            guard aggregation == nil else { throw scanner.failure("one aggregation") }
            aggregation = known
            try groupingIfAny(&scanner)
            try scanner.expect("(")
            try expression(&scanner)
            try scanner.expect(")")
            return try groupingIfAny(&scanner)
        }
        guard name == "rate" || name == "increase", scanner.takes("(") else { return try selector(name, &scanner) }
        guard name == "rate" else { throw scanner.failure("rate") }
        try selector(scanner.word(), &scanner)
        try scanner.expect("[")
        window = try Self.seconds(scanner.word(), scanner)
        try scanner.expect("]")
        try scanner.expect(")")
    }

    private mutating func groupingIfAny(_ scanner: inout QueryScanner) throws(Failure) {
        guard scanner.takes(word: "by") else { return }
        try scanner.expect("(")
        while !scanner.takes(")") {
            grouping.append(scanner.word())
            if grouping.last == "" { throw scanner.failure("a label") }
            _ = scanner.takes(",")
        }
    }

    private mutating func selector(_ name: String, _ scanner: inout QueryScanner) throws(Failure) {
        metric = name.isEmpty ? nil : name
        if scanner.takes("{") {
            while !scanner.takes("}") {
                matchers.append(try matcher(&scanner))
                _ = scanner.takes(",")
            }
        }
        if let index = matchers.firstIndex(where: { $0.label == "__name__" && $0.kind == .equal }) {
            metric = matchers.remove(at: index).value
        }
        if metric == nil && matchers.isEmpty { throw scanner.failure("the name of a metric") }
    }

    private func matcher(_ scanner: inout QueryScanner) throws(Failure) -> Matcher {
        let label = scanner.word()
        for kind in [Matcher.Kind.like, .unlike, .different, .equal] where scanner.takes(kind.rawValue) {
            return Matcher(label: label, kind: kind, value: try scanner.string())
        }
        throw scanner.failure("=, !=, =~ or !~")
    }

    /// `60s`, `1h30m`, `500ms`.
    private static func seconds(_ text: String, _ scanner: QueryScanner) throws(Failure) -> Double {
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000]
        var (total, digits, unit) = (0.0, "", "")
        for character in text + "0" {
            if character.isNumber, !unit.isEmpty {
                guard let factor = units[unit], let number = Double(digits) else { throw scanner.failure("a duration") }
                total += number * factor
                (digits, unit) = ("", "")
            }
            if character.isNumber { digits.append(character) } else { unit.append(character) }
        }
        guard total > 0, total < 1e9 else { throw scanner.failure("a duration") }
        return total
    }
}
