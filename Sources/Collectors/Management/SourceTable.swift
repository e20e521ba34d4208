// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The management endpoints of a run, by key and in the order in which they were added.
struct SourceTable {
    private var sources: [SourceKey: ManagementSource] = [:]
    private var keys: [SourceID: SourceKey] = [:]
    private(set) var order: [SourceKey] = []
    private var nextNumber = 0

    /// How many there are.
    var count: Int { order.count }

    /// The sources in their order.
    var all: [ManagementSource] { order.compactMap { sources[$0] } }

    /// The source of a key; `nil` once it was removed. Setting changes a source that is there.
    subscript(key: SourceKey) -> ManagementSource? {
        get { sources[key] }
        _modify { yield &sources[key] }
    }

    /// Adds a source.
    ///
    /// - Returns: its key; `nil` if there is one at this endpoint.
    mutating func add(_ source: ManagementSource) -> SourceKey? {
        guard keys[source.id] == nil else { return nil }
        let key = SourceKey(number: nextNumber)
        nextNumber += 1
        sources[key] = source
        order.append(key)
        keys[source.id] = key
        return key
    }

    /// Removes a source.
    ///
    /// - Returns: the source; `nil` if there is none.
    mutating func remove(_ key: SourceKey) -> ManagementSource? {
        guard let source = sources.removeValue(forKey: key) else { return nil }
        order.removeAll { $0 == key }
        keys[source.id] = nil
        return source
    }
}
