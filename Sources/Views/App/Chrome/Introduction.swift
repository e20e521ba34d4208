// SPDX-License-Identifier: Apache-2.0
/// What the first frame says before any source has answered: which sources are asked, and what else could be typed.
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
    static func lines(_ introduction: Introduction, sources: [StyledLine], glyphs: GlyphSet) -> [StyledLine] {
        var lines = [StyledLine(sources.isEmpty ? "Connecting." : "No source has reported a cluster yet.", .heading)]
        lines.append(.empty)
        if sources.isEmpty {
            let why = introduction.areDefaults ? " (no source was given: these are tried)" : ""
            lines += introduction.targets.map { StyledLine("  \(glyphs.notReady) ", .joining) + StyledLine($0 + why) }
        } else {
            lines += sources
        }
        return lines
            + suggestions([
                ("meshtop --management HOST:8558", "a node's management port; the others are found"),
                ("meshtop demo", "a simulated cluster, to look around"),
                ("meshtop replay FILE", "a recording"),
            ])
    }

    /// Service traffic comes from Prometheus only.
    static func trafficLines(sources: [StyledLine]) -> [StyledLine] {
        let title = sources.isEmpty ? "No Prometheus was given." : "Prometheus has not reported any traffic yet."
        return [StyledLine(title, .heading), .empty] + sources
            + suggestions([
                ("meshtop --prometheus http://HOST:9090", "where Istio's proxies are scraped"),
                ("meshtop demo", "a simulated mesh, to look around"),
            ])
    }

    /// Pods come from Kubernetes only.
    static var kubernetesLines: [StyledLine] {
        [StyledLine("Kubernetes is not looked at.", .heading), .empty]
            + suggestions([
                ("meshtop --kubernetes", "members in the pods of the context's namespace"),
                ("meshtop --kubernetes -n NAMESPACE", "in those of another, or -A: of all"),
                ("meshtop --kubernetes --context NAME", "of another cluster"),
            ])
    }

    /// Istio's objects come from Kubernetes only.
    static var istioLines: [StyledLine] {
        [StyledLine("No object of Istio was read.", .heading), .empty]
            + suggestions([
                ("meshtop --kubernetes", "Istio's objects of the cluster, where it has them"),
                ("meshtop --kubernetes-dump PATH", "files of what kubectl get -o yaml prints"),
            ])
    }

    private static func suggestions(_ rows: [(command: String, meaning: String)]) -> [StyledLine] {
        let width = (rows.map(\.command.count).max() ?? 0) + 2
        return [.empty, StyledLine("What would work:", .heading)]
            + rows.map { command, meaning in
                StyledLine("  " + TextFitting.pad(command, to: width), .key) + StyledLine(meaning, .muted)
            }
    }
}
