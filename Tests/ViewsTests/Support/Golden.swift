// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Text files next to the tests. MESHTOP_UPDATE_GOLDENS=1 writes them again; read the difference before you commit it.
enum Golden {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Goldens")

    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let file = folder.appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["MESHTOP_UPDATE_GOLDENS"] == "1" {
            try? FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try? String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "golden \(name)", sourceLocation: sourceLocation)
    }
}
