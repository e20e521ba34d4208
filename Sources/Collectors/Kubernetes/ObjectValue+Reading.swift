// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which fields of an object are kept: the others are skipped while it is read, so that a pod of 25 KB costs a few hundred bytes.
indirect enum ObjectMask: Sendable, ExpressibleByDictionaryLiteral {
    /// Everything below.
    case all
    /// These fields, and of each what its own mask says. In a list the mask is that of each element.
    case only([String: ObjectMask])
    /// Of a list those elements whose field `name` contains one of the texts.
    case named([String], ObjectMask)
    /// A text of at most this many characters.
    case text(maximum: Int)
    /// Of a list, the elements: those of this name have a mask of their own, which the others do not.
    case except(String, ObjectMask, others: ObjectMask)

    init(dictionaryLiteral elements: (String, ObjectMask)...) {
        self = .only(Dictionary(elements) { first, _ in first })
    }

    /// A mask of fields that are kept whole.
    static func fields(_ names: [String]) -> ObjectMask {
        .only(Dictionary(names.map { ($0, ObjectMask.all) }) { first, _ in first })
    }

    fileprivate func field(_ name: String) -> ObjectMask? {
        switch self {
        case .all: .all
        case .only(let fields): fields[name]
        case .named(_, let mask): mask.field(name)
        case .text: nil
        case .except(_, _, let others): others.field(name)
        }
    }

    /// Whether an element of a list is kept.
    fileprivate func keeps(_ item: ObjectValue) -> Bool {
        guard case .named(let parts, _) = self else { return true }
        let name = item["name"].text ?? ""
        return parts.contains { name.contains($0) }
    }

    /// The mask of an element of a list.
    fileprivate func element(_ name: String?) -> ObjectMask {
        guard case .except(let named, let mask, let others) = self else { return self }
        return name == named ? mask : others
    }

    fileprivate var maximumText: Int { if case .text(let maximum) = self { maximum } else { ObjectValue.maximumText } }
}

extension ObjectValue {
    /// Maximum number of characters of a text; what follows is dropped.
    static let maximumText = 2_048
    /// Maximum number of elements of a list in an object.
    static let maximumItems = 4_096
    /// Maximum number of fields of a map that is kept whole.
    static let maximumFields = 4_096
    /// Maximum depth of nesting.
    static let maximumDepth = 48

    /// Reads the value here.
    ///
    /// - Parameters:
    ///   - reader: at the value.
    ///   - mask: what of it is kept.
    ///   - depth: how deep it is nested.
    /// - Throws: `JSONError` when it is nested too deeply.
    init(_ reader: inout JSONReader, _ mask: ObjectMask, depth: Int = 0) throws(JSONError) {
        guard depth < Self.maximumDepth else {
            throw JSONError(expected: "at most \(Self.maximumDepth) levels", found: "more")
        }
        if reader.isObject {
            self = .map(try Self.fields(&reader, mask, depth))
        } else if reader.isString {
            self = .text(Self.clean(try reader.string(maximum: .max), maximum: mask.maximumText))
        } else if reader.isNull {
            self = .null
        } else if let on = try? reader.bool() {
            self = .bool(on)
        } else if let integer = try? reader.int64() {
            self = .integer(integer)
        } else if let number = try? reader.double() {
            self = .number(number)
        } else {
            self = .list(try Self.items(&reader, mask, depth))
        }
    }

    private static func fields(
        _ reader: inout JSONReader, _ mask: ObjectMask, _ depth: Int
    ) throws(JSONError) -> [ObjectField] {
        var fields: [ObjectField] = []
        try reader.object { (value: inout JSONReader, name) throws(JSONError) in
            guard fields.count < maximumFields else { return }
            let name = clean(name, maximum: maximumText)
            guard let inner = mask.field(name) else { return }
            fields.append(ObjectField(name, try ObjectValue(&value, inner, depth: depth + 1)))
        }
        return fields
    }

    private static func items(
        _ reader: inout JSONReader, _ mask: ObjectMask, _ depth: Int
    ) throws(JSONError) -> [ObjectValue] {
        var items: [ObjectValue] = []
        try reader.array { (value: inout JSONReader, _) throws(JSONError) in
            guard items.count < maximumItems else { return }
            var element = mask
            if case .except = mask {
                let name = try value.lookingAhead { (ahead: inout JSONReader) throws(JSONError) in
                    try ObjectValue(&ahead, ["name": .all], depth: depth + 1)["name"].text
                }
                element = mask.element(name)
            }
            let item = try ObjectValue(&value, element, depth: depth + 1)
            if mask.keeps(item) { items.append(item) }
        }
        return items
    }

    /// What a terminal would obey goes here, once for all that comes of the API.
    private static func clean(_ bytes: UnsafeRawBufferPointer, maximum: Int) -> String {
        let kept = UnsafeRawBufferPointer(rebasing: bytes.prefix(maximum * 4))
        let text = String(decoding: kept, as: UTF8.self)
        // What is read as a document of its own needs its lines.
        if maximum > maximumText { return String(text.prefix(maximum)) }
        let isPlain = kept.count <= maximum && kept.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        return isPlain ? text : SafeText.replacing(text, maximum: maximum)
    }

    /// Of a value that was read whole what a mask keeps.
    func kept(_ mask: ObjectMask, depth: Int = 0) -> ObjectValue {
        switch self {
        case .map(let fields):
            .map(
                fields.prefix(Self.maximumFields).compactMap { field in
                    let name = SafeText.replacing(field.name, maximum: Self.maximumText)
                    return mask.field(name).map { ObjectField(name, field.value.kept($0, depth: depth + 1)) }
                })
        case .list(let items):
            .list(
                items.lazy.map { $0.kept(mask.element($0["name"].text), depth: depth + 1) }
                    .filter { mask.keeps($0) }.prefix(Self.maximumItems).map { $0 })
        case .text(let text):
            .text(
                mask.maximumText > Self.maximumText
                    ? String(text.prefix(mask.maximumText)) : SafeText.replacing(text, maximum: mask.maximumText))
        case .null, .bool, .integer, .number: self
        }
    }
}

extension ObjectValue {
    /// The value of a YAML document. Plain scalars become what YAML 1.2's core schema makes of them.
    package init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, isPlain: false): self = .text(text)
        case .scalar(let text, isPlain: true): self = Self.plain(text)
        case .sequence(let nodes): self = .list(nodes.map { ObjectValue($0) })
        case .mapping(let entries): self = .map(entries.map { ObjectField($0.key, ObjectValue($0.value)) })
        }
    }

    private static func plain(_ text: String) -> ObjectValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if let integer = Int64(text), !text.hasPrefix("+") { return .integer(integer) }
        if text.contains(where: \.isNumber), text.contains("."), let number = Double(text), number.isFinite {
            return .number(number)
        }
        return .text(text)
    }

    /// The text of a scalar of a configuration, also one that looks like something else: a token may be all digits.
    var scalar: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .bool(let on): on ? "true" : "false"
        case .null, .list, .map: nil
        }
    }
}
