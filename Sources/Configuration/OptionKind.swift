import Collectors
import Model

/// A value that an option has been given.
package enum OptionValue: Hashable, Sendable {
    case on(Bool)
    case duration(Duration)
    case integer(Int)
    case number(Double)
    case time(TimeValue)
    case text(String)
    /// What a repeatable option holds, in the order given.
    case list([String])
}

/// What values an option takes.
package enum OptionKind: Hashable, Sendable {
    /// A switch: `--name` and `--no-name`.
    case toggle
    case duration(ClosedRange<Duration>)
    case integer(ClosedRange<Int>)
    /// A positive number, decimals allowed.
    case factor
    case time
    case choice([String])
    /// Several of the words, joined by commas.
    case choices([String])
    case path
    case url
    /// Addresses of management endpoints.
    case management
    /// Which metrics tell what.
    case metric
    /// A health endpoint of an application.
    case probe
    /// What `--events` reads.
    case events
    /// A name of a time zone.
    case zone
    /// Whose lines those of a pod or file are.
    case observer
    /// A node of the service graph.
    case focus
    /// Which workload members belong to.
    case memberWorkload
    /// What is meant in the service graph.
    case expression
    case text

    /// Reads one value.
    ///
    /// - Parameter text: the value as typed.
    /// - Returns: the value; a member of a list comes as ``OptionValue/text(_:)``.
    /// - Throws: ``OptionError`` that says what would have been right.
    func value(of text: String) throws(OptionError) -> OptionValue {
        switch self {
        case .toggle: .on(try Self.toggle(text))
        case .duration(let range): .duration(try Self.duration(text, in: range))
        case .integer(let range): .integer(try Self.integer(text, in: range))
        case .factor: .number(try Self.factor(text))
        case .time: .time(try Self.time(text))
        case .choice(let words): .text(try Self.word(text, of: words))
        case .choices(let words): .list(try Self.words(text, of: words))
        case .path, .text: .text(try Self.nonEmpty(text))
        case .url: .text(try Self.url(text))
        case .management: .text(try Self.management(text))
        case .metric: .text(try Self.metric(text))
        case .probe: .text(try Self.probe(text))
        case .events: .text(try Self.events(text))
        case .zone: .text(try Self.zone(text))
        case .observer: .text(try Self.observer(text))
        case .focus: .text(try Self.focus(text))
        case .memberWorkload: .text(try Self.memberWorkload(text))
        case .expression: .text(try Self.expression(text))
        }
    }

    private static func toggle(_ text: String) throws(OptionError) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw OptionError("'\(text)' is not one of true, false, yes, no, on, off, 1, 0")
        }
    }

    private static func duration(_ text: String, in range: ClosedRange<Duration>) throws(OptionError) -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw OptionError("'\(text)' is no duration: write a number of seconds, or a number with ms, s, m, h or d")
        }
        guard range.contains(duration) else {
            let (low, high) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
            throw OptionError("'\(text)' is not between \(low) and \(high)")
        }
        return duration
    }

    private static func integer(_ text: String, in range: ClosedRange<Int>) throws(OptionError) -> Int {
        guard let integer = Int(text) else { throw OptionError("'\(text)' is no whole number") }
        guard range.contains(integer) else {
            if range.upperBound == .max { throw OptionError("\(integer) is less than \(range.lowerBound)") }
            throw OptionError("\(integer) is not between \(range.lowerBound) and \(range.upperBound)")
        }
        return integer
    }

    private static func factor(_ text: String) throws(OptionError) -> Double {
        let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let number = Double(text), number >= 0.01, number <= 10_000 else {
            throw OptionError("'\(text)' is no number between 0.01 and 10000")
        }
        return number
    }

    private static func time(_ text: String) throws(OptionError) -> TimeValue {
        guard let time = TimeText.value(text) else {
            throw OptionError("'\(text)' is no time: write 2026-11-21T14:03:22Z, or 14:03[:22] for today")
        }
        return time
    }

    private static func word(_ text: String, of words: [String]) throws(OptionError) -> String {
        if words.contains(text) { return text }
        let nearest = Suggestion.nearest(to: text, among: words)
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        throw OptionError("'\(text)' is not one of \(words.joined(separator: ", "))\(hint)")
    }

    private static func words(_ text: String, of words: [String]) throws(OptionError) -> [String] {
        var result: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            result.append(try word(String(part), of: words))
        }
        return result
    }

    private static func nonEmpty(_ text: String) throws(OptionError) -> String {
        guard !text.isEmpty else { throw OptionError("the value is empty") }
        guard !text.utf8.contains(0) else { throw OptionError("the value holds a zero byte") }
        return text
    }

    private static func url(_ text: String) throws(OptionError) -> String {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw OptionError("'\(Secrets.masked(text))' is no URL: it begins with neither http:// nor https://")
        }
        _ = try ManagementAddress(text)
        return text
    }

    private static func metric(_ text: String) throws(OptionError) -> String {
        _ = try MetricRule(parsing: text)
        return text
    }

    private static func probe(_ text: String) throws(OptionError) -> String {
        _ = try ProbeTarget(text)
        return text
    }

    private static func events(_ text: String) throws(OptionError) -> String {
        _ = try nonEmpty(text)
        do throws(LogTargetError) { _ = try LogTarget(text) } catch { throw OptionError(error.message) }
        return text
    }

    private static func zone(_ text: String) throws(OptionError) -> String {
        guard LogZone(text) != nil else {
            throw OptionError("'\(text)' is no time zone: write UTC, local, +01:00, or a name such as Europe/Berlin")
        }
        return text
    }

    private static func observer(_ text: String) throws(OptionError) -> String {
        guard ObserverRule(text) != nil else {
            throw OptionError("'\(text)' is not PATTERN=HOST:PORT, such as shop-0*=10.0.0.7:25520")
        }
        return text
    }

    private static func focus(_ text: String) throws(OptionError) -> String {
        guard GraphFocus(text) == nil else { return text }
        let kinds = GraphFocus.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw OptionError("'\(text)' is not TYPE:NAMESPACE/NAME, such as app:shop/checkout; TYPE is one of \(kinds)")
    }

    private static func memberWorkload(_ text: String) throws(OptionError) -> String {
        guard MemberRule(text) == nil else { return text }
        throw OptionError(
            "'\(text)' is neither role:ROLE=NAMESPACE/NAME nor HOST=NAMESPACE/NAME, such as checkout-*=shop/checkout")
    }

    private static func expression(_ text: String) throws(OptionError) -> String {
        do throws(FindError) {
            return try FindExpression(text).text
        } catch {
            throw OptionError("'\(text)': \(error.message)")
        }
    }

    private static func management(_ text: String) throws(OptionError) -> String {
        _ = try ManagementAddress(text)
        return text
    }
}
