// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The addresses, roles and statuses that documents repeat, each made once and then found by its bytes; shared by the decoders of one thread.
package final class MemberVocabulary {
    /// Maximum number of addresses, sets of roles and statuses that are remembered.
    private static let maximumAddresses = 1 << 16
    private static let maximumRoles = 1 << 12
    private static let maximumStatuses = 1 << 8
    /// Maximum number of characters of the name of a role, and of a status.
    static let maximumRole = 128
    static let maximumStatus = 64

    private var addresses = ByteInterner<Address>(maximum: maximumAddresses)
    private var roles = ByteInterner<Roles>(maximum: maximumRoles)
    private var statuses = ByteInterner<MemberStatus>(maximum: maximumStatuses)

    /// Without any word yet.
    package init() {}

    /// The address in the string at the reader.
    ///
    /// - Parameter reader: at the value.
    /// - Returns: the address, shared with all others of these bytes.
    /// - Throws: `JSONError` if there is no string here, or no address in it.
    @inline(__always)
    func address(_ reader: borrowing JSONReader) throws(JSONError) -> Address {
        let text = try reader.string()
        return try addresses.value(of: text) { (bytes) throws(JSONError) in
            do throws(AddressError) { return try Address(parsing: String(decoding: bytes, as: UTF8.self)) } catch {
                let shown = SafeText.line(of: bytes, maximum: 60)
                throw JSONError(expected: "an address", found: "\"\(shown)\", which \(error.clause)")
            }
        }
    }

    /// The address here, if any: `null` and Akka's `"<unknown>"` are none.
    ///
    /// - Parameter reader: at the value.
    /// - Returns: the address, or `nil`.
    /// - Throws: `JSONError` if there is something else.
    func optionalAddress(_ reader: borrowing JSONReader) throws(JSONError) -> Address? {
        if reader.isNull { return nil }
        if reader.isString, try reader.string().equals("<unknown>") { return nil }
        return try address(reader)
    }

    /// The status in the string at the reader; one without a meaning is kept as a cleaned text.
    ///
    /// - Parameter reader: at the value.
    /// - Returns: the status.
    /// - Throws: `JSONError` if there is no string here.
    @inline(__always)
    func status(_ reader: borrowing JSONReader) throws(JSONError) -> MemberStatus {
        let text = try reader.string()
        return statuses.value(of: text) { (bytes) throws(Never) in
            MemberStatus(name: SafeText.line(of: bytes, maximum: Self.maximumStatus))
        }
    }

    /// The roles in the array at the reader.
    ///
    /// - Parameter reader: at the value; it is behind it afterwards.
    /// - Returns: the roles, shared with all others of this very array.
    /// - Throws: `JSONError` if there is no array of strings here.
    @inline(__always)
    func roles(_ reader: inout JSONReader) throws(JSONError) -> Roles {
        if let key = reader.stringArrayBytes, let known = roles.known(key) { return known }
        return try newRoles(&reader)
    }

    private func newRoles(_ reader: inout JSONReader) throws(JSONError) -> Roles {
        let key = reader.stringArrayBytes
        var names: [String] = []
        try reader.array { (role, _) throws(JSONError) in
            names.append(SafeText.line(of: try role.string(), maximum: Self.maximumRole))
        }
        let made = Roles(names)
        return key.map { roles.value(of: $0) { (_) throws(Never) in made } } ?? made
    }
}

extension AddressError {
    /// The reason as a clause with a verb.
    fileprivate var clause: String {
        let text = description
        return text.hasPrefix("has ") ? text : "is \(text)"
    }
}
