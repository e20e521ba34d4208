// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which connections the proxy of a pod takes (kubernetes.md §8.4).
struct Interception: Hashable, Sendable {
    /// A list of ports or of addresses.
    enum Listing: Hashable, Sendable {
        case all
        case some(Set<String>)

        init(_ text: String) {
            let parts = text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
            self = parts.contains("*") ? .all : .some(Set(parts))
        }

        func has(_ word: String) -> Bool {
            switch self {
            case .all: true
            case .some(let words): words.contains(word)
            }
        }
    }

    /// `REDIRECT`, `TPROXY` or `NONE`.
    var mode = "REDIRECT"
    var includeInbound = Listing.all
    var excludeInbound = Listing.some([])
    var includeRanges = Listing.all
    var excludeRanges = Listing.some([])
    var includeOutbound = Listing.some([])
    var excludeOutbound = Listing.some([])

    /// What annotations say, and Istio's defaults for the rest.
    init(annotations: [String: String], settings: MeshSettings) {
        func text(_ name: String) -> String? { annotations["traffic.sidecar.istio.io/\(name)"] }
        mode = annotations["sidecar.istio.io/interceptionMode"] ?? settings.interceptionMode
        if let ports = text("includeInboundPorts") { includeInbound = Listing(ports) }
        if let ports = text("excludeInboundPorts") { excludeInbound = Listing(ports) }
        if let ranges = text("includeOutboundIPRanges") { includeRanges = Listing(ranges) }
        if let ranges = text("excludeOutboundIPRanges") { excludeRanges = Listing(ranges) }
        if let ports = text("includeOutboundPorts") { includeOutbound = Listing(ports) }
        if let ports = text("excludeOutboundPorts") { excludeOutbound = Listing(ports) }
    }

    /// What the arguments of the container say that set up the rules of a running pod; `nil` where they are not those of `istio-iptables`.
    init?(arguments: [String]) {
        guard !arguments.isEmpty else { return nil }
        var place = arguments.startIndex
        var hasSeen = false
        while place < arguments.endIndex {
            let (flag, value) = Self.flag(arguments, &place)
            switch flag {
            case "-b", "--istio-inbound-ports": includeInbound = Listing(value)
            case "-d", "--istio-local-exclude-ports": excludeInbound = Listing(value)
            case "-i", "--istio-service-cidr": includeRanges = Listing(value)
            case "-x", "--istio-service-exclude-cidr": excludeRanges = Listing(value)
            case "-q", "--istio-outbound-ports": includeOutbound = Listing(value)
            case "-o", "--istio-local-outbound-ports-exclude": excludeOutbound = Listing(value)
            case "-m", "--istio-inbound-interception-mode": mode = value
            default: continue
            }
            hasSeen = true
        }
        guard hasSeen else { return nil }
    }

    /// A flag with the value behind it, which may be a word of its own.
    private static func flag(_ arguments: [String], _ place: inout Int) -> (String, String) {
        let word = arguments[place]
        place += 1
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        guard word.hasPrefix("-"), place < arguments.endIndex else { return (word, "") }
        let value = arguments[place]
        // A list may be empty; another flag is no value.
        if value.hasPrefix("-"), value.count > 1 { return (word, "") }
        place += 1
        return (word, value)
    }

    /// What becomes of connections to a port of the pod.
    func inbound(_ port: Int) -> BypassRow.Capture {
        if mode == "NONE" { return .bypassed }
        switch includeInbound {
        case .all: return excludeInbound.has("\(port)") ? .bypassed : .captured
        case .some(let ports): return ports.contains("\(port)") ? .captured : .bypassed
        }
    }

    /// What becomes of connections that the pod makes to the same port of others.
    ///
    /// - Parameters:
    ///   - port: the port.
    ///   - peers: the addresses of the others; empty: not known.
    /// - Returns: what becomes of them.
    func outbound(_ port: Int, to peers: [String]) -> BypassRow.Capture {
        if mode == "NONE" || excludeOutbound.has("\(port)") { return .bypassed }
        if includeOutbound.has("\(port)") { return .captured }
        if includeRanges == .some([]) { return .bypassed }
        if includeRanges == .all, excludeRanges == .some([]) { return .captured }
        guard !peers.isEmpty else { return .unknown }
        let captured = peers.map { isCaptured($0) }
        if captured.allSatisfy({ $0 == true }) { return .captured }
        return captured.allSatisfy { $0 == false } ? .bypassed : .unknown
    }

    /// Whether connections to an address are taken; `nil` for addresses that are not understood.
    private func isCaptured(_ address: String) -> Bool? {
        guard let excluded = Self.lies(address, in: excludeRanges), let included = Self.lies(address, in: includeRanges)
        else { return nil }
        return included && !excluded
    }

    private static func lies(_ address: String, in ranges: Listing) -> Bool? {
        switch ranges {
        case .all: return true
        case .some(let words):
            let found = words.map { AddressRange($0)?.contains(address) }
            if found.contains(true) { return true }
            return found.contains(nil) ? nil : false
        }
    }
}

/// A range of addresses of version 4: `10.0.0.0/8`.
struct AddressRange {
    private let base: UInt32
    private let mask: UInt32

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let base = parts.first.flatMap({ Self.number($0) }), parts.count <= 2 else { return nil }
        let bits = parts.count == 2 ? Int(parts[1]) : 32
        guard let bits, (0...32).contains(bits) else { return nil }
        mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        self.base = base & mask
    }

    /// `nil` for an address that is none of version 4.
    func contains(_ address: String) -> Bool? { Self.number(address[...]).map { $0 & mask == base } }

    private static func number(_ text: Substring) -> UInt32? {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4, !bytes.contains(nil) else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
    }
}
