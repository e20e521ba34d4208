// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads what lines list: members with their statuses, records of reachability, nodes that are downed.
enum LinePayloadReader {
    /// Which lists a pattern has.
    enum Form: Sendable {
        /// `Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)`, one or several.
        case members
        /// `roles [a, b]` of the peer.
        case roles
        /// M14: `reachability status: [A -> B: Unreachable [Unreachable] (7)], member status: [A Up seen=true]`.
        case leader
        /// S06: who is downed, all members, all records.
        case decision
        /// Records in brackets behind words.
        case records
    }

    /// Maximum number of entries of a list.
    static let maximum = RecordScanner.maximumMembers

    static func read(_ form: Form, _ match: LogMatch) -> LinePayload? {
        let message = match.slice(match.start..<match.bytes.count)
        var payload = LinePayload()
        switch form {
        case .members: payload.members = members(in: match.captures[.members].map(match.slice) ?? message)
        case .roles:
            guard let peer = match.address(.peer), let list = list(behind: "roles [", in: message) else { return nil }
            payload.members = [LinePayload.Member(address: peer, roles: names(list))]
        case .leader:
            payload.records = records(in: message)
            payload.members = seen(in: list(behind: "member status: [", in: message) ?? message)
        case .decision:
            payload.downed = list(behind: "is downing [", in: message).map(addresses) ?? []
            payload.members = members(in: message)
            payload.records = records(in: message)
        case .records: payload.records = records(in: message)
        }
        return payload.isEmpty ? nil : payload
    }

    // MARK: - Lists

    /// What stands in brackets behind words, whole brackets within included.
    private static func list(behind words: String, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let words = Array(words.utf8)
        guard let place = LogTemplate.first(words, in: bytes, from: 0, to: bytes.count) else { return nil }
        let start = place + words.count
        var depth = 1
        for end in start..<bytes.count {
            if bytes[end] == 91 { depth += 1 }
            if bytes[end] == 93 { depth -= 1 }
            if depth == 0 { return UnsafeRawBufferPointer(rebasing: bytes[start..<end]) }
        }
        return UnsafeRawBufferPointer(rebasing: bytes[start...])
    }

    private static func addresses(_ bytes: UnsafeRawBufferPointer) -> [Address] {
        AddressScan.all(in: bytes).prefix(maximum).compactMap { LogHeader.address(bytes, $0) }
    }

    /// `a, b` or `a,b`.
    private static func names(_ bytes: UnsafeRawBufferPointer) -> [String] {
        text(bytes).split(separator: ",").prefix(64).map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { SafeText.line(of: bytes, maximum: 4096) }

    // MARK: - Members

    private static let memberWord = Array("Member(".utf8)

    static func members(in bytes: UnsafeRawBufferPointer) -> [LinePayload.Member] {
        var found: [LinePayload.Member] = []
        var from = 0
        while found.count < maximum,
            let place = LogTemplate.first(memberWord, in: bytes, from: from, to: bytes.count)
        {
            let start = place + memberWord.count
            var (end, depth) = (start, 1)
            while end < bytes.count {
                if bytes[end] == 40 { depth += 1 }
                if bytes[end] == 41 { depth -= 1 }
                if depth == 0 { break }
                end += 1
            }
            if let member = member(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) { found.append(member) }
            from = max(end, start)
        }
        return found
    }

    /// `akka://Shop@10.0.0.9:25520, Up, 1.0.0`, `address = …, dataCenter = eu, status = Up, roles = Set(a)`: in any order, as versions differ.
    private static func member(_ bytes: UnsafeRawBufferPointer) -> LinePayload.Member? {
        guard let range = AddressScan.all(in: bytes).first, let address = LogHeader.address(bytes, range) else {
            return nil
        }
        var member = LinePayload.Member(address: address)
        for part in parts(text(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))) {
            read(part, into: &member)
        }
        return member
    }

    private static func read(_ part: Substring, into member: inout LinePayload.Member) {
        let mark = part.firstIndex(of: "=")
        let name = mark.map { part[..<$0].filter { $0 != " " } } ?? ""
        let value = part[(mark.map { part.index(after: $0) } ?? part.startIndex)...].drop { $0 == " " }
        switch name {
        case "status": member.status = MemberStatus(name: String(value))
        case "dataCenter", "dc": member.dataCenter = String(value)
        case "roles":
            member.roles = value.drop { $0 != "(" }.dropFirst().split { $0 == "," || $0 == ")" || $0 == " " }.map(
                String.init)
        case "":
            let status = MemberStatus(name: String(value))
            if MemberStatus.named.contains(status) {
                member.status = status
            } else if member.dataCenter == nil, let first = value.utf8.first, (first | 32) >= 97, (first | 32) <= 122 {
                member.dataCenter = String(value)
            }
        default: break
        }
    }

    /// What commas separate, those in parentheses not counted.
    private static func parts(_ text: String) -> [Substring] {
        var result: [Substring] = []
        var (start, depth) = (text.startIndex, 0)
        for place in text.indices {
            switch text[place] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                result.append(text[start..<place])
                start = text.index(after: place)
            default: break
            }
        }
        result.append(text[start...])
        return result.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    }

    /// `akka://Shop@10.0.0.9:25520 Up seen=true`.
    private static func seen(in bytes: UnsafeRawBufferPointer) -> [LinePayload.Member] {
        AddressScan.all(in: bytes).prefix(maximum).compactMap { range in
            guard let address = LogHeader.address(bytes, range) else { return nil }
            let words = text(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...].prefix(80)))
                .split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[1].hasPrefix("seen=") else { return nil }
            return LinePayload.Member(
                address: address, status: MemberStatus(name: String(words[0])),
                hasSeen: words[1].hasPrefix("seen=true"))
        }
    }

    // MARK: - Records

    private static let arrow = Array(" -> ".utf8)

    /// `A -> B: Unreachable [Unreachable] (7)`.
    static func records(in bytes: UnsafeRawBufferPointer) -> [LinePayload.Record] {
        var found: [LinePayload.Record] = []
        var from = 0
        while found.count < maximum, let place = LogTemplate.first(arrow, in: bytes, from: from, to: bytes.count) {
            from = place + arrow.count
            var start = place
            while start > 0, ![91, 44, 32].contains(bytes[start - 1]) || bytes[start - 1] == 91 && isHost(bytes, start)
            {
                start -= 1
            }
            guard let end = AddressScan.end(bytes, from: from) else { continue }
            let word = text(UnsafeRawBufferPointer(rebasing: bytes[end...].prefix(24)))
            guard let observer = LogHeader.address(bytes, start..<place), observer.host != nil,
                let subject = LogHeader.address(bytes, from..<end), subject.host != nil,
                let status = status(word)
            else { continue }
            found.append(LinePayload.Record(observer: observer, subject: subject, status: status))
        }
        return found
    }

    /// Whether the bracket in front is that of an IPv6 host.
    private static func isHost(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        start >= 2 && bytes[start - 2] == UInt8(ascii: "@")
    }

    private static func status(_ text: String) -> LinePayload.Record.Status? {
        let word = text.drop { $0 == ":" || $0 == " " }.prefix { $0.isASCII && $0.isLetter }
        return switch word {
        case "Unreachable": .unreachable
        case "Terminated": .terminated
        case "Reachable": .reachable
        default: nil
        }
    }
}
