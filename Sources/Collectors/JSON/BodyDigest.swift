// SPDX-License-Identifier: Apache-2.0
/// The length and a 128-bit hash of a body: equal digests mean equal bodies, so an answer that has not changed costs this and no decode.
/// Keeping the bodies themselves would cost 134 MB for a mesh of a thousand members.
///
/// Two lanes of multiply-and-fold over different keys. It is no cryptographic hash: a server that wants two bodies with one digest can
/// have them, and only lies about itself.
package struct BodyDigest: Hashable, Sendable {
    /// How many bytes there are.
    let length: Int
    let high: UInt64
    let low: UInt64

    /// - Parameter body: the body.
    package init(_ body: PaddedBytes) { self.init(body.bytes) }

    init(_ bytes: UnsafeRawBufferPointer) {
        length = bytes.count
        var high: UInt64 = 0x9E37_79B9_7F4A_7C15
        var low: UInt64 = 0xD6E8_FEB8_6659_FD93 ^ UInt64(truncatingIfNeeded: bytes.count)
        var place = 0
        while place + 16 <= bytes.count {
            let first = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let second = bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
            high = Self.fold(high ^ first, second ^ 0xA076_1D64_78BD_642F)
            low = Self.fold(low ^ second, first ^ 0xE703_7ED1_A0B4_28DB)
            place += 16
        }
        var rest: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &rest) { $0.copyBytes(from: bytes[place...]) }
        self.high = Self.fold(high ^ rest.0, rest.1 ^ 0x8EBC_6AF0_9C88_C6E3)
        self.low = Self.fold(low ^ rest.1, rest.0 ^ 0x5899_65CC_7537_4CC3)
    }

    /// The two halves of the product, mixed. A factor of zero would forget the other one, hence the sum.
    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return (product.high ^ product.low) &+ left
    }
}
