// SPDX-License-Identifier: Apache-2.0
import Model

/// The service graph drawn in plain characters without a terminal: `snapshot -o text`.
enum GraphText {
    /// Draws the graph of a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: With a graph, or without: then there is nothing to draw.
    ///   - width: The columns that the drawing should fit in; nodes become single lines if it does not, and what is still wider stays so.
    ///   - glyphs: The signs to draw with.
    /// - Returns: Lines without trailing blanks and without line feeds; none without a graph.
    static func lines(_ snapshot: MeshSnapshot, width: Int, glyphs: GlyphSet) -> [String] {
        let room = Size(columns: max(20, width), rows: 10_000)
        let picture = Picture(snapshot)
        var settings = GraphSettings()
        settings.isOnScreen = false
        guard let scene = GraphScene.make(picture, settings, room: room, glyphs: glyphs, last: nil) else {
            return []
        }
        return GraphDressing(scene: scene, selection: .nothing, glyphs: glyphs).picture.text(glyphs)
    }
}
