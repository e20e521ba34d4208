// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The conditions of a query on labels, with regular expressions compiled once. They are POSIX's here, which for alternatives of quoted words
/// means what RE2 means.
final class SeriesFilter {
    private let matchers: [SeriesQuery.Matcher]
    private var expressions: [Int: regex_t] = [:]

    /// - Parameter matchers: The conditions, all of which must hold.
    /// - Throws: The first expression that is none.
    init(_ matchers: [SeriesQuery.Matcher]) throws(SeriesQuery.Failure) {
        self.matchers = matchers
        for (index, matcher) in matchers.enumerated() where matcher.kind == .like || matcher.kind == .unlike {
            var expression = regex_t()
            guard regcomp(&expression, "^(\(matcher.value))$", REG_EXTENDED | REG_NOSUB) == 0 else {
                throw SeriesQuery.Failure(message: "error parsing regexp: \(matcher.value)")
            }
            expressions[index] = expression
        }
    }

    deinit {
        for var expression in expressions.values { regfree(&expression) }
    }

    /// Whether a series is asked for.
    ///
    /// - Parameter labels: Of the series; one that is not there is empty.
    /// - Returns: Whether all conditions hold.
    func holds(_ labels: [(name: String, value: String)]) -> Bool {
        matchers.indices.allSatisfy { index in
            let matcher = matchers[index]
            let value = labels.first { $0.name == matcher.label }?.value ?? ""
            switch matcher.kind {
            case .equal: return value == matcher.value
            case .different: return value != matcher.value
            case .like: return isLike(index, value)
            case .unlike: return !isLike(index, value)
            }
        }
    }

    private func isLike(_ index: Int, _ value: String) -> Bool {
        guard var expression = expressions[index] else { return false }
        return regexec(&expression, value, 0, nil, 0) == 0
    }
}
