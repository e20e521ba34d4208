import CTerminal
import Glibc
import Testing

@testable import Views

@Suite struct CellWidthAgreementTests {
    /// ncurses moves its cursor by the C library's opinion; where that differs from ours the backend draws question marks, so
    /// differences must be rare.
    @Test("our table of widths agrees with the C library on nearly every scalar that is shown")
    func agreement() throws {
        let locale = try #require(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
        defer { freelocale(locale) }
        let former = uselocale(locale)
        defer { uselocale(former) }
        var shown = 0
        var different: [UInt32] = []
        for value in UInt32(0x20)...0x3FFFF {
            guard let scalar = Unicode.Scalar(value), case .glyph(let width) = ScalarClass(scalar) else { continue }
            shown += 1
            let known = meshtop_terminal_wcwidth(value)
            // -1: assigned only after the library was made.
            if known >= 0, known != Int32(width) { different.append(value) }
        }
        #expect(different.count * 500 < shown, "\(different.count) of \(shown): \(different.prefix(20))")
    }
}
