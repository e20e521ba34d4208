// SPDX-License-Identifier: Apache-2.0
/// Which part of a long list is shown: the selected row is kept in the middle as far as possible, so that the rows ahead are visible.
struct ListWindow {
    let top: Int
    let count: Int

    /// - Parameters:
    ///   - total: Rows of the list.
    ///   - position: The row to keep in sight.
    ///   - height: Rows of the area.
    init(total: Int, position: Int, height: Int) {
        self.total = total
        count = min(total, max(0, height))
        top = min(max(0, position - count / 2), total - count)
    }

    var above: Int { top }
    var below: Int { total - top - count }
    private let total: Int

    var range: Range<Int> { top..<(top + count) }
}
