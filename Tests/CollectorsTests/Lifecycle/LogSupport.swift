// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

/// What the tests of logs share.
enum LogSupport {
    static let now = Timestamp(rfc3339: "2026-11-21T06:00:00Z") ?? Timestamp(microseconds: 0)

    static func scanner(zone: LogZone = .utc) -> LogScanner { LogScanner(catalogue: LogCatalogue(), zone: zone) }

    /// All events of a text.
    static func events(_ text: String, zone: LogZone = .utc, at now: Timestamp = now) -> [ScannedEvent] {
        events(Array(text.utf8), zone: zone, at: now)
    }

    static func events(
        _ bytes: [UInt8], zone: LogZone = .utc, chunk: Int = .max, at now: Timestamp = now
    ) -> [ScannedEvent] {
        var scanner = scanner(zone: zone)
        var events: [ScannedEvent] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, chunk == .max ? bytes.count : start + chunk)
            bytes[start..<end].withUnsafeBytes { events += scanner.receive($0, at: now) }
            start = end
        }
        return events + scanner.end(at: now)
    }

    static func fixture(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Fixtures/" + name)
        return try String(contentsOf: file, encoding: .utf8)
    }

    static func address(_ text: String) throws -> Address { try Address(parsing: text) }
}
