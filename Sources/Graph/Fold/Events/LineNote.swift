// SPDX-License-Identifier: Apache-2.0
import Model

/// What a line means whose kind is `other`: it changes nothing in the books, but tells something that whoever runs the cluster should know.
struct LineNote {
    /// What keeps a node from joining or working, for as long as its lines repeat it.
    enum Trouble: Int, CaseIterable {
        /// It does not get into the cluster.
        case joining
        /// Cluster Bootstrap does not find or reach enough contact points.
        case forming
        case sharding
        case singleton
        /// It cannot listen at its address.
        case binding
        case oversized
        /// What reaches it is of another protocol, or of another frame size.
        case framing
        case lease
    }

    /// Without the observer's name; `{peer}` stands for the peer, `{1}`, `{2}` … for what the line has in brackets.
    let clause: String
    let severity: MeshEvent.Severity
    let trouble: Trouble?
    /// Whether each line names another message or number, so that all of them say the same.
    let isOfEachMessage: Bool
    /// Whether a split brain resolver, or what is there in its place, says it.
    let isOfDowning: Bool

    private init(
        _ clause: String, _ severity: MeshEvent.Severity = .notice, _ trouble: Trouble? = nil,
        isOfEachMessage: Bool = false,
        isOfDowning: Bool = false
    ) {
        self.clause = clause
        self.severity = severity
        self.trouble = trouble
        self.isOfEachMessage = isOfEachMessage || [.sharding, .oversized, .framing].contains(trouble)
        self.isOfDowning = isOfDowning
    }

    /// The note of a pattern; `nil` for patterns that tell nothing.
    static func of(_ pattern: String) -> LineNote? { table[pattern] }

    private static let table: [String: LineNote] = membership.merging(operations) { $1 }.merging(newer) { $1 }

    private static let membership: [String: LineNote] = [
        "M16": LineNote("saw a member join that is one already"),
        "M17": LineNote(
            "saw a new incarnation of {peer} try to join, which must wait until the old one is removed", .warning),
        "M23": LineNote("could not join its seed nodes after {1} attempts", .warning, .joining),
        "M24": LineNote("could not join other seed nodes and joins itself", .warning),
        "M25": LineNote("cannot join: its configuration is incompatible with the cluster's", .failure, .joining),
        "M26": LineNote("found incompatible settings when {peer} tried to join", .warning),
        "M27": LineNote("gave up joining its seed nodes", .failure, .joining),
        "M28": LineNote("refused a join with another protocol or system name", .warning),
        "M29": LineNote("ignored a member that cannot be joined in its status", .warning, .joining),
        "M39": LineNote("has no seed nodes configured"),
        "M40": LineNote("downs {peer} automatically, without a split brain resolver", .warning, isOfDowning: true),
        "M42": LineNote("was asked to down {peer}, which is no member"),
        "C15": LineNote("was sent a message for another address", .warning, isOfEachMessage: true),
        "C16": LineNote("buffers {1} messages for {peer}", .warning, isOfEachMessage: true),
        "C17": LineNote("dropped a message that is larger than the maximum", .warning, .oversized),
        "C19": LineNote("could not bind its address", .failure, .binding),
        "T07": LineNote("restarts an inbound stream that failed", .warning, isOfEachMessage: true),
        "T16": LineNote("dropped a message from {peer}, which it has quarantined", isOfEachMessage: true),
        "T19": LineNote("could not serialize a message that is larger than the maximum", .warning, .oversized),
        "T20": LineNote("dropped a message to {peer} that is larger than the maximum", .warning, .oversized),
        "T21": LineNote("could not deserialize a message", .warning, isOfEachMessage: true),
        "T22": LineNote("was sent bytes of another protocol, or of TLS on one side only", .warning, .framing),
        "T25": LineNote("could not deliver system messages to {peer}", .failure),
    ]

    private static let operations: [String: LineNote] = [
        "H01": LineNote("cannot register a shard region with the coordinator", .warning, .sharding),
        "H02": LineNote("finds no shard coordinator to register with", .warning, .sharding),
        "H04": LineNote("drops messages for a shard: its buffer is full", .warning, .sharding),
        "H05": LineNote("has a shard region whose buffer is nearly full", .warning, .sharding),
        "H06": LineNote("stops a shard region whose graceful shutdown took too long", .warning),
        "H07": LineNote("waited too long for a shard to be handed over", .warning),
        "H08": LineNote("has entities that did not stop in time", .warning),
        "H09": LineNote("has an active shard coordinator"),
        // It tries again by itself; what keeps it from it is shown as unreachable.
        "H10": LineNote("cannot update the state of the shard coordinator", .warning, isOfEachMessage: true),
        "G03": LineNote("starts a singleton"),
        "G04": LineNote("waits too long for the previous oldest to hand a singleton over", .warning, .singleton),
        "B02": LineNote("looks for other nodes to form or join a cluster"),
        "B04": LineNote("has seed nodes configured, so Cluster Bootstrap does nothing", .warning),
        "B08": LineNote("could not look up its contact points", .warning, .forming),
        "B10": LineNote("could not probe the contact point {1}", .warning, .forming),
        "B11": LineNote("gives up a contact point that did not answer", .failure, .forming),
        "B14": LineNote("joins an existing cluster"),
        "B15": LineNote("forms a new cluster"),
        "B16": LineNote("found {1} contact points, {2} confirmed, of the {3} that are required", .warning, .forming),
        "B17": LineNote("waits for another node to form the cluster", .warning, .forming),
        "B18": LineNote("waits for contact points that have not answered", .warning, .forming),
        "B20": LineNote("is misconfigured: it would probe a contact point of another kind", .failure, .forming),
        "K02": LineNote("is not allowed to ask the Kubernetes API server", .failure, .forming),
        "K03": LineNote("got an error from the Kubernetes API server", .warning, .forming),
        "K04": LineNote("found no pods to probe", .warning, .forming),
    ]

