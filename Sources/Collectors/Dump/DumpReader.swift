// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The objects of one path of a dump.
struct DumpContents: Sendable {
    /// By kind; of the same object written twice the last one.
    var objects: [KubernetesResource: [ObjectName: ObjectValue]] = [:]
    /// What is wrong, with file, line and column.
    var failures: [String] = []
    /// How many files were read.
    var files = 0
    /// How many documents are of kinds that are not read.
    var others = 0

    var count: Int { objects.values.reduce(0) { $0 + $1.count } }
}

/// Reads objects as kubectl prints them, YAML and JSON, alone, in lists and in several documents.
struct DumpReader {
    /// Maximum number of bytes of a file.
    static let maximumFile = 64 << 20
    /// What is accepted of a file of YAML.
    static let limits = YAMLLimits(size: maximumFile, nodes: 4_000_000, depth: 64, isLenient: true)
    /// Maximum number of failures that are kept.
    static let maximumFailures = 100

    private let files: DumpFiles
    /// Where objects lie that name no namespace.
    private let namespace: String
    private let parser = JSONParser(maximumBytes: maximumFile)

    init(_ files: DumpFiles, namespace: String) {
        self.files = files
        self.namespace = namespace
    }

    /// Reads all files of a path.
    func read(_ path: String) -> DumpContents {
        var (contents, bytes) = (DumpContents(), 0)
        do throws(FileError) {
            for file in try files.paths(of: path) {
                guard let text = try files.read(file) else { throw FileError("is not there") }
                bytes += text.count
                guard bytes <= DumpFiles.maximumBytes else {
                    throw FileError("has more than \(DumpFiles.maximumBytes >> 20) MiB")
                }
                contents.files += 1
                read(text, of: file, into: &contents)
            }
        } catch {
            contents.failures.append("\(path) \(error.message)")
        }
        return contents
    }

    private func read(_ text: [UInt8], of file: String, into contents: inout DumpContents) {
        let first = text.first { $0 > 32 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            if let documents = try? json(text) {
                for document in documents { take(document, place: file, file, into: &contents) }
                return
            }
        }
        do throws(YAMLError) {
            for document in try YAMLReader.documents(text, Self.limits) { take(document, file, into: &contents) }
        } catch {
            fail("\(file):\(error.line):\(error.column): \(error.message)", &contents)
        }
    }

    private func fail(_ text: String, _ contents: inout DumpContents) {
        if contents.failures.count < Self.maximumFailures {
            contents.failures.append(SafeText.line(of: text, maximum: 400))
        }
    }

    // MARK: - Documents

    /// A document of YAML: an object, or a list of them, each with its line.
    private func take(_ node: YAMLNode, _ file: String, into contents: inout DumpContents) {
        guard case .mapping(let entries) = node.content else { return contents.others += 1 }
        let kind = entries.text("kind")
        if let kind, kind.hasSuffix("List"),
            case .sequence(let items)? = entries.first(where: { $0.key == "items" })?.value.content
        {
            for item in items {
                take(ObjectValue(item), place: "\(file):\(item.line)", file, inList: kind, into: &contents)
            }
        } else {
            take(ObjectValue(node), place: "\(file):\(node.line)", file, into: &contents)
        }
    }

    /// An object, or a list that came as one value.
    private func take(
        _ object: ObjectValue, place: String, _ file: String, inList list: String? = nil,
        into contents: inout DumpContents
    ) {
        guard let kind = object["kind"].text ?? Self.kind(inList: list) else { return contents.others += 1 }
        if kind.hasSuffix("List"), case .list(let items) = object["items"] {
            for item in items { take(item, place: place, file, inList: kind, into: &contents) }
            return
        }
        guard let resource = Self.resource(kind, object["apiVersion"].text) else { return contents.others += 1 }
        let isSettings = resource != .configMaps || object["data"]["mesh"].text != nil
        guard isSettings else { return contents.others += 1 }
        var kept = object.kept(resource.mask).understood(as: resource)
        guard let name = kept.objectName?.name else {
            return fail("\(place): this \(kind) has no metadata.name", &contents)
        }
        if resource.isNamespaced, kept["metadata"]["namespace"].text == nil { kept = kept.placed(in: namespace) }
        kept = kept.with(ObjectField("place", .text(SafeText.replacing(place, maximum: 512))))
        let scope = resource.isNamespaced ? kept["metadata"]["namespace"].text ?? namespace : ""
        contents.objects[resource, default: [:]][ObjectName(namespace: scope, name: name)] = kept
    }

