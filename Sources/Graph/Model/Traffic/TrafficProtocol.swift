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

    private static func path(_ transport: TrafficProtocol) -> WritableKeyPath<Self, Value>? {
        switch transport {
        case .http: \.http
        case .grpc: \.grpc
        case .tcp: \.tcp
        case .other: nil
        }
    }

    /// The value of a protocol; `nil` for one that has no rates.
    package subscript(transport: TrafficProtocol) -> Value? {
        Self.path(transport).map { self[keyPath: $0] }
    }

    /// Changes the value of a protocol; does nothing for one that has no rates.
    ///
    /// - Parameters:
    ///   - transport: the protocol.
    ///   - change: changes its value.
    package mutating func update(_ transport: TrafficProtocol, _ change: (inout Value) -> Void) {
        if let path = Self.path(transport) { change(&self[keyPath: path]) }
    }
}
