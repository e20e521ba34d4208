/// What the first frame says, before any source has answered: what is looked at, and what else could be typed.
package struct Introduction: Equatable, Sendable {
    /// Sources that are asked: `http://localhost:8558`.
    package var targets: [String]
    /// Whether they are the defaults, because the user named none.
    package var areDefaults: Bool
    /// - Parameters:
    ///   - targets: Sources that are asked, as the user knows them.
    ///   - areDefaults: Whether the user named none of them.
    package init(targets: [String], areDefaults: Bool) {
        self.targets = targets
        self.areDefaults = areDefaults
    }
}

/// Screens without rows say why, and what to type.
enum EmptyScreen {
    static func lines(_ introduction: Introduction, sources: [SourceLine], glyphs: GlyphSet) -> [StyledLine] {
        var lines = [StyledLine(sources.isEmpty ? "Connecting." : "No source has told of a cluster yet.", .heading)]
        lines.append(.empty)
        if sources.isEmpty {
            let why = introduction.areDefaults ? " (no source was given: these are tried)" : ""
            lines += introduction.targets.map { StyledLine("  \(glyphs.notReady) ", .joining) + StyledLine($0 + why) }
        } else {
            lines += sources.flatMap(\.lines)
        }
        lines.append(.empty)
        lines.append(StyledLine("What would work:", .heading))
        for (command, meaning) in [
            ("meshtop --management HOST:8558", "a node's management port; the others are found"),
            ("meshtop demo", "a simulated cluster, to look around"),
            ("meshtop replay FILE", "a recording"),
        ] {
            lines.append(
                StyledLine("  " + TextFitting.pad(command, to: 32), .key) + StyledLine(meaning, .muted))
        }
        return lines
    }

    /// A source in a list of those that have not answered.
    struct SourceLine {
        var lines: [StyledLine]
    }
}
