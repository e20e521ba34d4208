// SPDX-License-Identifier: Apache-2.0
import Model

/// How the addresses of a cluster are written in little room: what all have in common says nothing.
struct AddressNames: Sendable {
    /// From the longest form to the shortest.
    enum Form: Int, CaseIterable {
        /// `10.0.0.7:25520`.
        case hostPort
        /// `10.0.0.7` where all ports are equal, `:25520` where all hosts are.
        case distinct
        /// `.7` where all hosts begin alike.
        case ending
    }

    private let samePort: Bool
    private let sameHost: Bool
    private let commonPrefix: Int
    private let commonSuffix: Int
    private var widest: [Form: Int] = [:]

    /// - Parameter addresses: All that will be shown side by side.
    init(_ addresses: [Address]) {
        samePort = Set(addresses.map(\.port)).count <= 1
        let hosts = Set(addresses.map { $0.host ?? "" })
        sameHost = hosts.count == 1 && !samePort
        commonPrefix = Self.commonPrefix(of: hosts)
        commonSuffix = Self.commonSuffix(of: hosts, behind: commonPrefix)
        for form in Form.allCases {
            widest[form] = addresses.reduce(0) { max($0, length(of: $1, form)) }
        }
    }

    /// The longest form in which all of them fit.
    func form(width: Int) -> Form {
        Form.allCases.first { widest[$0, default: 0] <= width } ?? .ending
    }

    func width(of form: Form) -> Int { widest[form] ?? 0 }

    /// The length of ``text(of:_:)``, without making it: addresses are ASCII.
    private func length(of address: Address, _ form: Form) -> Int {
        guard let host = address.host, let port = address.port else { return address.system.utf8.count }
        let brackets = host.utf8.contains(UInt8(ascii: ":")) ? 2 : 0
        let digits = port < 10 ? 1 : port < 100 ? 2 : port < 1000 ? 3 : port < 10_000 ? 4 : 5
        let full = host.utf8.count + brackets + 1 + digits
        guard form != .hostPort else { return full }
        if sameHost { return 1 + digits }
        guard samePort else { return full }
        return form == .ending && commonPrefix > 0 ? host.utf8.count - commonPrefix : host.utf8.count
    }

    func text(of address: Address, _ form: Form) -> String {
        guard form != .hostPort, let host = address.host, let port = address.port else { return address.hostPort }
        if sameHost { return ":\(port)" }
        guard samePort else { return address.hostPort }
        guard form == .ending, commonPrefix > 0 else { return host }
        return String(decoding: Array(host.utf8).dropFirst(commonPrefix), as: UTF8.self)
    }

    /// What is left of an address without all that it has in common with the others: `7`, `cart-3`, `25520`.
    func brief(_ address: Address) -> String {
        guard let host = address.host, let port = address.port else { return address.hostPort }
        if sameHost { return String(port) }
        let bytes = Array(host.utf8)
        let isSeparator = commonPrefix > 0 && commonPrefix < bytes.count && Self.isBoundary(bytes[commonPrefix])
        let rest = bytes.dropFirst(commonPrefix + (isSeparator ? 1 : 0)).dropLast(commonSuffix)
        let name = rest.isEmpty ? host : String(decoding: rest, as: UTF8.self)
        return samePort ? name : "\(name):\(port)"
    }

    private static func isBoundary(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") }

    /// Bytes that all hosts end with, from a `.` or `-` on; 0 with a single host.
    private static func commonSuffix(of hosts: Set<String>, behind prefix: Int) -> Int {
        guard hosts.count > 1, let first = hosts.first.map({ Array($0.utf8) }) else { return 0 }
        var length = first.count
        for host in hosts {
            let common = zip(first.reversed(), host.utf8.reversed()).prefix { $0 == $1 }.count
            length = min(length, common, host.utf8.count - prefix - 2)
        }
        guard length > 0 else { return 0 }
        let tail = first.suffix(length)
        return tail.firstIndex(where: isBoundary).map { tail.endIndex - $0 } ?? 0
    }

    /// Bytes that all hosts begin with, up to before the last `.` or `-` of them; 0 with a single host.
    private static func commonPrefix(of hosts: Set<String>) -> Int {
        guard hosts.count > 1, let first = hosts.first.map({ Array($0.utf8) }) else { return 0 }
        var length = first.count
        for host in hosts {
            length = min(length, zip(first, host.utf8).prefix { $0 == $1 }.count)
        }
        let boundary = first[..<length].lastIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        return boundary ?? 0
    }
}
