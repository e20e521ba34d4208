// SPDX-License-Identifier: Apache-2.0
import Model

extension NodeRates {
    /// Requests that come in or go out, for comparing nodes; bytes count little beside them.
    var requests: Double { httpIn + httpOut + grpcIn + grpcOut + (tcpIn + tcpOut) / 1000 }

    /// Requests that come in and are answered with an error, or not at all.
    var errorsIn: Double { httpIn4xx + httpIn5xx + httpInNoResponse + grpcInErr + grpcInNoResponse }

    /// Requests that come in.
    var requestsIn: Double { httpIn + grpcIn }
    var percentErrorsIn: Double { requestsIn > 0 ? errorsIn / requestsIn * 100 : 0 }
}
