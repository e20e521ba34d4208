import Configuration

extension WaitExpression {
    /// What is said of a name that is not known.
    static func unknownName(_ name: String) -> String {
        let known = numbers + ["health", "leader"]
        let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \($0)?" }
        return "nothing is called '\(name)'\(hint ?? "; known are \(known.joined(separator: ", "))")"
    }
}
