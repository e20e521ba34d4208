// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads the settings of a mesh, which are a YAML document within a ConfigMap.
enum MeshConfigReader {
    /// Maximum number of characters of the document.
    static let maximumSize = 128 * 1024

    private static let mask: ObjectMask = [
        "trustDomain": .all, "trustDomainAliases": .all, "rootNamespace": .all, "enableAutoMtls": .all,
        "outboundTrafficPolicy": .all, "defaultServiceExportTo": .all, "defaultVirtualServiceExportTo": .all,
        "defaultDestinationRuleExportTo": .all,
        "defaultConfig": .fields(["interceptionMode", "holdApplicationUntilProxyStarts"]),
    ]

    /// The settings that are read; empty where the document is none.
    static func settings(_ text: String) -> ObjectValue {
        let limits = YAMLLimits(size: maximumSize * 4, nodes: 20_000, depth: 32, isLenient: true)
        let document = try? YAMLReader.documents(Array(text.utf8), limits).first
        return document.map { ObjectValue($0).kept(mask) } ?? .map([])
    }
}

extension ObjectValue {
    /// An object as it enters the picture: documents within it are read.
    func understood(as resource: KubernetesResource) -> ObjectValue {
        guard resource == .configMaps, case .map(let fields) = self, case .text(let text) = self["data"]["mesh"] else {
            return self
        }
        return .map(fields.filter { $0.name != "data" } + [ObjectField("mesh", MeshConfigReader.settings(text))])
    }
}