    private static let newer: [String: LineNote] = [
        "M43": LineNote("got a message for an address of another protocol or system", .failure, .joining),
        "M44": LineNote("waits with joining until its application version is known", .warning, .joining),
        "M45": LineNote("cannot join: its application version could not be read", .failure, .joining),
        "S11": LineNote(
            "would down {1} of {2} members that are indirectly connected, which is too many, and downs all", .failure,
            isOfDowning: true),
        "T27": LineNote("refused a frame of {1} bytes, where the maximum is {2}", .warning, .framing),
        "T28": LineNote("failed in a TLS handshake with {peer}", .warning),
        "T29": LineNote("runs remoting without TLS", .notice),
        "T30": LineNote("runs TLS with default passwords", .warning),
        "T31": LineNote("runs TLS without verifying host names", .notice),
        "L01": LineNote("lost a lease to a conflicting update", .failure, .lease),
        "L02": LineNote("could not renew a lease and tries again", .warning, .lease),
        "L03": LineNote("could not renew a lease in time and has lost it", .failure, .lease),
        "L04": LineNote("could not read or update a lease", .warning, .lease),
        "L05": LineNote("tries again to renew, read or update a lease", .warning),
        "L06": LineNote("took over a lease whose owner has not renewed it", .warning),
        "L07": LineNote("did not get a lease: another node owns it", .warning),
        "L08": LineNote("waited too long for the API server to update a lease", .warning, .lease),
        "L09": LineNote("could not release a lease: its owner has changed", .warning),
        "R01": LineNote("annotates its pod with a deletion cost"),
        "R02": LineNote("is not allowed to annotate its pod with a deletion cost", .warning),
        "R03": LineNote("does not know the name of its pod", .warning),
        "R04": LineNote("has set its application version"),
        "R05": LineNote("could not read its application version", .warning),
        "N01": LineNote("serves management without authentication"),
    ]
}

extension LineNote {
    /// The clause with what the line says filled in.
    func text(of line: LifecycleEvent, peer: String) -> String {
        if line.pattern == "T22", let bytes = line.evidence.text.bracketed(maximum: 1).first {
            return MagicBytes.clause(bytes) ?? clause
        }
        guard clause.contains("{") else { return clause }
        var text = clause.replacing("{peer}", with: peer)
        for (number, value) in line.evidence.text.bracketed(maximum: 3).enumerated() {
            text = text.replacing("{\(number + 1)}", with: value)
        }
        return text.contains("{") ? clause.beforeBraces : text
    }
}

/// What the first bytes of a connection are that Artery does not take, as its line writes them: `[50 45 4b 4b]`.
enum MagicBytes {
    private static let known: [(bytes: String, clause: String)] = [
        (
            "50454b4b",
            "was sent Pekko 2.0's magic bytes, PEKK, which it does not take: tcp-magic must list both, or 1.7 comes first"
        ),
        ("414b4b41", "was sent Akka's magic bytes, AKKA, which it does not take"),
        ("474554", "was sent an HTTP request to its remoting port"),
        ("504f5354", "was sent an HTTP request to its remoting port"),
        ("505249", "was sent HTTP/2 to its remoting port"),
    ]

    /// - Parameter text: Bytes in hexadecimal or decimal, with blanks or commas between.
    /// - Returns: `nil` of bytes that mean nothing here.
    static func clause(_ text: String) -> String? {
        let parts = text.split { $0 == " " || $0 == "," }.prefix(8)
        let isDecimal = parts.contains { $0.count == 3 || $0.hasPrefix("-") }
        let digits = parts.compactMap { part -> String? in
            let value = isDecimal ? Int(part) : Int(part, radix: 16)
            return value.map { String(UInt8(truncatingIfNeeded: $0), radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }
        }.joined()
        return known.first { digits.hasPrefix($0.bytes) }?.clause
    }
}

extension String {
    /// What stands in brackets, in order, without brackets within.
    fileprivate func bracketed(maximum: Int) -> [String] {
        var found: [String] = []
        var start: Index?
        for place in utf8.indices {
            switch utf8[place] {
            case UInt8(ascii: "["): start = utf8.index(after: place)
            case UInt8(ascii: "]"):
                if let begin = start, found.count < maximum { found.append(String(self[begin..<place])) }
                start = nil
            default: break
            }
        }
        return found
    }

    /// A clause whose values are not known, up to the first of them.
    fileprivate var beforeBraces: String {
        var text = String(prefix { $0 != "{" })
        while text.hasSuffix(" ") { text.removeLast() }
        for word in [" after", " with", " for", " of", " found", " the", " down"] where text.hasSuffix(word) {
            text.removeLast(word.count)
        }
        return text
    }

    fileprivate func replacing(_ word: String, with other: String) -> String {
        var (result, rest) = ("", self[...])
        while let place = rest.place(of: word) {
            result += rest[..<place.lowerBound] + other
            rest = rest[place.upperBound...]
        }
        return result + rest
    }
}

extension Substring {
    fileprivate func place(of word: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}
