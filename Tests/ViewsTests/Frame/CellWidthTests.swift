// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Views

@Suite struct CellWidthTests {
    @Test(
        "widths of what people write",
        arguments: [("abc", 3), ("日本", 4), ("한국", 4), ("é", 1), ("👍", 2), ("●━▁", 3), ("ｆ", 2), ("", 0), ("ก็", 1)])
    func widths(text: String, width: Int) {
        #expect(text.cellWidth == width)
    }
}
