// SPDX-License-Identifier: Apache-2.0
/// Cells of one row that changed, side by side.
package struct FrameRun: Equatable, Sendable {
    /// The column of its first cell.
    package let x: Int
    /// Its row.
    package let y: Int
    /// The cells as they are to be, from left to right.
    package let cells: [Cell]
}

extension Frame {
    /// What must be drawn to get from another frame to this one. Each wide glyph is drawn whole: if one of its two cells changed, or was
    /// half of another wide glyph before, both are in the run. Unchanged cells are never in a run, so its cost is the output's.
    ///
    /// - Parameter other: What is on the screen now; a frame of another size counts as nothing, all cells are returned.
    /// - Returns: Runs from top left to bottom right. Applying them to `other` gives this frame.
    package func diff(from other: Frame?) -> [FrameRun] {
        guard let other, other.size == size else {
            return (0..<size.rows).map { y in
                FrameRun(x: 0, y: y, cells: Array(cells[(y * size.columns)..<((y + 1) * size.columns)]))
            }
        }
        var runs: [FrameRun] = []
        for y in 0..<size.rows { appendRuns(of: y, from: other, to: &runs) }
        return runs
    }

    /// Draws runs over this frame, as a terminal does.
    mutating func apply(_ runs: [FrameRun]) {
        for run in runs {
            for (offset, cell) in run.cells.enumerated() where self[run.x + offset, run.y] != nil {
                setCell(cell, x: run.x + offset, y: run.y)
            }
        }
    }

    private func appendRuns(of y: Int, from other: Frame, to runs: inout [FrameRun]) {
        let start = y * size.columns
        var x = 0
        while x < size.columns {
            let length = changedLength(at: start + x, from: other)
            guard length > 0 else {
                x += 1
                continue
            }
            let first = x
            x += length
            while x < size.columns {
                let more = changedLength(at: start + x, from: other)
                if more == 0 { break }
                x += more
            }
            runs.append(FrameRun(x: first, y: y, cells: Array(cells[(start + first)..<(start + x)])))
        }
    }

    /// How many cells from this one on must be drawn as a unit: 0 (unchanged), 1, or 2 for a wide glyph. The second half of a wide glyph
    /// that went away differs from its old tail by itself, so it needs no special case.
    private func changedLength(at index: Int, from other: Frame) -> Int {
        let cell = cells[index]
        guard cell.glyph.width == 2 else { return cell == other.cells[index] ? 0 : 1 }
        let same = cell == other.cells[index] && cells[index + 1] == other.cells[index + 1]
        return same ? 0 : 2
    }
}
