// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Model

/// What was observed lately, kept so that any moment of it can be shown again: pieces of a journal in memory, each with the mesh as it was
/// at its beginning. Bounded in time and in bytes; the oldest pieces go first.
final class History {
    /// A piece: what was observed in it, compressed once it is full.
    private final class Piece {
        let start: Mesh
        let from: Timestamp
        var until: Timestamp
        var observations: [Observation] = []
        var packed: [UInt8]?
        /// The times at which facts were derived.
        var ticks: [Timestamp] = []
        var bytes = 0

        init(_ start: Mesh, from: Timestamp) { (self.start, self.from, until) = (start, from, from) }
    }

    /// The piece that was looked at last, with the mesh at each of its ticks.
    private struct Opened {
        let piece: Piece
        let meshes: [(at: Timestamp, mesh: Mesh)]
    }

    /// How long a piece is, which is what must be folded to show a moment of it.
    private static let pieceTime = Duration.seconds(20)
    private static let pieceCount = 4_000
    /// Maximum number of bytes of all pieces.
    static let maximumBytes = 64 << 20

    private let span: Duration
    private var pieces: [Piece] = []
    private var opened: Opened?
    /// Changes worth stopping at: findings first, else events of weight.
    private(set) var stops: [Timestamp] = []
    /// How many bytes the pieces take, as far as is known.
    private(set) var bytes = 0

    /// - Parameter span: how far back it goes; zero keeps nothing.
    init(span: Duration) { self.span = span }

    /// From when to when there is something to show; nil as long as there is nothing.
    var range: ClosedRange<Timestamp>? {
        guard let first = pieces.first, let last = pieces.last, let tick = first.ticks.first ?? last.ticks.first else {
            return nil
        }
        return tick...max(tick, last.ticks.last ?? last.until)
    }

    /// Adds an observation that was folded.
    ///
    /// - Parameters:
    ///   - observation: what was folded.
    ///   - before: the mesh before it, if ``beginsPiece(_:)`` said so.
    ///   - changes: what it brought about.
    ///   - at: the mesh's time after it.
    func add(_ observation: Observation, before: Mesh?, _ changes: [MeshChange], at: Timestamp) {
        guard span > .zero else { return }
        if let before { open(at, before) }
        guard let piece = pieces.last else { return }
        piece.observations.append(observation)
        piece.until = max(piece.until, at)
        switch observation.payload {
        case .tick: piece.ticks.append(at)
        default: break
        }
        note(changes, at)
    }

    /// Whether a piece begins with the next observation, for which the mesh before it is kept.
    func beginsPiece(_ at: Timestamp) -> Bool {
        guard span > .zero else { return false }
        guard let last = pieces.last else { return true }
        return at - last.from >= Self.pieceTime || last.observations.count >= Self.pieceCount
    }

    private func open(_ at: Timestamp, _ before: Mesh) {
        pieces.last.map(pack)
        let piece = Piece(before, from: at)
        piece.bytes = Self.weight(of: piece.start)
        bytes += piece.bytes
        pieces.append(piece)
        drop(at)
    }

    /// What a mesh takes that it does not share with the one before it, roughly: what grows is its pairs and its members.
    private static func weight(of mesh: Mesh) -> Int {
        let members = mesh.memberCount
        return 64_000 + 2_000 * members + 60 * members * members
    }

    private func pack(_ piece: Piece) {
        guard piece.packed == nil else { return }
        var encoder = JournalBlockEncoder()
        for observation in piece.observations { guard encoder.add(observation) else { return } }
        guard let packed = encoder.flush() else { return }
        piece.packed = packed
        piece.observations = []
        piece.bytes += packed.count
        bytes += packed.count
    }

    private func drop(_ now: Timestamp) {
        while pieces.count > 2, let first = pieces.first, bytes > Self.maximumBytes || now - first.until > span {
            bytes -= first.bytes
            pieces.removeFirst()
        }
        if let from = pieces.first?.from {
            let old = stops.prefix { $0 < from }.count
            if old > 0 { stops.removeFirst(old) }
        }
    }

    private func note(_ changes: [MeshChange], _ at: Timestamp) {
        let isStop = changes.contains { change in
            switch change {
            case .finding(let change): change.kind != .changed
            case .event(let event): event.severity > .notice && !event.isLate
            case .source: false
            }
        }
        if isStop, stops.last != at { stops.append(at) }
    }

    // MARK: - Moments

    /// The ticks of all pieces, which are the moments that can be shown.
    func tick(before moment: Timestamp) -> Timestamp? {
        for piece in pieces.reversed() where piece.from < moment {
            if let tick = piece.ticks.last(where: { $0 < moment }) { return tick }
        }
        return nil
    }

    /// The first tick behind a moment.
    func tick(after moment: Timestamp) -> Timestamp? {
        for piece in pieces where piece.until > moment {
            if let tick = piece.ticks.first(where: { $0 > moment }) { return tick }
        }
        return nil
    }

    /// The mesh as it was at the last tick up to a moment.
    func mesh(at moment: Timestamp) -> Mesh? {
        guard let tick = tick(before: moment + .microseconds(1)) else { return nil }
        guard let piece = pieces.last(where: { $0.ticks.contains(tick) }) else { return nil }
        // The piece that is being filled grows, so what was folded of it is of another length.
        if let opened, opened.piece === piece, opened.meshes.count == piece.ticks.count {
            return opened.meshes.last { $0.at == tick }?.mesh
        }
        var mesh = piece.start
        var meshes: [(at: Timestamp, mesh: Mesh)] = []
        for observation in observations(of: piece) {
            _ = mesh.apply(observation)
            switch observation.payload {
            case .tick: meshes.append((mesh.now, mesh))
            default: break
            }
        }
        opened = Opened(piece: piece, meshes: meshes)
        return meshes.last { $0.at == tick }?.mesh ?? meshes.last?.mesh
    }

    /// What was observed in the piece of a moment, and what it began with: for a recorder that keeps the time around something.
    func observations(from: Timestamp) -> [Observation] {
        pieces.filter { $0.until >= from }.flatMap { observations(of: $0) }
    }

    private func observations(of piece: Piece) -> [Observation] {
        guard let packed = piece.packed else { return piece.observations }
        var parser = JournalParser()
        parser.feed(packed[...])
        var result: [Observation] = []
        while let observation = try? parser.next() { result.append(observation) }
        return result
    }

    /// Forgets everything: a replay goes back to its beginning.
    func removeAll() { (pieces, opened, stops, bytes) = ([], nil, [], 0) }
}
