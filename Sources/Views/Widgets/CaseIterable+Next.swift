// SPDX-License-Identifier: Apache-2.0
extension CaseIterable where Self: Equatable, AllCases.Index == Int {
    /// The next case, and after the last the first.
    var next: Self { neighbour(1) }

    /// The case before, and before the first the last.
    var previous: Self { neighbour(-1) }

    private func neighbour(_ offset: Int) -> Self {
        let all = Self.allCases
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + offset + all.count) % all.count]
    }
}
