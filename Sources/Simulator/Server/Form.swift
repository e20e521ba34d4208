// SPDX-License-Identifier: Apache-2.0
/// Forms as browsers post them, `application/x-www-form-urlencoded`.
enum Form {
    /// - Parameter bytes: The form.
    /// - Returns: Names and values, decoded, in order.
    static func arguments(_ bytes: [UInt8]) -> [(name: String, value: String)] {
        bytes.split(separator: UInt8(ascii: "&")).map { field in
            let equals = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            return (decoded(field[..<equals]), decoded(field[equals...].dropFirst()))
        }
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String {
        var (result, rest) = ([UInt8](), text)
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                result.append(32)
            } else if byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
