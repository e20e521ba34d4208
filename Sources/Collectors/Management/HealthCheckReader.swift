internal import Model

/// Reads answers of `/ready` and `/alive` (akka-management, `HealthCheckRoutes.scala`).
enum ProbeReader {
    /// A body is text of one line.
    static let bodyLimit = 64 << 10

    /// Judges an answer.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: the body.
    ///   - request: what was asked.
    /// - Returns: passed for 200; not passed, with the check that failed, for 500, which is an answer and no failure; otherwise the
    ///   reason why nobody knows.
    static func answer(status: Int, body: UnsafeRawBufferPointer, request: HTTPRequest) -> ProbeAnswer {
        switch status {
        case 200: .passed
        case 500: .notPassed(detail(body))
        default: .unavailable(HTTPFailures.status(status, body: body, request: request).message)
        }
    }

    private static func detail(_ body: UnsafeRawBufferPointer) -> String {
        let text = ErrorPage.text(of: body, maximum: 300)
        return text.isEmpty ? "no reason given" : text
    }
}
