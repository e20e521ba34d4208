// SPDX-License-Identifier: Apache-2.0
import Model

@testable import Views

extension Scene {
    /// What models look at: the scene's data on a terminal of 80 by 24.
    func context(
        page: Page = .screen(.overview), size: Size = Size(columns: 80, rows: 24),
        choices: TrafficChoices = TrafficChoices()
    ) -> ScreenContext {
        let snapshot = snapshot ?? Builder().snapshot()
        return ScreenContext(
            picture: Picture(snapshot), now: Scene.now, zone: .zero, glyphs: .unicode, size: size, page: page,
            traffic: choices.options(snapshot.options.graph))
    }
}

extension FindExpression {
    /// An expression that is known to be one.
    static func known(_ text: String) -> FindExpression {
        guard let expression = try? FindExpression(typed: text) else { preconditionFailure("no expression: \(text)") }
        return expression
    }
}
