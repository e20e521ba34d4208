extension KeyMap {
    /// Keys of the matrix; they stand before those that work everywhere.
    static let matrix = [
        row("n", .nextTrouble, label: "next trouble", help: "Go to the next cell in trouble"),
        row("w", .showWorst, label: "worst", help: "Show the worst of association, phi and reachability"),
        row("a", .showAssociation, label: "assoc", help: "Show the state of each association"),
        row("p", .showPhi, label: "phi", help: "Show how much of the time to phi's threshold has gone"),
        row("r", .showReach, label: "reach", help: "Show who reaches whom"),
        row("g", .nextGrouping, label: "group", help: "Group by role, data centre, or all that are well"),
        row("o", .nextOrder, label: "order", help: "Order by name, the worst first, or data centre"),
        row("c", .nextCluster, help: "Show the next cluster"),
        KeyBinding(
            [.left, .character("h")], .matrix(.left), in: .on(.matrix), keyText: "left h", help: "Go a column left"),
        KeyBinding(
            [.right, .character("l")], .matrix(.right), in: .on(.matrix), keyText: "right l",
            help: "Go a column right"),
        row("<", .pageLeft, help: "Go ten columns left"),
        row(">", .pageRight, help: "Go ten columns right"),
    ]

    private static func row(
        _ key: Unicode.Scalar, _ action: MatrixAction, label: String? = nil, help: String
    ) -> KeyBinding {
        KeyBinding([.character(key)], .matrix(action), in: .on(.matrix), label: label, help: help)
    }
}
