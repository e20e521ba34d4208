// SPDX-License-Identifier: Apache-2.0
internal import Model

extension SafeText {
    /// The first line of bytes that has anything to show, without its hostile scalars.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 or not; wrong bytes become replacement characters.
    ///   - maximum: Maximum number of scalars; an ellipsis stands for those that follow. No more than eight bytes are read for each.
    /// - Returns: the line; empty if no line has anything to show.
    static func line(of bytes: UnsafeRawBufferPointer, maximum: Int) -> String {
        // Nearly all texts are names: visible ASCII is itself.
        if bytes.count <= maximum, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return line(of: String(decoding: bytes.prefix(8 * maximum), as: UTF8.self), maximum: maximum)
    }
}
