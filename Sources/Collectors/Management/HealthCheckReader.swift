// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads answers of a node's own health checks, `/ready` and `/alive` (akka-management, `HealthCheckRoutes.scala`).
enum HealthCheckReader {
    /// Maximum number of bytes of an answer, which is text of one line.
    static let maximumBody = 64 << 10
    /// Maximum number of characters of the reason that is kept.
    static let maximumReason = 300

    /// Judges an answer.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: the body.
    ///   - request: what was asked.
    /// - Returns: passed for 200; not passed, with the check that failed, for 500, which is an answer and no failure; otherwise why it
    ///   is not known.
    static func answer(status: Int, body: UnsafeRawBufferPointer, request: HTTPRequest) -> ProbeAnswer {
        switch status {
        case 200: .passed
        case 500: .notPassed(reason(body))
        default: .unavailable(HTTPFailures.status(status, body: body, request: request).message)
        }
    }

    private static func reason(_ body: UnsafeRawBufferPointer) -> String {
        let text = ErrorPage.text(of: body, maximum: maximumReason)
        return text.isEmpty ? "no reason given" : text
    }
}
