// SPDX-License-Identifier: Apache-2.0
internal import CCurl
internal import Glibc
internal import Model

/// Turns libcurl's results and bad answers into failures: what was tried, what happened, what to do next. No user information, and
/// nothing of the server's that a terminal would obey.
enum HTTPFailures {
    /// A transfer that libcurl could not finish.
    ///
    /// - Parameters:
    ///   - code: libcurl's result.
    ///   - detail: libcurl's text about it, may be empty.
    ///   - systemError: the `errno` of the connection, 0 if there is none.
    ///   - request: what was asked.
    /// - Returns: the failure.
    static func transfer(
        _ code: CURLcode, detail: String, systemError: Int32, request: HTTPRequest
    ) -> SourceFailure {
        let kind = kind(of: code, systemError: systemError)
        let text = explanation(kind, code, systemError: systemError, request: request) ?? libcurlText(code, detail)
        return SourceFailure(kind, "\(request.shown): \(text)")
    }

    /// An answer whose status says that it is not what was asked for.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: the body, whose first words are shown.
    ///   - request: what was asked.
    /// - Returns: the failure.
    static func status(_ status: Int, body: UnsafeRawBufferPointer, request: HTTPRequest) -> SourceFailure {
        let said = ErrorPage.text(of: body, maximum: 120)
        let answer = "HTTP \(status)\(said.isEmpty ? "" : " (\(said))")"
        let code: SourceFailure.Code = status == 401 || status == 403 ? .auth : .http
        return SourceFailure(code, "\(request.shown): \(answer)\(hint(status, request).map { "; \($0)" } ?? "")")
    }

    /// An answer that is no document of the expected form.
    ///
    /// - Parameters:
    ///   - reason: what is wrong, with the place.
    ///   - request: what was asked.
    /// - Returns: the failure.
    static func format(_ reason: String, request: HTTPRequest) -> SourceFailure {
        SourceFailure(.format, "\(request.shown): \(reason)")
    }

    /// A body beyond its maximum.
    ///
    /// - Parameters:
    ///   - maximum: Maximum number of bytes.
    ///   - request: what was asked.
    /// - Returns: the failure.
    static func tooLarge(maximum: Int, request: HTTPRequest) -> SourceFailure {
        SourceFailure(.tooLarge, "\(request.shown): the answer is longer than \(maximum) bytes and was dropped")
    }

    private static func kind(of code: CURLcode, systemError: Int32) -> SourceFailure.Code {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_COULDNT_CONNECT: connectKind(systemError)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: systemError == ECONNREFUSED ? .refused : .reset
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_OK: .closed
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            .format
        case CURLE_LOGIN_DENIED: .auth
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CLIENTCERT,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            .tls
        default: .other
        }
    }

    private static func connectKind(_ systemError: Int32) -> SourceFailure.Code {
        switch systemError {
        case ECONNREFUSED: .refused
        case ETIMEDOUT: .timeout
        case ECONNRESET: .reset
        default: .other
        }
    }

    private static func explanation(
        _ kind: SourceFailure.Code, _ code: CURLcode, systemError: Int32, request: HTTPRequest
    ) -> String? {
        switch kind {
        case .refused: "connection refused; the process is gone, or nothing listens on this address and port"
        case .timeout:
            "no answer within \(timeText(request)); the process may be paused or overloaded, or the network drops packets"
        case .reset: "the server reset the connection"
        case .dns: "the name \(request.endpoint.host) cannot be resolved"
        case .closed:
            code == CURLE_GOT_NOTHING
                ? "the server closed the connection without an answer"
                : code == CURLE_OK
                    ? "the server ended the stream" : "the server closed the connection within the answer"
        case .format where code == CURLE_UNSUPPORTED_PROTOCOL && request.endpoint.scheme == "http":
            "the answer is no HTTP; the port may want https"
        case .other where systemError != 0: String(cString: strerror(systemError))
        case .tls, .http, .auth, .format, .tooLarge, .other: nil
        }
    }

    private static func timeText(_ request: HTTPRequest) -> String {
        switch request.mode {
        case .whole(let timeout, _), .beginning(let timeout, _), .stream(let timeout), .lines(let timeout):
            "\(timeout.inSeconds) s"
        }
    }

    private static func libcurlText(_ code: CURLcode, _ detail: String) -> String {
        let text = SafeText.line(of: detail, maximum: 200)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    private static func hint(_ status: Int, _ request: HTTPRequest) -> String? {
        switch status {
        case 401: "give user and password as \(request.endpoint.scheme)://USER:PASSWORD@\(request.endpoint.host)"
        case 404: "the module behind this path may be missing, or the server has a base path to add to the address"
        case 300..<400: "redirects are not followed; give the address it points to"
        case 503: "the server may be starved or still starting"
        default: nil
        }
    }
}
