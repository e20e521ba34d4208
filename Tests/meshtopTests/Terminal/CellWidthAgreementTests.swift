// SPDX-License-Identifier: Apache-2.0
import CTerminal
import Glibc
import Testing

@testable import Views

/// ncurses moves its cursor by the C library's widths; where those differ from ours the backend draws question marks.
@Suite struct CellWidthAgreementTests {
    /// Where the C library differs, its width, and why.
    private static let exceptions: [(scalars: ClosedRange<UInt32>, width: Int32, reason: String)] = [
        (
            0x3248...0x324F, 2,
            "numbers in black squares: ambiguous in Unicode, made wide by the C library like what follows them"
        ),
        (
            0x4DC0...0x4DFF, 2,
            "hexagrams: narrow up to Unicode 15, made wide by the C library like the ideographs around them"
        ),
        (
            0x1171E...0x1171E, 0,
            "a consonant sign of Ahom: a nonspacing mark when the C library was made, a spacing one since"
        ),
    ]

    @Test("our widths agree with the C library's on every scalar that both know, but for three exceptions")
    func agreement() throws {
        let locale = try #require(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
        defer { freelocale(locale) }
        let former = uselocale(locale)
        defer { uselocale(former) }
        var compared = 0
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), let width = Self.width(of: scalar) else { continue }
            let known = meshtop_terminal_wcwidth(value)
            // -1: assigned only after the C library was made; question marks are drawn for it too.
            guard known >= 0 else { continue }
            compared += 1
            let exception = Self.exceptions.first { $0.scalars.contains(value) }
            #expect(known == exception?.width ?? width, "U+\(String(value, radix: 16))")
        }
        #expect(compared > 140_000)
    }

    /// The cells that a scalar takes by our table; nil for what is never drawn as it is.
    private static func width(of scalar: Unicode.Scalar) -> Int32? {
        switch ScalarClass(scalar) {
        case .glyph(let width): Int32(width)
        case .mark: 0
        case .space, .replaced, .dropped: nil
        }
    }
}
