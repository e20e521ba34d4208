// SPDX-License-Identifier: Apache-2.0
package import Model

/// An option that may be meant for one kind of source: `prometheus=/run/token`, or `/run/token` for all.
package struct ScopedText: Hashable, Sendable {
    /// The words for kinds in front of the equals sign.
    static let words: [(word: String, kind: SourceKind)] = [
        ("management", .management), ("prometheus", .prometheus), ("events", .log), ("probe", .probe),
    ]

    /// The kind of source; `nil`: all that are named on the command line.
    package let kind: SourceKind?
    /// What is given for it.
    package let text: String

    /// - Parameter text: as typed. An equals sign behind anything but a kind of source belongs to the text.
    /// - Throws: ``OptionError`` if nothing stands behind the kind.
    package init(_ text: String) throws(OptionError) {
        let found = Self.words.first { text.hasPrefix($0.word + "=") }
        kind = found?.kind
        self.text = found.map { String(text.dropFirst($0.word.count + 1)) } ?? text
        guard !self.text.isEmpty else { throw OptionError("the value is empty") }
    }
}

/// How the sources that the user names are reached, and who we are to them; the words are those of Prometheus' `http_config`.
package struct AccessOptions: Hashable, Sendable {
    /// Files of authorities (PEM), in place of the system's.
    package var authorities: [ScopedText]
    /// Files of client certificates (PEM).
    package var certificates: [ScopedText]
    /// Files of their private keys (PEM).
    package var keys: [ScopedText]
    /// Files that hold a bearer token.
    package var tokens: [ScopedText]
    /// Names that servers' certificates must have in place of the URL's host.
    package var serverNames: [ScopedText]
    /// URLs of proxies.
    package var proxies: [ScopedText]

    /// Every property as given.
    package init(
        authorities: [ScopedText] = [], certificates: [ScopedText] = [], keys: [ScopedText] = [],
        tokens: [ScopedText] = [], serverNames: [ScopedText] = [], proxies: [ScopedText] = []
    ) {
        self.authorities = authorities
        self.certificates = certificates
        self.keys = keys
        self.tokens = tokens
        self.serverNames = serverNames
        self.proxies = proxies
    }

    /// Whether nothing is given.
    var isEmpty: Bool { self == AccessOptions() }

    /// What is given for a kind of source: what names it stands before what is meant for all, and the last one counts.
    static func text(of options: [ScopedText], for kind: SourceKind) -> String? {
        (options.last { $0.kind == kind } ?? options.last { $0.kind == nil })?.text
    }
}
