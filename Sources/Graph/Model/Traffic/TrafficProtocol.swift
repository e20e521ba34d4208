// SPDX-License-Identifier: Apache-2.0
/// How requests travel.
package enum TrafficProtocol: Hashable, Sendable {
    /// Requests of HTTP.
    case http
    /// Requests or messages of gRPC.
    case grpc
    /// Bytes of TCP.
    case tcp
    /// Whatever else a mesh reports; it has no rates.
    case other(String)

    /// The name as it stands in labels.
    package var name: String {
        switch self {
        case .http: "http"
        case .grpc: "grpc"
        case .tcp: "tcp"
        case .other(let name): name
        }
    }
}

/// A value for each protocol that has rates.
package struct ByProtocol<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The value of HTTP.
    package var http: Value
    /// The value of gRPC.
    package var grpc: Value
    /// The value of TCP.
    package var tcp: Value

    /// - Parameter value: the value of every protocol.
    package init(repeating value: Value) {
        (http, grpc, tcp) = (value, value, value)
    }

    /// The value of a protocol; `nil` for one that has no rates.
    package subscript(transport: TrafficProtocol) -> Value? {
        switch transport {
        case .http: http
        case .grpc: grpc
        case .tcp: tcp
        case .other: nil
        }
    }

    /// Changes the value of a protocol; does nothing for one that has no rates. A switch, because a key path costs many times as much.
    ///
    /// - Parameters:
    ///   - transport: the protocol.
    ///   - change: changes its value.
    @inlinable
    package mutating func update(_ transport: TrafficProtocol, _ change: (inout Value) -> Void) {
        switch transport {
        case .http: change(&http)
        case .grpc: change(&grpc)
        case .tcp: change(&tcp)
        case .other: break
        }
    }
}
