// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Turns answers that are none of a metrics server's into failures: what was tried, what happened, what to do next.
enum PrometheusFailures {
    /// An answer whose status is not 200, or whose body says `error`.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - envelope: the body, if it is one of the query API.
    ///   - body: the body as it came.
    ///   - request: what was asked.
    /// - Returns: the failure.
    static func answer(
        _ status: Int, _ envelope: PrometheusEnvelope?, body: UnsafeRawBufferPointer, request: HTTPRequest
    ) -> SourceFailure {
        guard let envelope, envelope.status == "error" else {
            return status == 200
                ? SourceFailure(.format, "\(request.shown): the answer is not one of Prometheus' query API")
                : HTTPFailures.status(status, body: body, request: request)
        }
        let type = envelope.errorType.map { "\($0): " } ?? ""
        let text = "\(request.shown): HTTP \(status), \(type)\(envelope.error ?? "no reason given")"
        let code: SourceFailure.Code = envelope.errorType == "timeout" ? .timeout : .http
        return SourceFailure(code, text + (hint(envelope).map { "; \($0)" } ?? ""))
    }

    /// An answer that is no document of the query API.
    static func format(_ error: JSONError, request: HTTPRequest) -> SourceFailure {
        SourceFailure(
            .format, "\(request.shown): \(error.message); is another service on this port, or is a path missing?")
    }

    /// An answer that cannot be read at all.
    static func unreadable(_ response: HTTPResponse, _ error: JSONError, request: HTTPRequest) -> SourceFailure {
        guard response.status == 200 else {
            return answer(response.status, nil, body: response.body.bytes, request: request)
        }
        return format(error, request: request)
    }

    /// Reads an answer of any status.
    ///
    /// - Parameters:
    ///   - response: the answer.
    ///   - reader: reads it.
    ///   - sink: gets the series.
    ///   - request: what was asked.
    /// - Returns: what came with the series.
    /// - Throws: why it says nothing.
    static func read<Sink: SeriesSink>(
        _ response: HTTPResponse, _ reader: PrometheusReader, into sink: inout Sink, request: HTTPRequest
    ) throws(SourceFailure) -> PrometheusEnvelope {
        let envelope: PrometheusEnvelope
        do throws(JSONError) {
            envelope = try reader.read(response.body, into: &sink)
        } catch {
            throw unreadable(response, error, request: request)
        }
        return try checked(envelope, response, request: request)
    }

    /// What came with an answer that has data; anything else is a failure.
    static func checked(
        _ envelope: PrometheusEnvelope, _ response: HTTPResponse, request: HTTPRequest
    ) throws(SourceFailure) -> PrometheusEnvelope {
        guard response.status == 200, envelope.status == "success", envelope.hasData else {
            throw answer(response.status, envelope, body: response.body.bytes, request: request)
        }
        return envelope
    }

    private static func hint(_ envelope: PrometheusEnvelope) -> String? {
        if envelope.exceedsSamples { return "the server's --query.max-samples is too low for this mesh" }
        return envelope.errorType == "timeout" ? "the server is overloaded, or --query.timeout is too short" : nil
    }
}

extension PrometheusEnvelope {
    /// Whether the server refused because the query would load too many samples (`promql.ErrTooManySamples`).
    var exceedsSamples: Bool { error?.lowercased().contains("too many samples") ?? false }
}
