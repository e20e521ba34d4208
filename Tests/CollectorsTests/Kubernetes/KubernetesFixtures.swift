// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model

@testable import Collectors

/// Answers of real API servers, 1.20 and 1.36.
enum KubernetesFixtures {
    static let versions = ["v1.20", "v1.36"]

    static func bytes(_ version: String, _ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(version)")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func page(
        _ version: String, _ name: String, _ resource: KubernetesResource
    ) throws -> ObjectPage {
        try ObjectReader().page(PaddedBytes(try bytes(version, name)), resource)
    }

    static func pods(_ version: String) throws -> [Pod] {
        try page(version, "pods-shop.json", .pods).objects.compactMap(Pod.init)
    }

    static func response(
        _ status: Int, _ body: [UInt8], retryAfter: Duration? = nil
    ) -> HTTPResponse {
        var response = HTTPResponse(
            status: status, body: PaddedBytes(body), server: nil, latency: .milliseconds(3))
        response.retryAfter = retryAfter
        return response
    }

    static func response(_ status: Int, _ body: String, retryAfter: Duration? = nil) -> HTTPResponse {
        response(status, Array(body.utf8), retryAfter: retryAfter)
    }
}
