// swift-tools-version: 6.2
import PackageDescription

/// CI sets MESHTOP_CI so that a warning fails the build there; a developer's build only shows it.
let isCI = Context.environment["MESHTOP_CI"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isCI ? [.treatAllWarnings(as: .error)] : [])

/// A Debian library behind a module map and a shim header.
func library(_ name: String, pkgConfig: String? = nil, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/CLibraries/\(name)",
        pkgConfig: pkgConfig,
        providers: [.apt([apt]), .brew([brew])])
}

func target(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], exclude: [String] = []
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
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev", brew: "libmicrohttpd"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        library("CNcurses", apt: "libncurses-dev", brew: "ncurses"),
        .target(
            name: "CSimdjson",
            path: "Sources/CLibraries/CSimdjson",
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CTerminal", path: "Sources/CLibraries/CTerminal"),
        .target(name: "CLinux", path: "Sources/CLibraries/CLinux"),

        target("Graph"),
        target("Collectors", ["Graph", "CCurl", "CSimdjson", "CYAML", "CZlib", "CLinux"]),
        target("Views", ["Graph"]),
        target("Simulator", ["Graph", "CMicroHTTPD", "CLinux"]),
        .executableTarget(
            name: "meshtop",
            dependencies: ["Graph", "Collectors", "Views", "Simulator", "CNcurses", "CTerminal", "CLinux"],
            path: "Sources/meshtop",
            swiftSettings: settings),
        .executableTarget(
            name: "meshtop-benchmarks",
            dependencies: ["Graph", "Collectors", "Views", "Simulator", "TestSupport"],
            path: "Benchmarks",
            exclude: ["process.py", "graph.py"],
            swiftSettings: settings),

        // What several test targets share: the schema's validator, random observations.
        .target(name: "TestSupport", dependencies: ["Graph"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("GraphTests", ["Graph", "TestSupport"]),
        tests(
            "CollectorsTests", ["Graph", "Collectors", "CMicroHTTPD", "TestSupport"], exclude: ["Lifecycle/Fixtures"]),
        tests("ViewsTests", ["Graph", "Views", "TestSupport"], exclude: ["Goldens"]),
        tests("SimulatorTests", ["Graph", "Simulator", "Collectors"]),
        tests(
            "meshtopTests",
            ["Graph", "Collectors", "Views", "Simulator", "meshtop", "CNcurses", "CTerminal", "TestSupport"]),
        tests("EndToEnd", ["CLinux", "Collectors", "Graph", "Views", "meshtop", "TestSupport"]),
    ],
    cxxLanguageStandard: .cxx17
)
