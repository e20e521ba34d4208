// SPDX-License-Identifier: Apache-2.0
import Model

/// The rates of identities, as each namespace has them.
struct EntryTable {
    /// A rate, and the query that it came by.
    private struct Entry {
        var pass: TrafficScope.Pass
        var rate: Double
    }

    /// What Kiali takes for the same when both ends report it.
    private var identities = KeyTable<IdentityKey>(capacity: 16_384)
    private var keys = KeyTable<EntryKey>(capacity: 32_768)
    private var entries: [Entry] = []

    /// The number of an identity.
    @inline(__always)
    mutating func identity(_ key: IdentityKey) -> Int { identities.number(of: key) }

    /// The identity of a number.
    @inline(__always)
    func identity(_ number: Int) -> IdentityKey { identities[number] }

    /// Adds a rate for one namespace. The earliest query counts; what a later one returns is the same traffic.
    @inline(__always)
    mutating func add(_ rate: Double, namespace: Int, identity: Int, pass: TrafficScope.Pass) {
        let entry = keys.number(of: EntryKey(namespace: namespace, identity: identity))
        if entry == entries.count {
            entries.append(Entry(pass: pass, rate: rate))
        } else if pass < entries[entry].pass {
            entries[entry] = Entry(pass: pass, rate: rate)
        } else if pass == entries[entry].pass {
            entries[entry].rate += rate
        }
    }

    /// The entries that count. A proxy of the node (ztunnel) and one beside the workload may both report the same bytes in the same query: Kiali
    /// takes the first that comes, we the larger.
    func visit(_ body: (_ key: EntryKey, _ rate: Double) -> Void) {
        var best = KeyTable<IdentityKey>()
        var chosen: [Int] = []
        for entry in entries.indices {
            let key = keys[entry]
            let identity = identities[key.identity]
            guard !identity.proxy.is(.empty) else {
                body(key, entries[entry].rate)
                continue
            }
            let number = best.number(of: identity.forAnyProxy(in: key.namespace))
            if number == chosen.count {
                chosen.append(entry)
            } else if comes(entries[entry], before: entries[chosen[number]]) {
                chosen[number] = entry
            }
        }
        for entry in chosen { body(keys[entry], entries[entry].rate) }
    }

    private func comes(_ entry: Entry, before other: Entry) -> Bool {
        entry.pass == other.pass ? entry.rate > other.rate : entry.pass < other.pass
    }
}