    /// The kind of the elements of a list that leaves it out: `Pod` of a `PodList`.
    private static func kind(inList list: String?) -> String? {
        guard let list, list != "List" else { return nil }
        return String(list.dropLast(4))
    }

    /// The kind of objects; of old ones the group may be another.
    private static func resource(_ kind: String, _ version: String?) -> KubernetesResource? {
        let parts = (version ?? "").split(separator: "/", maxSplits: 1)
        let group = parts.count == 2 ? String(parts[0]) : ""
        return KubernetesResource.allCases.first { resource in
            guard resource.kind == kind else { return false }
            if version == nil { return true }
            return resource.group == group || resource.group == "apps" && group == "extensions"
        }
    }

    // MARK: - JSON

    /// An object. The document within a ConfigMap is read as it stands, with its lines.
    private static func whole(_ reader: inout JSONReader) throws(JSONError) -> ObjectValue {
        guard reader.isObject else { return try ObjectValue(&reader, .all) }
        let kind = try reader.lookingAhead { (ahead: inout JSONReader) throws(JSONError) in
            try ObjectValue(&ahead, .fields(["kind"]))["kind"].text
        }
        guard kind == KubernetesResource.configMaps.kind else { return try ObjectValue(&reader, .all) }
        return try ObjectValue(
            &reader,
            [
                "kind": .all, "apiVersion": .all, "metadata": .all,
                "data": ["mesh": .text(maximum: MeshConfigReader.maximumSize)],
            ])
    }

    /// The value of a document of JSON: the elements of a list one by one, for there may be many.
    private func json(_ text: [UInt8]) throws(JSONError) -> [ObjectValue] {
        try parser.parse(PaddedBytes(text)) { (reader: inout JSONReader) throws(JSONError) in
            var found: [ObjectValue] = []
            guard reader.isObject else {
                try reader.array { (item: inout JSONReader, _) throws(JSONError) in
                    found.append(try Self.whole(&item))
                }
                return found
            }
            let head = try reader.lookingAhead { (ahead: inout JSONReader) throws(JSONError) in
                try ObjectValue(&ahead, .fields(["kind", "apiVersion"]))
            }
            guard let kind = head["kind"].text, kind.hasSuffix("List") else { return [try Self.whole(&reader)] }
            try reader.object { (value: inout JSONReader, name) throws(JSONError) in
                guard name.equals("items"), !value.isNull else { return }
                try value.array { (item: inout JSONReader, _) throws(JSONError) in
                    var object = try Self.whole(&item)
                    if object["kind"].isNull, let kind = Self.kind(inList: kind) {
                        object = object.with(ObjectField("kind", .text(kind))).with(
                            ObjectField("apiVersion", head["apiVersion"]))
                    }
                    found.append(object)
                }
            }
            return found
        }
    }
}

extension [YAMLEntry] {
    /// The text of an entry.
    fileprivate func text(_ key: String) -> String? {
        guard case .scalar(let text, _)? = first(where: { $0.key == key })?.value.content else { return nil }
        return text
    }
}

extension ObjectValue {
    /// The same map with another value of a field.
    fileprivate func with(_ field: ObjectField) -> ObjectValue {
        .map(fields.filter { $0.name != field.name } + [field])
    }

    /// The same object in a namespace.
    fileprivate func placed(in namespace: String) -> ObjectValue {
        with(ObjectField("metadata", self["metadata"].with(ObjectField("namespace", .text(namespace)))))
    }
}
