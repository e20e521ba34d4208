// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What an API server says about a pod that it could not reach for us, or may not (kubernetes.md §6).
enum ProxyFailure {
    /// The words of Go's network errors, and what they mean.
    private static let words: [(words: String, code: SourceFailure.Code)] = [
        ("connection refused", .refused), ("i/o timeout", .timeout), ("deadline exceeded", .timeout),
        ("no such host", .dns), ("connection reset", .reset), ("EOF", .closed), ("tls:", .tls), ("x509:", .tls),
    ]

    /// The failure in an answer of the API server itself.
    ///
    /// - Parameters:
    ///   - response: an answer whose status is not 200.
    ///   - request: what was asked.
    /// - Returns: `nil` if it is the pod that answers so.
    static func failure(_ response: HTTPResponse, _ request: HTTPRequest) -> SourceFailure? {
        let status = APIStatus(response)
        guard status.isOfServer else { return nil }
        if response.status == 403 {
            let advice = MissingRight(status.message).map { "; \($0.advice)" } ?? ""
            return SourceFailure(.auth, "\(request.shown): not allowed\(advice)")
        }
        if response.status == 401 { return SourceFailure(.auth, "\(request.shown): the API server does not know us") }
        let code = words.first { status.message.contains($0.words) }?.code ?? .http
        return SourceFailure(code, "\(request.shown): HTTP \(response.status): \(status.message)")
    }
}
