// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads the data of the event stream `/cluster/domain-events` (akka-management, `ClusterDomainEventServerSentEventEncoder.scala`).
/// Confined to one thread.
final class DomainEventDecoder {
    /// Maximum number of characters of the name of an event's type.
    static let maximumType = 64
    /// Maximum number of characters of any other text.
    static let maximumText = 128

    private let parser = JSONParser(maximumBytes: EventStreamParser.maximumBytes)
    private let buffer = PaddedBytes()
    private let vocabulary: MemberVocabulary

    /// - Parameter vocabulary: where addresses, roles and statuses are looked up.
    init(vocabulary: MemberVocabulary = MemberVocabulary()) { self.vocabulary = vocabulary }

    /// The fields that any event may have.
    private struct Fields {
        var type: String?
        var member: Member?
        var previousStatus: MemberStatus?
        var dataCenter: String?
        var role: String?
        var address: Address?
    }

    /// Decodes one event.
    ///
    /// - Parameters:
    ///   - data: the JSON of the stream's `data` lines.
    ///   - type: the stream's `event` line, used if the JSON does not repeat it.
    /// - Returns: the event; one of a type that is not known as `unknown`.
    /// - Throws: `JSONError` with the path of what is missing or of the wrong type.
    func decode(_ data: [UInt8], type: [UInt8]) throws(JSONError) -> DomainEvent {
        buffer.removeAll()
        data.withUnsafeBytes { buffer.append($0) }
        let fields = try parser.parse(buffer) { (document) throws(JSONError) in try self.fields(&document) }
        let name = fields.type ?? type.withUnsafeBytes { SafeText.line(of: $0, maximum: Self.maximumType) }
        return try event(name, fields)
    }

    private func event(_ type: String, _ fields: Fields) throws(JSONError) -> DomainEvent {
        switch type {
        case "MemberJoined", "MemberWeaklyUp", "MemberUp", "MemberLeft", "MemberExited", "MemberDowned",
            "MemberPreparingForShutdown", "MemberReadyForShutdown":
            return .member(try member(of: fields))
        case "MemberRemoved":
            return .memberRemoved(try member(of: fields), previousStatus: fields.previousStatus ?? .unknown(""))
        case "UnreachableMember": return .unreachable(try member(of: fields))
        case "ReachableMember": return .reachable(try member(of: fields))
        case "UnreachableDataCenter": return .dataCenterUnreachable(try Self.present(fields.dataCenter, "dataCenter"))
        case "ReachableDataCenter": return .dataCenterReachable(try Self.present(fields.dataCenter, "dataCenter"))
        case "LeaderChanged": return .leaderChanged(fields.address)
        case "RoleLeaderChanged":
            return .roleLeaderChanged(role: try Self.present(fields.role, "role"), fields.address)
        case "ClusterShuttingDown": return .shuttingDown
        default: return .unknown(type: type)
        }
    }

    private func member(of fields: Fields) throws(JSONError) -> Member { try Self.present(fields.member, "member") }

    private static func present<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
        guard let value else { throw JSONError(path: name, expected: "a value", found: "no such field") }
        return value
    }

    // MARK: - Fields

    private func fields(_ document: inout JSONReader) throws(JSONError) -> Fields {
        var fields = Fields()
        try document.object { (value, name) throws(JSONError) in
            if name.equals("type") {
                fields.type = try Self.text(value)
            } else if name.equals("member") {
                fields.member = try member(&value)
            } else if name.equals("previousStatus") {
                fields.previousStatus = try vocabulary.status(value)
            } else if name.equals("dataCenter") {
                fields.dataCenter = try Self.text(value)
            } else if name.equals("role") {
                fields.role = try Self.text(value)
            } else if name.equals("address") {
                fields.address = try vocabulary.optionalAddress(value)
            }
        }
        return fields
    }

    private func member(_ object: inout JSONReader) throws(JSONError) -> Member {
        var node: UniqueAddress?
        var status: MemberStatus?
        var roles: Roles?
        try object.object { (value, name) throws(JSONError) in
            if name.equals("uniqueAddress") {
                node = try uniqueAddress(&value)
            } else if name.equals("status") {
                status = try vocabulary.status(value)
            } else if name.equals("roles") {
                roles = try vocabulary.roles(&value)
            }
        }
        return Member(
            node: try Self.present(node, "uniqueAddress"), status: try Self.present(status, "status"),
            roles: roles ?? Roles([]))
    }

    private func uniqueAddress(_ object: inout JSONReader) throws(JSONError) -> UniqueAddress {
        var address: Address?
        var uid: Int64?
        try object.object { (value, name) throws(JSONError) in
            if name.equals("address") {
                address = try vocabulary.address(value)
            } else if name.equals("longUid") {
                uid = try value.int64()
            }
        }
        return UniqueAddress(try Self.present(address, "address"), uid: try Self.present(uid, "longUid"))
    }

    private static func text(_ value: borrowing JSONReader) throws(JSONError) -> String {
        SafeText.line(of: try value.string(), maximum: maximumText)
    }
}
