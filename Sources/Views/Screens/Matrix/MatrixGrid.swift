// SPDX-License-Identifier: Apache-2.0
import Model

/// A row of the matrix, and the column of the same members.
struct MatrixLine: Equatable {
    let id: Subject
    /// Places in the ``PairTable``; several in a group.
    let members: [Int]

    var single: Int? { members.count == 1 && !isGroup ? members[0] : nil }

    var isGroup: Bool {
        if case .group = id { true } else { false }
    }
}

/// What one cell shows.
struct MatrixCell: Equatable {
    var sign: PairSign
    var freshness: Freshness
    /// How many pairs have this sign, and of how many; 1 of 1 for a single pair.
    var count = 1
    var total = 1
    var isAsymmetric = false
}

/// The matrix as it is shown: its lines, their order, and what each cell shows.
struct MatrixGrid {
    /// The maximum number of members in trouble that have lines of their own where the others share one.
    private static let maximumTroubled = 100

    let cluster: ClusterPicture
    let settings: MatrixSettings
    let lines: [MatrixLine]
    /// The order in which the lines stand; of an automatic one what it came to.
    let order: MatrixOrder
    private let groups: GroupedCells?

    var mode: MatrixMode { settings.mode }
    var table: PairTable { cluster.pairs }
    var isGrouped: Bool { groups != nil }

    /// - Parameters:
    ///   - cluster: Its present members are the lines.
    ///   - settings: What is shown of them.
    ///   - rows: How many rows there is room for; what does not fit is ordered by how bad it is.
    init(_ cluster: ClusterPicture, _ settings: MatrixSettings, rows: Int) {
        self.cluster = cluster
        self.settings = settings
        let order = Self.resolved(settings, cluster, rows: rows)
        let places = Self.sorted(cluster, order, settings.mode)
        self.order = order
        let id = cluster.snapshot.id
        switch settings.grouping {
        case .none: lines = places.map { Self.single($0, cluster) }
        case .role: lines = Self.groups(places, id) { cluster.present[$0].visibleRoles }
        case .dataCenter: lines = Self.groups(places, id) { cluster.present[$0].roles.dataCenter }
        case .trouble: lines = Self.troubled(places, cluster, settings.mode)
        }
        groups = settings.grouping == .none ? nil : GroupedCells(cluster.pairs, settings.mode, lines)
    }

    func cell(_ row: Int, _ column: Int) -> MatrixCell? {
        if let groups { return groups.cell(row, column) }
        let (observer, subject) = (lines[row].members[0], lines[column].members[0])
        guard observer != subject else { return nil }
        let shown = table.sign(observer, subject, mode)
        let asymmetric = shown.sign.isTrouble && table.isAsymmetric(observer, subject, mode)
        return MatrixCell(sign: shown.sign, freshness: shown.freshness, isAsymmetric: asymmetric)
    }

    /// The worst that the members of a line have as observers.
    func rowWorst(_ line: Int) -> PairSign {
        let rows = table.totals(mode).rows
        return lines[line].members.lazy.map { rows[$0] }.max() ?? .none
    }

    /// The worst that others have of the members of a line.
    func columnWorst(_ line: Int) -> PairSign {
        let columns = table.totals(mode).columns
        return lines[line].members.lazy.map { columns[$0] }.max() ?? .none
    }

    /// The pair that a cell is about: of groups the worst one in it.
    func pair(_ row: Int, _ column: Int) -> (observer: Int, subject: Int)? {
        if lines[row].members.count == 1, lines[column].members.count == 1 {
            let (observer, subject) = (lines[row].members[0], lines[column].members[0])
            return observer == subject ? nil : (observer, subject)
        }
        let subjects = Set(lines[column].members)
        var worst: (sign: PairSign, observer: Int, subject: Int)?
        for observer in lines[row].members {
            for entry in table.entries(of: observer) where subjects.contains(Int(entry.subject)) {
                let sign = entry.signs[mode]
                if worst.map({ sign > $0.sign }) ?? true { worst = (sign, observer, Int(entry.subject)) }
            }
        }
        if let worst { return (worst.observer, worst.subject) }
        let observer = lines[row].members[0]
        return lines[column].members.first { $0 != observer }.map { (observer, $0) }
    }

    /// What a cell leads to: its pair, or the member where it would look at itself.
    func subject(_ row: Int, _ column: Int) -> Subject {
        let (id, nodes) = (cluster.snapshot.id, table.nodes)
        guard let pair = pair(row, column) else { return .member(cluster: id, nodes[lines[row].members[0]]) }
        return .pair(PairID(cluster: id, observer: nodes[pair.observer], subject: nodes[pair.subject]))
    }

    // MARK: - Lines

    private static func resolved(_ settings: MatrixSettings, _ cluster: ClusterPicture, rows: Int) -> MatrixOrder {
        guard settings.order == .automatic else { return settings.order }
        guard settings.grouping == .none else { return settings.grouping == .trouble ? .worst : .name }
        if cluster.pairs.count > rows { return .worst }
        return cluster.snapshot.partitions.count > 1 ? .automatic : .name
    }

