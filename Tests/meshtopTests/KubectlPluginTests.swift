// SPDX-License-Identifier: Apache-2.0
import Collectors
import Foundation
import Model
import Testing

@testable import Configuration
@testable import meshtop

@Suite("The plug-in of kubectl")
struct KubectlPluginTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    @Test(
        "under the plug-in's name pods are meant, unless the user says otherwise",
        arguments: [
            ("/opt/krew/bin/kubectl-meshtop", [:], "true"),
            ("kubectl-meshtop", ["MESHTOP_KUBERNETES": "false"], "false"),
            ("/usr/bin/meshtop", [:], nil), ("/kubectl-meshtop/meshtop", [:], nil),
        ] as [(String, [String: String], String?)])
    func name(program: String, given: [String: String], value: String?) {
        #expect(KubectlPlugin.environment(given, program: program)["MESHTOP_KUBERNETES"] == value)
    }

    @Test(
        "kubectl's own flags are taken",
        arguments: [
            ["-n", "shop"], ["--namespace", "shop"], ["--namespace=shop", "-l", "app=cart"],
            ["-A", "--context", "prod"],
            ["snapshot", "-n", "shop", "--kubeconfig", "/k"], ["--selector=app in (a, b)"],
        ])
    func flags(arguments: [String]) throws {
        let input = ConfigurationInput(arguments: arguments, environment: ["MESHTOP_KUBERNETES": "true"]) {
            _ throws(FileError) in nil
        }
        let settings = try ConfigurationLoader.load(input)
        #expect(settings[.kubernetes] && !settings.usesDefaultSources)
    }

    @Test("commands without sources are what they were")
    func others() throws {
        let input = ConfigurationInput(arguments: ["demo"], environment: ["MESHTOP_KUBERNETES": "true"]) {
            _ throws(FileError) in nil
        }
        #expect(try ConfigurationLoader.load(input).notes.isEmpty)
    }

    /// Runs the script that makes the manifest.
    private static func manifest(of archive: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = root.appending(path: "scripts/krew-manifest")
        process.arguments = ["v\(Program.version)", archive, "https://releases.invalid/meshtop.tar.gz"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = Pipe()
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test("the krew manifest is a whole one, and its archive has what it names")
    func krew() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "meshtop-krew-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["meshtop", "LICENSE"] {
            try "x".write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        for (archive, names) in [("whole.tgz", "meshtop LICENSE"), ("less.tgz", "LICENSE")] {
            let tar = Process()
            tar.executableURL = URL(filePath: "/usr/bin/env")
            tar.arguments = ["sh", "-c", "cd '\(folder.path)' && tar -czf \(archive) \(names)"]
            try tar.run()
            tar.waitUntilExit()
        }
        #expect(try Self.manifest(of: folder.appending(path: "less.tgz").path).status == 1)
        let made = try Self.manifest(of: folder.appending(path: "whole.tgz").path)
        try #require(made.status == 0)
        let root = try #require(try YAMLReader.read(Array(made.output.utf8)).map { ObjectValue($0) })
        #expect(
            root["apiVersion"].text == "krew.googlecontainertools.github.com/v1alpha2" && root["kind"].text == "Plugin")
        let spec = root["spec"]
        #expect(root["metadata"]["name"].text == "meshtop" && spec["version"].text == "v\(Program.version)")
        #expect(
            (spec["shortDescription"].text ?? "").count <= 50 && spec["shortDescription"].text?.hasSuffix(".") == false)
        let platform = try #require(spec["platforms"].items.first)
        #expect(platform["sha256"].text?.count == 64 && platform["uri"].text?.hasPrefix("https://") == true)
        // krew wants the file that it links to among those that it takes out.
        #expect(platform["bin"].text == KubectlPlugin.name)
        #expect(
            platform["files"].items.contains { $0["to"].text == KubectlPlugin.name && $0["from"].text == "meshtop" })
        #expect(!made.output.contains("@"), "nothing is left to fill in")
    }
}
