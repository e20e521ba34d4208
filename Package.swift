// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// CI sets MESHTOP_CI so that a warning fails the build there; a developer's build only shows it.
let isCI = Context.environment["MESHTOP_CI"] != nil

let testSettings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isCI ? [.treatAllWarnings(as: .error)] : [])

/// Regular expressions are 1.1 MB of a static binary, and searching for a text pulls them in unseen; Model has a search of its own.
let settings =
    testSettings + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

/// Where nothing is hot, small code is worth more than fast code.
let coldSettings = settings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// A Debian library behind a module map and a shim header.
func library(_ name: String, pkgConfig: String? = nil, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/CLibraries/\(name)",
        pkgConfig: pkgConfig,
        providers: [.apt([apt]), .brew([brew])])
}

func target(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, isCold: Bool = false
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(path ?? name)",
        swiftSettings: isCold ? coldSettings : settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], exclude: [String] = [],
    settings: [SwiftSetting] = testSettings
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, resources: resources,
        swiftSettings: settings)
}

let package = Package(
    name: "meshtop",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "meshtop", targets: ["meshtop"])],
    targets: [
        library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev", brew: "curl"),
        library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev", brew: "libyaml"),
        library("CAres", pkgConfig: "libcares", apt: "libc-ares-dev", brew: "c-ares"),
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev", brew: "libmicrohttpd"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
        library("CNcurses", apt: "libncurses-dev", brew: "ncurses"),
        .target(
            name: "CSimdjson",
            path: "Sources/CLibraries/CSimdjson",
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CTerminal", path: "Sources/CLibraries/CTerminal"),
        .target(name: "CLinux", path: "Sources/CLibraries/CLinux"),

        // The domain: pure values that point one way. Layout knows nothing of it, Fold knows all of it.
        target("Layout", path: "Graph/Layout"),
        target("Model", path: "Graph/Model"),
        target("Traffic", ["Model"], path: "Graph/Traffic"),
        target("Findings", ["Model"], path: "Graph/Findings"),
        target("Istio", ["Model"], path: "Graph/Istio"),
        target("Fold", ["Model", "Traffic", "Findings", "Istio"], path: "Graph/Fold"),

        // What several shells need of the operating system: a lock, the clocks. Collectors and Simulator may not see each other.
        target("Support", ["Model", "CLinux"]),

        target("Collectors", ["Model", "Support", "CCurl", "CSimdjson", "CYAML", "CZlib", "CZstd", "CAres", "CLinux"]),
        target("Configuration", ["Model", "Collectors"], isCold: true),
        target("Views", ["Layout", "Model", "Traffic"], isCold: true),
        target("Simulator", ["Model", "Support", "CMicroHTTPD", "CLinux"], isCold: true),
        .executableTarget(
            name: "meshtop",
            dependencies: [
                "Model", "Traffic", "Fold", "Support", "Collectors", "Configuration", "Views", "Simulator", "CNcurses",
                "CTerminal",
                "CLinux",
            ],
            path: "Sources/meshtop",
            swiftSettings: coldSettings),
        .executableTarget(
            name: "meshtop-benchmarks",
            dependencies: [
                "Layout", "Model", "Traffic", "Istio", "Findings", "Fold", "Support", "Collectors", "Views",
                "Simulator",
                "GraphSamples",
            ],
            path: "Benchmarks",
            exclude: ["process.py", "graph.py", "soak.py"],
            swiftSettings: settings),

        // What several test targets share: the schema's validator, short names for members, random observations; random graphs.
        .target(
            name: "TestSupport", dependencies: ["Model", "Traffic"], path: "Tests/TestSupport",
            swiftSettings: testSettings),
        .target(
            name: "GraphSamples", dependencies: ["Layout"], path: "Tests/GraphSamples", swiftSettings: testSettings),
        tests("LayoutTests", ["Layout", "GraphSamples", "TestSupport"]),
        // With the library's own search of texts they would test that.
        tests("ModelTests", ["Model", "TestSupport"], settings: settings),
        tests("TrafficTests", ["Model", "Traffic", "TestSupport"]),
        tests("FindingsTests", ["Model", "Findings", "TestSupport"]),
        tests("IstioTests", ["Model", "Istio", "TestSupport"]),
        tests("FoldTests", ["Model", "Traffic", "Fold", "TestSupport"]),
        tests(
            "CollectorsTests", ["Model", "Fold", "Support", "Collectors", "CMicroHTTPD", "TestSupport"],
            exclude: ["Lifecycle/Fixtures", "Kubernetes/Fixtures"]),
        tests("ConfigurationTests", ["Model", "Collectors", "Configuration"]),
        tests("ViewsTests", ["Layout", "Model", "Traffic", "Fold", "Views", "TestSupport"], exclude: ["Goldens"]),
        tests("SimulatorTests", ["Model", "Traffic", "Fold", "Views", "Simulator", "Collectors", "TestSupport"]),
        tests(
            "meshtopTests",
            [
                "Model", "Traffic", "Fold", "Collectors", "Configuration", "Views", "Simulator", "meshtop", "CNcurses",
                "CTerminal", "TestSupport",
            ]),
        tests(
            "EndToEnd", ["CLinux", "Collectors", "Model", "Fold", "Views", "meshtop", "TestSupport"]),
    ],
    cxxLanguageStandard: .cxx17
)
