package import Graph

/// How the addresses of a cluster are written in little room: what all have in common says nothing.
package struct AddressNames: Sendable {
    /// From the longest form to the shortest.
    enum Form: Int, CaseIterable {
        /// `10.0.0.7:25520`.
        case hostPort
        /// `10.0.0.7` where all ports are equal, `:25520` where all hosts are.
        case telling
        /// `.7` where all hosts begin alike.
        case ending
    }

    private let samePort: Bool
    private let sameHost: Bool
    private let commonPrefix: Int
    private var widest: [Form: Int] = [:]

    /// - Parameter addresses: All that will be shown side by side.
    package init(_ addresses: [Address]) {
        samePort = Set(addresses.map(\.port)).count <= 1
        let hosts = Set(addresses.map { $0.host ?? "" })
        sameHost = hosts.count == 1 && !samePort
        commonPrefix = Self.commonPrefix(of: hosts)
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
