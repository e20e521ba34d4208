// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport

@testable import Findings

/// One side of a cluster in short words: `A+ B+ C-` are three members that are Up, the last of them unreachable.
struct DowningScript {
    var rows: [DowningSide.Row] = []
    var speakers: Set<Address> = []
    var records: Set<DowningSide.Record> = []
    var oldest: Address?

    /// - Parameters:
    ///   - members: Names with statuses: `a`, `b:joining`, `c:leaving`.
    ///   - lost: `observer>subject`.
    ///   - speakers: Those that speak on this side; `nil`: all that nobody has lost.
    ///   - oldest: The member that is named as the oldest.
    init(_ members: String, lost: String, speakers: String? = nil, oldest: String? = nil) {
        rows = members.split(separator: " ").map { word in
            let parts = word.split(separator: ":")
            let status = parts.count > 1 ? MemberStatus(name: String(parts[1])) : .up
            return DowningSide.Row(address: Self.address(parts[0]), status: status)
        }
        records = Set(
            lost.split(separator: " ").map { word in
                let parts = word.split(separator: ">")
                return DowningSide.Record(observer: Self.address(parts[0]), subject: Self.address(parts[1]))
            })
        let gone = Set(records.map(\.subject))
        let reached = rows.map(\.address).filter { !gone.contains($0) }
        self.speakers = Set(speakers.map { $0.split(separator: " ").map(Self.address) } ?? reached)
        self.oldest = oldest.map { Self.address($0[...]) }
    }

    static func address(_ name: Substring) -> Address {
        TestSupport.address("10.0.0.\(name.unicodeScalars.first.map { Int($0.value) - 96 } ?? 0)")
    }

    var side: DowningSide {
        DowningSide(rows: rows, speakers: speakers, records: records, oldest: oldest, leader: nil)
    }

    /// The decision and the names of those that it downs: `DownUnreachable c d`.
    func verdict(_ strategy: DowningStrategy, hasLease: Bool = true) -> String {
        guard let verdict = strategy.verdict(side, hasLease: hasLease) else { return "unknown" }
        let names = verdict.down.sorted().compactMap { address in
            address.host?.split(separator: ".").last.flatMap { Int($0) }.map { String(UnicodeScalar(UInt8($0 + 96))) }
        }
        return ([verdict.decision] + names).joined(separator: " ")
    }
}
