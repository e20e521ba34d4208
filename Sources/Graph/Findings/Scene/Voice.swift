// SPDX-License-Identifier: Apache-2.0
import Model

/// What a member's own management endpoint says of its process.
package enum Voice: Hashable, Sendable {
    /// Nobody asks it.
    case notAsked
    /// It has neither answered nor failed yet.
    case unknown
    case answers(Sighting)
    /// Nothing listens there: the process is gone, or the endpoint is closed.
    case refused(SourceLedger.Record)
    /// Connections are accepted or vanish, and no answer comes.
    case silent(SourceLedger.Record)
    /// The connection broke off.
    case broken(SourceLedger.Record)
    /// It answers, but with nothing that can be used, or it cannot be asked from here.
    case unusable(SourceLedger.Record)

    init(_ source: SourceSnapshot, _ record: SourceLedger.Record?) {
        guard let record else {
            self = .unknown
            return
        }
        guard source.state == .failing, record.failed != nil else {
            self = record.answered.map(Voice.answers) ?? .unknown
            return
        }
        switch record.code {
        case .refused: self = .refused(record)
        case .timeout: self = .silent(record)
        case .reset, .closed, .other, .none: self = .broken(record)
        case .dns, .tls, .http, .auth, .format, .tooLarge: self = .unusable(record)
        }
    }

    /// When it last answered.
    package var lastAnswer: Sighting? {
        switch self {
        case .notAsked, .unknown: nil
        case .answers(let sighting): sighting
        case .refused(let record), .silent(let record), .broken(let record), .unusable(let record): record.answered
        }
    }

    /// Whether nothing listens there any more, or the connection broke off.
    package var isGone: Bool {
        switch self {
        case .refused, .broken: true
        case .notAsked, .unknown, .answers, .silent, .unusable: false
        }
    }

    /// The failures since its last answer.
    package var failures: SourceLedger.Record? {
        switch self {
        case .notAsked, .unknown, .answers: nil
        case .refused(let record), .silent(let record), .broken(let record), .unusable(let record): record
        }
    }
}
