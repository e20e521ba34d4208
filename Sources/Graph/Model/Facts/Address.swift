// SPDX-License-Identifier: Apache-2.0
/// Where an actor system listens: `akka://Shop@10.0.0.7:25520` (akka-actor, `Address.scala`).
///
/// Two addresses are equal when system, host and port are: during a migration the same node is printed with both forks' protocols, so
/// the protocol is text to show, never part of the identity. The contents are shared, immutable and hashed once, because a mesh of a
/// thousand members holds each address a thousand times.
package struct Address: Sendable {
    private final class Contents: Sendable {
        let text: String
        let scheme: String
        let system: String
        let host: String?
        /// What `addressOrdering` compares: the host as the cluster prints it, an IPv6 one with its brackets.
        let printedHost: String
        let port: UInt16?
        let hash: Int

        init(text: String, scheme: String, system: String, host: String?, port: UInt16?) {
            self.text = text
            self.scheme = scheme
            self.system = system
            self.host = host
            printedHost = host.map { $0.utf8.contains(UInt8(ascii: ":")) ? "[\($0)]" : $0 } ?? ""
            self.port = port
            hash = Contents.stableHash(host ?? "", Int(port ?? 0), system)
        }

        /// FNV-1a, the same in every process, so that nothing that depends on it can differ between a run and its replay.
        static func stableHash(_ host: String, _ port: Int, _ system: String) -> Int {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in host.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ UInt64(truncatingIfNeeded: port)) &* 0x100_0000_01b3
            for byte in system.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return Int(truncatingIfNeeded: hash)
        }
    }

    private let contents: Contents

    /// The text as the cluster prints it.
    package var text: String { contents.text }
    /// `akka`, `pekko`, or with the transport of classic remoting `akka.tcp`, `pekko.ssl.tcp`.
    package var scheme: String { contents.scheme }
    /// The name of the actor system; systems of different names are different clusters.
    package var system: String { contents.system }
    /// The host without brackets; `nil` in a local address.
    package var host: String? { contents.host }
    /// The port of remoting; `nil` in a local address.
    package var port: UInt16? { contents.port }

    /// `host:port`, with brackets around IPv6; the system's name in a local address.
    package var hostPort: String {
        port.map { "\(contents.printedHost):\($0)" } ?? system
    }

    /// The remoting of this address, by its scheme: classic names its transport there, Artery does not.
    package var transport: RemotingTransport {
        scheme.utf8.contains(UInt8(ascii: ".")) ? .classic : .artery
    }

    /// Reads `<scheme>://<system>[@<host>:<port>]`.
    ///
    /// - Parameter text: The text, from outside: at most 512 bytes of visible ASCII.
    /// - Throws: What is wrong with it, without repeating it.
    package init(parsing text: String) throws(AddressError) {
        guard text.utf8.count <= 512 else { throw .tooLong }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .forbiddenCharacter }
        guard let (scheme, rest) = text.split(at: "://"), scheme.isAddressScheme else { throw .noScheme }
        let (system, place) = rest.split(at: "@") ?? (rest, nil)
        guard system.isSystemName else { throw .badSystemName }
        guard let place else {
            contents = Contents(text: text, scheme: scheme, system: system, host: nil, port: nil)
            return
        }
        let (host, port) = try Self.hostAndPort(place)
        contents = Contents(text: text, scheme: scheme, system: system, host: host, port: port)
    }

    private static func hostAndPort(_ place: String) throws(AddressError) -> (String, UInt16) {
        guard let colon = place.lastIndex(of: ":") else { throw .noPort }
        let digits = place[place.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else { throw .badPort }
        var host = place[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.utf8.contains(UInt8(ascii: ":")) else { throw .badHost }
            host = host.dropFirst().dropLast()
        }
        guard !host.isEmpty, host.utf8.allSatisfy(\.isHostByte) else { throw .badHost }
        return (String(host), port)
    }
}

extension Address: Hashable {
    /// Whether system, host and port are the same; the protocol does not count.
    package static func == (left: Address, right: Address) -> Bool {
        if left.contents === right.contents { return true }
        return left.contents.hash == right.contents.hash && left.port == right.port && left.host == right.host
            && left.system == right.system
    }

    /// Hashes system, host and port.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(contents.hash)
    }

    /// The hash that dictionaries ask for, without the hasher: the contents are hashed already, and addresses are looked up most of all.
    package func _rawHashValue(seed: Int) -> Int {
        Int(truncatingIfNeeded: SplitMix.mixed(UInt64(truncatingIfNeeded: contents.hash ^ seed)))
    }
}

extension Address: Comparable {
    /// Akka's `addressOrdering` (`Member.scala`): the host as a string, so that 10.0.0.10 comes before 10.0.0.9, then the port.
    package static func < (left: Address, right: Address) -> Bool {
        if left.contents === right.contents { return false }
        let (leftHost, rightHost) = (left.contents.printedHost, right.contents.printedHost)
        if leftHost != rightHost { return leftHost < rightHost }
        let (leftPort, rightPort) = (left.port ?? 0, right.port ?? 0)
        return leftPort != rightPort ? leftPort < rightPort : left.system < right.system
    }
}

extension Address: CustomStringConvertible {
    /// As the cluster prints it.
    package var description: String { text }
}

/// Which remoting a node speaks.
package enum RemotingTransport: String, Hashable, Sendable {
    case classic
    case artery
    case mixed
    case unknown
}

/// Why a text is no address.
package enum AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong
    case forbiddenCharacter
    case noScheme
    case badSystemName
    case noPort
    case badPort
    case badHost

    /// What is wrong with the text.
    package var description: String {
        switch self {
        case .tooLong: "longer than 512 bytes"
        case .forbiddenCharacter: "has characters other than visible ASCII"
        case .noScheme: "has no scheme such as akka:// or pekko://"
        case .badSystemName: "has no valid name of an actor system"
        case .noPort: "has a host without a port"
        case .badPort: "has a port that is not a number from 0 to 65535"
        case .badHost: "has no valid host"
        }
    }
}

extension String {
    fileprivate func split(at separator: String) -> (String, String)? {
        let (bytes, wanted) = (Array(utf8), Array(separator.utf8))
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        {
            return (
                String(decoding: bytes[..<start], as: UTF8.self),
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
            )
        }
        return nil
    }

    fileprivate var isAddressScheme: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) } }
    }

    /// `[A-Za-z0-9][A-Za-z0-9_-]*`, as ActorSystem demands.
    fileprivate var isSystemName: Bool {
        guard let first = utf8.first, first.isAlphanumeric else { return false }
        return utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }

    /// Letters of host names and of IPv6 addresses; a zone's `%` included.
    fileprivate var isHostByte: Bool {
        isAlphanumeric
            || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), 37].contains(self)
    }
}
