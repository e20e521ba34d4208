// SPDX-License-Identifier: Apache-2.0
import Model

/// How a value that may come again stands in a record: 0 and the value, 1 and a value that gets the next number, or the number of one that
/// came before plus two.
enum ReferenceMark: Equatable {
    /// The value follows and gets no number.
    case inline
    /// The value follows and gets the next number.
    case kept
    /// The value that has this number; nothing follows.
    case earlier(UInt64)

    /// - Parameter number: as read.
    init(number: UInt64) {
        switch number {
        case 0: self = .inline
        case 1: self = .kept
        default: self = .earlier(number - 2)
        }
    }

    /// As written.
    var number: UInt64 {
        switch self {
        case .inline: 0
        case .kept: 1
        case .earlier(let number): number + 2
        }
    }
}

/// The values that a writer may refer to, by their numbers.
struct ReferenceTable<Value: Hashable> {
    private var numbers: [Value: UInt64] = [:]

    /// How to write a value.
    ///
    /// - Parameters:
    ///   - value: the value.
    ///   - mayKeep: whether it is of those that get a number, as long as there is room.
    /// - Returns: the mark; unless it is of an earlier value, the value must follow.
    mutating func mark(_ value: Value, mayKeep: Bool) -> ReferenceMark {
        guard mayKeep else { return .inline }
        if let known = numbers[value] { return .earlier(known) }
        guard numbers.count < JournalFormat.maximumReferences else { return .inline }
        numbers[value] = UInt64(numbers.count)
        return .kept
    }
}

/// The values that a reader has kept, by their numbers: the twin of ``ReferenceTable``.
struct ReferenceList<Value> {
    /// What the values are, for errors: `a text`, `texts`.
    private let noun: (one: String, many: String)
    private var values: [Value] = []

    /// - Parameter noun: what the values are, for errors.
    init(_ noun: (one: String, many: String)) { self.noun = noun }

    /// The value that a mark refers to.
    ///
    /// - Parameter number: its number.
    /// - Returns: the value.
    /// - Throws: ``WireError`` if no value has the number.
    func value(_ number: UInt64) throws(WireError) -> Value {
        guard number < values.count else { throw WireError("\(noun.one) is referred to that never came") }
        return values[Int(number)]
    }

    /// Keeps a value under the next number.
    ///
    /// - Parameter value: the value.
    /// - Throws: ``WireError`` if there is no room, for no writer keeps more.
    mutating func keep(_ value: Value) throws(WireError) {
        guard values.count < JournalFormat.maximumReferences else { throw WireError("too many \(noun.many) are kept") }
        values.append(value)
    }
}

/// The last few member lists, which a record refers to by how many lists ago they came. Writer and reader share it, so that they
/// keep equally many.
struct RecentLists {
    private var lists: [MemberList] = []

    /// How many lists ago an equal one came.
    ///
    /// - Parameter isEqual: whether a list is the one that is looked for; asked from the newest on.
    /// - Returns: 1 for the newest; `nil` if none is kept.
    func distance(where isEqual: (MemberList) -> Bool) -> Int? {
        lists.lastIndex(where: isEqual).map { lists.count - $0 }
    }

    /// The list that came so many lists ago.
    ///
    /// - Parameter distance: 1 for the newest.
    /// - Returns: the list.
    /// - Throws: ``WireError`` if it is not kept.
    func list(_ distance: UInt64) throws(WireError) -> MemberList {
        guard distance > 0, distance <= lists.count else {
            throw WireError("a member list is referred to that is not kept")
        }
        return lists[lists.count - Int(distance)]
    }

    /// Keeps a list, the oldest one gives way.
    mutating func keep(_ list: MemberList) {
        lists.append(list)
        if lists.count > JournalFormat.maximumLists { lists.removeFirst() }
    }
}
