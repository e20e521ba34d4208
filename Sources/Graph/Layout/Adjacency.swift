// SPDX-License-Identifier: Apache-2.0
/// Neighbours of numbered things in one flat array: those of thing `i` are `values[starts[i]..<starts[i + 1]]`.
struct Adjacency {
    private(set) var starts: [Int32]
    var values: [Int32]

    /// Lists the second of each pair under its first, in the order of the pairs.
    ///
    /// - Parameters:
    ///   - count: Things.
    ///   - first: What each pair is listed under.
    ///   - second: What is listed; as many as `first`.
    init(count: Int, from first: [Int32], to second: [Int32]) {
        var starts = [Int32](repeating: 0, count: count + 1)
        for thing in first { starts[Int(thing) + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts
        var values = [Int32](repeating: 0, count: first.count)
        for (thing, value) in zip(first, second) {
            values[Int(next[Int(thing)])] = value
            next[Int(thing)] += 1
        }
        self.starts = starts
        self.values = values
    }

    func range(_ thing: Int) -> Range<Int> { Int(starts[thing])..<Int(starts[thing + 1]) }

    func degree(_ thing: Int) -> Int { Int(starts[thing + 1] - starts[thing]) }
}
