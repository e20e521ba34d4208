// SPDX-License-Identifier: Apache-2.0
internal import Model

/// An application's health endpoint as given with `--probe [SUBJECT=]URL`.
///
/// SUBJECT is a workload, `shop/checkout`, or a member's `HOST[:PORT]`; without one it is the member at the URL's host. `{host}` in place of
/// the host asks every member that is found at its own host, with `role:ROLE=` those of a role.
package struct ProbeTarget: Hashable, Sendable {
    /// Whom it is about.
    enum Subject: Hashable, Sendable {
        case one(ProbeSubject)
        /// Each member, or those of a role.
        case everyMember(role: String?)
    }

    /// The paths that are tried when a URL has none; those that the server does not know are let go.
    static let commonPaths = ["/healthz", "/readyz", "/health"]
    private static let placeholder = "{host}"
    /// Stands for the placeholder while a URL is checked.
    private static let stand = "0.0.0.0"

    let subject: Subject
    /// Without a path; its host is not to be used if it is about every member.
    let endpoint: Endpoint
    let paths: [String]
    /// Whether the paths are guesses, of which some may not be there.
    let isGuess: Bool

    /// Whether its endpoints follow from the members that other sources list.
    package var needsMembers: Bool { if case .everyMember = subject { true } else { false } }

    /// Reads a target.
    ///
    /// - Parameter text: as typed.
    /// - Throws: ``OptionError`` that says what is wrong with it.
    package init(_ text: String) throws(OptionError) {
        let (name, url) = Self.split(text)
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw OptionError("'\(Secrets.masked(text))' has no URL: it begins with neither http:// nor https://")
        }
        let isOfAll = url.contains(Self.placeholder)
        let address = try ManagementAddress(url.replacing(Self.placeholder, with: Self.stand, maxReplacements: 1))
        guard !isOfAll || address.host == Self.stand else {
            throw OptionError("'\(Self.placeholder)' stands for the host alone, as in http://{host}:8080/readyz")
        }
        subject = try Self.subject(name, isOfAll: isOfAll, host: address.host)
        endpoint = Endpoint(
            scheme: address.scheme, host: address.host, port: address.port ?? (address.scheme == "https" ? 443 : 80),
            userInfo: address.userInfo, access: .given(.probe))
        isGuess = address.path.isEmpty
        paths = isGuess ? Self.commonPaths : [address.path]
    }

    /// A name ends at the first `=`, unless that belongs to a URL.
    private static func split(_ text: String) -> (name: Substring?, url: String) {
        guard let equals = text.firstIndex(of: "="), !text[..<equals].contains("://") else { return (nil, text) }
        return (text[..<equals], String(text[text.index(after: equals)...]))
    }

    private static func subject(_ name: Substring?, isOfAll: Bool, host: String) throws(OptionError) -> Subject {
        let role = "role:"
        switch (name, isOfAll) {
        case (nil, true): return .everyMember(role: nil)
        case (nil, false): return .one(.member(host: host, port: nil))
        case (let name?, true):
            guard name.hasPrefix(role), name.count > role.count else {
                throw OptionError("with {host}, '\(name)' must be role:ROLE, or be left out")
            }
            return .everyMember(role: String(name.dropFirst(role.count)))
        case (let name?, false):
            guard !name.hasPrefix(role) else {
                throw OptionError("'\(name)' is about several members: write {host} in place of the host")
            }
            if name.contains("/") {
                guard let workload = WorkloadName(name), !workload.name.contains("/") else {
                    throw OptionError("'\(name)' is not NAMESPACE/WORKLOAD")
                }
                return .one(.workload(workload))
            }
            let member = try ManagementAddress(String(name))
            return .one(.member(host: member.host, port: member.port))
        }
    }
}
