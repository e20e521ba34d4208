// SPDX-License-Identifier: Apache-2.0
import Model

/// What makes a node: Kiali's rules of identity (`graph/types.go`, `Id`).
struct NodeKey: PackedKey {
    enum Form: UInt32 {
        case unknownSource
        case service
        case workload
        case versionedApp
        case versionedAppByVersion
        case app
    }

    var lanes: SIMD8<UInt32> {
        SIMD8(form.rawValue, cluster.number, namespace.number, name.number, version.number, 0, 0, 0)
    }

    let form: Form
    let cluster: LabelValue
    let namespace: LabelValue
    let name: LabelValue
    /// The version, where it takes one to distinguish nodes.
    let version: LabelValue

    /// - Returns: `nil` if nothing is known of the end.
    init?(_ end: TrafficEnd, type: GraphType) {
        cluster = end.cluster
        let place = end.namespace.isKnown ? end.namespace : end.serviceNamespace
        let isUnknown = end.workload.is(.unknown) && end.app.is(.unknown)
        if isUnknown, place.is(.unknown), end.service.is(.empty) {
            (form, name, version, namespace) = (.unknownSource, .empty, .empty, .unknown)
            return
        }
        namespace = place
        if isUnknown, end.service.is(.unknown) {
            (form, name, version) = (.service, .unknown, .empty)
        } else if !end.workload.isKnown, !end.app.isKnown, !end.service.isKnown {
            return nil
        } else if type == .workload || type == .service {
            (form, name, version) =
                end.workload.isKnown
                ? (.workload, end.workload, .empty)
                : (.service, end.service.isKnown ? end.service : .unknown, .empty)
        } else {
            (form, name, version) = Self.appForm(end, type)
        }
    }

    private static func appForm(_ end: TrafficEnd, _ type: GraphType) -> (Form, LabelValue, LabelValue) {
        if end.app.isKnown {
            guard type == .versionedApp else { return (.app, end.app, .empty) }
            if end.workload.isKnown { return (.versionedApp, end.workload, .empty) }
            let hasVersion = end.version.isKnown && !end.version.is(.latest)
            return hasVersion ? (.versionedAppByVersion, end.app, end.version) : (.app, end.app, .empty)
        }
        return end.workload.isKnown ? (.workload, end.workload, .empty) : (.service, end.service, .empty)
    }

    /// The id that the documents print.
    func id(_ texts: TelemetryTexts) -> String {
        let place = "\(texts[cluster])_\(texts[namespace])_\(texts[name])"
        return switch form {
        case .unknownSource: "\(texts[cluster])_unknown_source"
        case .service: "svc_\(place)"
        case .workload: "wl_\(place)"
        case .versionedApp: "vapp_\(place)"
        case .versionedAppByVersion: "vapp_\(place)_\(texts[version])"
        case .app: "app_\(place)"
        }
    }
}
