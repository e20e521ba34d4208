import Model

/// One end of some traffic, as the labels of a sample tell it after they were put right.
struct Endpoint {
    var cluster: LabelValue
    var serviceNamespace: LabelValue
    var service: LabelValue
    var namespace: LabelValue
    var workload: LabelValue
    var app: LabelValue
    var version: LabelValue

    var tuple: SIMD8<UInt32> {
        SIMD8(cluster, serviceNamespace, service, namespace, workload, app, version, 0)
    }

    init(
        cluster: LabelValue, serviceNamespace: LabelValue, service: LabelValue, namespace: LabelValue = 0,
        workload: LabelValue = 0, app: LabelValue = 0, version: LabelValue = 0
    ) {
        self.cluster = cluster
        self.serviceNamespace = serviceNamespace
        self.service = service
        self.namespace = namespace
        self.workload = workload
        self.app = app
        self.version = version
    }

    init(_ tuple: SIMD8<UInt32>) {
        self.init(
            cluster: tuple[0], serviceNamespace: tuple[1], service: tuple[2], namespace: tuple[3], workload: tuple[4],
            app: tuple[5], version: tuple[6])
    }

    /// The service alone, as it stands between those who call it and those who serve it.
    var serviceOnly: Endpoint {
        Endpoint(cluster: cluster, serviceNamespace: serviceNamespace, service: service)
    }
}

extension LabelValue {
    static let none: LabelValue = TelemetryWord.none.rawValue
    static let unknown: LabelValue = TelemetryWord.unknown.rawValue

    /// Neither missing nor `unknown`; the numbers of these two words are the smallest.
    var isKnown: Bool { self > TelemetryWord.unknown.rawValue }

    func `is`(_ word: TelemetryWord) -> Bool { self == word.rawValue }
}

/// What makes a node: Kiali's rules of identity (`graph/types.go`, `Id`).
struct NodeKey: Hashable {
    enum Form: UInt32 {
        case unknownSource
        case service
        case workload
        case versionedApp
        case versionedAppByVersion
        case app
    }

    var form: Form
    var cluster: LabelValue
    var namespace: LabelValue
    var name: LabelValue
    /// The version, where it takes one to tell nodes apart.
    var version: LabelValue = 0

    /// - Returns: `nil` if nothing is known of the end.
    init?(_ end: Endpoint, type: GraphType) {
        cluster = end.cluster
        namespace = end.namespace.isKnown ? end.namespace : end.serviceNamespace
        let isUnknown = end.workload.is(.unknown) && end.app.is(.unknown)
        if isUnknown, namespace.is(.unknown), end.service.is(.empty) {
            (form, name, namespace) = (.unknownSource, 0, .unknown)
        } else if isUnknown, end.service.is(.unknown) {
            (form, name) = (.service, .unknown)
        } else if !end.workload.isKnown, !end.app.isKnown, !end.service.isKnown {
            return nil
        } else if type == .workload || type == .service {
            (form, name) =
                end.workload.isKnown
                ? (.workload, end.workload) : (.service, end.service.isKnown ? end.service : .unknown)
        } else {
            (form, name, version) = Self.appForm(end, type)
        }
    }

    private static func appForm(_ end: Endpoint, _ type: GraphType) -> (Form, LabelValue, LabelValue) {
        if end.app.isKnown {
            guard type == .versionedApp else { return (.app, end.app, 0) }
            if end.workload.isKnown { return (.versionedApp, end.workload, 0) }
            let hasVersion = end.version.isKnown && !end.version.is(.latest)
            return hasVersion ? (.versionedAppByVersion, end.app, end.version) : (.app, end.app, 0)
        }
        return end.workload.isKnown ? (.workload, end.workload, 0) : (.service, end.service, 0)
    }

    var tuple: SIMD8<UInt32> { SIMD8(form.rawValue, cluster, namespace, name, version, 0, 0, 0) }

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
