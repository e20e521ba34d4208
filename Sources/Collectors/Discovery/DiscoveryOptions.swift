// SPDX-License-Identifier: Apache-2.0

/// Where management endpoints are listed by something else than their own cluster.
package enum DiscoveryTarget: Hashable, Sendable {
    /// A name whose SRV records list hosts with ports.
    case services(name: String, cluster: String?)
    /// A name whose addresses are members, all at one port; `nil`: the default ones.
    case addresses(name: String, port: Int?, cluster: String?)
    /// A file of Prometheus' `file_sd`, JSON or YAML.
    case file(String)

    /// What a management address means that names no host but a record; fails for one that names a host.
    ///
    /// - Parameter address: as typed.
    package init?(_ address: ManagementAddress) {
        switch address.scheme {
        case "dns+srv": self = .services(name: address.host, cluster: address.name)
        case "dns+a": self = .addresses(name: address.host, port: address.port, cluster: address.name)
        default: return nil
        }
    }

    /// What stands for it on screens and in documents.
    var shown: String {
        switch self {
        case .services(let name, _): "dns+srv://\(name)"
        case .addresses(let name, let port, _): "dns+a://\(name)\(port.map { ":\($0)" } ?? "")"
        case .file(let path): "file_sd \(PEMFiles.shown(path))"
        }
    }
}

extension CollectorFactory {
    /// Finds management endpoints in DNS and in files of Prometheus' `file_sd`.
    ///
    /// - Parameters:
    ///   - targets: where.
    ///   - read: reads files.
    /// - Returns: the factory; `nil` without targets.
    package static func discovery(
        _ targets: [DiscoveryTarget], read: @escaping FileReader.Function = FileReader.read
    ) -> CollectorFactory? {
        guard !targets.isEmpty else { return nil }
        // A name, then what it leads to.
        return CollectorFactory(firstAnswerTimeouts: 5) { context in
            DiscoveryCollector(targets, context, read: read) { NameResolver(timeout: context.timeout) }
        }
    }
}
