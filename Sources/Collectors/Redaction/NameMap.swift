// SPDX-License-Identifier: Apache-2.0
/// Which name stands for which. All names are gathered first and then numbered in their order, so that the order of members, from which
/// leaders follow, stays, and so that equal journals give equal copies.
package struct NameMap: Hashable, Sendable {
    /// What a name names; says what stands for it looks like.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case ipv4
        case ipv6
        case host
        case system
        case role
        case name
    }

    private static let head = "meshtop-names 1"
    /// Maximum number of names; a journal with more is not one of a cluster.
    private static let maximumNames = 200_000
    /// Maximum number of bytes of a name that is numbered; a longer one is left out.
    static let maximumLength = 1_024

    private var kinds: [String: Kind] = [:]
    private var names: [String: String] = [:]
    /// How many of each kind have a number, those of an earlier map included.
    private var counts: [Kind: Int] = [:]

    /// Without any names.
    package init() {}

    /// Notes a name; the first kind that it is noted as counts.
    mutating func note(_ name: String, as kind: Kind) {
        guard kinds[name] == nil, kinds.count < Self.maximumNames, name.utf8.count <= Self.maximumLength else { return }
        kinds[name] = kind == .host ? Self.kind(ofHost: name) : kind
    }

    /// Numbers all names that have none yet.
    mutating func number() {
        for kind in Kind.allCases {
            for name in kinds.keys.filter({ kinds[$0] == kind && names[$0] == nil }).sorted() {
                let number = counts[kind, default: 0]
                counts[kind] = number + 1
                names[name] = Self.pseudonym(kind, number)
            }
        }
    }

    /// What stands for a name; `nil` if it was not noted.
    subscript(name: String) -> String? { names[name] }

    /// How many names of each kind were replaced.
    package var replaced: [(kind: Kind, count: Int)] {
        Kind.allCases.map { kind in (kind, kinds.values.count { $0 == kind }) }.filter { $0.1 > 0 }
    }

    private static func kind(ofHost host: String) -> Kind {
        if host.utf8.contains(UInt8(ascii: ":")) { return .ipv6 }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } ? .ipv4 : .host
    }

    /// Of equal width, so that texts sort as numbers do. Addresses are of the ranges for documentation and benchmarks.
    private static func pseudonym(_ kind: Kind, _ number: Int) -> String {
        let digits = String(number + 1)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        switch kind {
        case .ipv4:
            let (third, fourth) = (100 + number / 155 % 155, 100 + number % 155)
            return "198.\(18 + number / (155 * 155) % 2).\(third).\(fourth)"
        case .ipv6:
            let hex = String(number + 0x1000, radix: 16)
            return "2001:db8::\(hex)"
        case .host, .system, .role, .name: return "\(kind.rawValue)-\(padded)"
        }
    }
}

// MARK: - File

extension NameMap {
    /// Reads a map that an earlier run wrote.
    ///
    /// - Throws: ``FileError`` that names the line, if it is none.
    package init(_ text: String) throws(FileError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.first == Self.head else { throw FileError("is no map of meshtop redact") }
        for (place, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, let kind = Kind(rawValue: fields[0]), let name = Self.unescaped(fields[2]) else {
                throw FileError("is no map of meshtop redact at line \(place + 1)")
            }
            kinds[name] = kind
            names[name] = fields[1]
            counts[kind, default: 0] += 1
        }
    }

    /// The map as a file, in the order of kinds and numbers.
    package var text: String {
        let rows = names.compactMap { name, pseudonym in kinds[name].map { ($0, pseudonym, name) } }
            .sorted { ($0.0.rawValue, $0.1, $0.2) < ($1.0.rawValue, $1.1, $1.2) }
        return "\(Self.head)\n" + rows.map { "\($0.0.rawValue)\t\($0.1)\t\(Self.escaped($0.2))\n" }.joined()
    }

    private static func escaped(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return result
    }

    private static func unescaped(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