    private static func sorted(_ cluster: ClusterPicture, _ order: MatrixOrder, _ mode: MatrixMode) -> [Int] {
        let natural = cluster.pairs.natural
        switch order {
        case .name: return natural
        case .worst:
            let totals = cluster.pairs.totals(mode)
            return natural.stablySorted { -Int(max(totals.rows[$0], totals.columns[$0]).rawValue) }
        case .place:
            return natural.stablySorted {
                "\(cluster.present[$0].roles.dataCenter) \(cluster.present[$0].visibleRoles)"
            }
        case .automatic:
            let groups = cluster.snapshot.partitions.enumerated().flatMap { number, group in
                group.members.map { ($0, number) }
            }
            let partition = Dictionary(groups) { first, _ in first }
            return natural.stablySorted { partition[cluster.present[$0].node.address] ?? .max }
        }
    }

    private static func single(_ place: Int, _ cluster: ClusterPicture) -> MatrixLine {
        MatrixLine(id: .member(cluster: cluster.snapshot.id, cluster.pairs.nodes[place]), members: [place])
    }

    /// Members with the same key, in the order in which the keys come first.
    private static func groups(_ places: [Int], _ cluster: String, _ key: (Int) -> String) -> [MatrixLine] {
        var members: [String: [Int]] = [:]
        var keys: [String] = []
        for place in places {
            let key = key(place)
            if members[key] == nil { keys.append(key) }
            members[key, default: []].append(place)
        }
        return keys.sorted().map { MatrixLine(id: .group(cluster: cluster, $0), members: members[$0] ?? []) }
    }

    private static func troubled(_ places: [Int], _ cluster: ClusterPicture, _ mode: MatrixMode) -> [MatrixLine] {
        let totals = cluster.pairs.totals(mode)
        let troubled = places.filter { max(totals.rows[$0], totals.columns[$0]).isTrouble }.prefix(maximumTroubled)
        let apart = Set(troubled)
        let others = places.filter { !apart.contains($0) }
        let lines = troubled.map { single($0, cluster) }
        guard !others.isEmpty else { return lines }
        let text = lines.isEmpty ? "all \(others.count)" : "\(others.count) others"
        return lines + [MatrixLine(id: .group(cluster: cluster.snapshot.id, text), members: others)]
    }
}

extension Array {
    /// Sorted by a key that is made once per element; equals keep their order.
    fileprivate func stablySorted<Key: Comparable>(_ key: (Element) -> Key) -> [Element] {
        let keys = map(key)
        let order = indices.sorted { (left: Int, right: Int) -> Bool in
            keys[left] == keys[right] ? left < right : keys[left] < keys[right]
        }
        return order.map { self[$0] }
    }
}

/// The cells of a matrix whose lines are groups, all counted in one pass.
private struct GroupedCells {
    private let lines: Int
    private var cells: [MatrixCell]

    init(_ table: PairTable, _ mode: MatrixMode, _ all: [MatrixLine]) {
        lines = all.count
        cells = Array(
            repeating: MatrixCell(sign: .none, freshness: .fresh, count: 0, total: 0), count: lines * lines)
        var lineOf = Array(repeating: 0, count: table.count)
        for (number, line) in all.enumerated() {
            for member in line.members { lineOf[member] = number }
        }
        for (row, line) in all.enumerated() {
            for observer in line.members { count(table, mode, observer, row, lineOf, all) }
        }
    }

    private mutating func count(
        _ table: PairTable, _ mode: MatrixMode, _ observer: Int, _ row: Int, _ lineOf: [Int], _ all: [MatrixLine]
    ) {
        var left = all.map(\.members.count)
        left[row] -= 1
        for entry in table.entries(of: observer) {
            let column = lineOf[Int(entry.subject)]
            left[column] -= 1
            add(entry.signs[mode], entry.freshness(mode), 1, row, column)
        }
        let fallback = table.defaultSign(of: observer, mode)
        for column in left.indices where left[column] > 0 { add(fallback, .fresh, left[column], row, column) }
    }

    private mutating func add(_ sign: PairSign, _ freshness: Freshness, _ count: Int, _ row: Int, _ column: Int) {
        let place = row * lines + column
        cells[place].total += count
        if sign > cells[place].sign || cells[place].count == 0 {
            cells[place].sign = sign
            cells[place].freshness = freshness
            cells[place].count = count
        } else if sign == cells[place].sign {
            cells[place].count += count
            // As fresh as the freshest that says so.
            cells[place].freshness = min(cells[place].freshness, freshness)
        }
    }

    /// nil where a member would look at itself.
    func cell(_ row: Int, _ column: Int) -> MatrixCell? {
        let cell = cells[row * lines + column]
        return cell.total == 0 ? nil : cell
    }
}
