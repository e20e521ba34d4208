// SPDX-License-Identifier: Apache-2.0
import Model

/// An event in few words, after a column that names its observer: names are as short as elsewhere on the screen.
enum EventWords {
    private static let maximumNamed = 3

    /// The names of an event's nodes, in one form.
    struct Names {
        let names: AddressNames
        let form: AddressNames.Form

        func text(_ address: Address) -> String { names.text(of: address, form) }
    }

    static func text(_ event: MeshEvent, _ names: Names, _ glyphs: GlyphSet) -> String {
        let isItself = event.subject == event.observer
        let subject = isItself ? "itself" : event.subject.map(names.text) ?? ""
        switch event.change {
        case .member(let from, let to):
            guard event.subject != nil else { break }
            return "\(subject) " + (from.map { "\($0.name) \(glyphs.arrow) " } ?? "") + to.name
        case .reachability(_, let to):
            guard event.subject != nil else { break }
            return reachability(event, to, subject, names)
        case .leader where event.origin != .log:
            return event.subject == nil ? "sees no leader" : isItself ? "is the leader" : "leader is \(subject)"
        case .leader, .association, .phi, .sbr, .shutdown, .bootstrap, .lease, .pod, .other: break
        }
        return shortened(event, names)
    }

    /// A node lists itself as unreachable when others have reported that they cannot reach it.
    private static func reachability(
        _ event: MeshEvent, _ to: MeshEvent.Reachability, _ subject: String, _ names: Names
    ) -> String {
        let finders = finders(event.hearsay, names)
        guard event.subject == event.observer else {
            return "\(subject) \(to.rawValue)" + (finders.isEmpty ? "" : ", says \(finders)")
        }
        guard to == .unreachable else { return "hears that it is \(to.rawValue) again" }
        return "hears that " + (finders.isEmpty ? "others" : finders) + " cannot reach it"
    }

    private static func finders(_ hearsay: MeshEvent.Hearsay, _ names: Names) -> String {
        let named = hearsay.first.prefix(maximumNamed)
        let more = hearsay.count > named.count ? " +\(hearsay.count - named.count)" : ""
        return named.map(names.text).joined(separator: ", ") + more
    }

    /// The text without its observer, and with the short name of the subject.
    private static func shortened(_ event: MeshEvent, _ names: Names) -> String {
        var text = event.text[...]
        if let observer = event.observer?.hostPort, text.hasPrefix(observer + " ") {
            text = text.dropFirst(observer.count + 1)
        }
        guard let subject = event.subject, let place = Search.range(of: subject.hostPort, in: text) else {
            return String(text)
        }
        return text[..<place.lowerBound] + names.text(subject) + text[place.upperBound...]
    }
}
