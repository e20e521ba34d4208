// SPDX-License-Identifier: Apache-2.0
/// Writes the journal's basic values: variable-length numbers, texts, optional values.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Seven bits a byte, the least significant first.
    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func count(_ value: Int) { number(UInt64(value)) }

    /// Small numbers of either sign stay short.
    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    /// Uids use all of their 64 bits.
    mutating func fixed(_ value: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift))) }
    }

    mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    /// Bytes behind their number.
    mutating func blob(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Whole microseconds as one number; anything finer in full, so that a replay computes with the very same value.
    mutating func duration(_ value: Duration) {
        let (seconds, attoseconds) = value.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, sumOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        if attoseconds % 1_000_000_000_000 == 0, !overflow, !sumOverflow {
            byte(0)
            signed(sum)
        } else {
            byte(1)
            signed(seconds)
            signed(attoseconds)
        }
    }
}
