// SPDX-License-Identifier: Apache-2.0
/// A value of a label: its number in the ``TelemetryTexts`` of the same telemetry.
///
/// A graph compares and hashes hundreds of thousands of these, so everything here can be inlined into other modules.
package struct LabelValue: Hashable, Comparable, Sendable {
    /// The position of the text among all texts.
    package let number: UInt32

    /// - Parameter number: the position of the text among all texts.
    @inlinable
    package init(number: UInt32) { self.number = number }

    /// - Parameter word: a word whose number is fixed.
    @inlinable
    package init(_ word: TelemetryWord) { number = word.rawValue }

    /// - Parameter number: the position of the text; only its lowest 32 bits count.
    @inlinable
    package init(truncatingIfNeeded number: some BinaryInteger) { self.number = UInt32(truncatingIfNeeded: number) }

    /// No such label, or an empty one.
    @inlinable package static var empty: LabelValue { LabelValue(number: 0) }
    /// The word `unknown`.
    @inlinable package static var unknown: LabelValue { LabelValue(.unknown) }
    /// The word `-`, which stands for no response.
    @inlinable package static var none: LabelValue { LabelValue(.none) }

    /// Neither missing nor `unknown`; the numbers of these two words are the smallest.
    @inlinable package var isKnown: Bool { number > TelemetryWord.unknown.rawValue }

    /// Whether it is a certain word.
    @inlinable
    package func `is`(_ word: TelemetryWord) -> Bool { number == word.rawValue }

    /// Compares numbers.
    @inlinable
    package static func == (left: LabelValue, right: LabelValue) -> Bool { left.number == right.number }

    /// Orders by numbers, which is the order in which the texts first came.
    @inlinable
    package static func < (left: LabelValue, right: LabelValue) -> Bool { left.number < right.number }

    /// Hashes the number.
    @inlinable
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// The texts of label values, by their numbers. It only grows from one telemetry to the next, so that equal numbers mean equal texts, until
/// the decoder starts again.
package struct TelemetryTexts: Hashable, Sendable {
    /// The texts in the order of their numbers.
    package private(set) var texts: [String]

    /// Holds the words whose numbers are fixed.
    package init() {
        texts = TelemetryWord.allCases.map(\.text)
    }

    /// Adds a text that is not there yet.
    ///
    /// - Parameter text: Without control characters.
    /// - Returns: Its number.
    package mutating func append(_ text: String) -> LabelValue {
        texts.append(text)
        return LabelValue(truncatingIfNeeded: texts.count - 1)
    }

    /// The text of a value; empty if there is none.
    package subscript(value: LabelValue) -> String {
        value.number < texts.count ? texts[Int(value.number)] : ""
    }

    /// How many texts there are.
    package var count: Int { texts.count }

    /// The first texts only.
    ///
    /// - Parameter count: maximum number of texts.
    /// - Returns: texts with the same numbers.
    package func prefix(_ count: Int) -> TelemetryTexts {
        var result = self
        result.texts.removeLast(max(0, texts.count - count))
        return result
    }
}

/// The words that the rules of the graph ask for. They are the first of all texts, so that a rule compares numbers. The raw value is the
/// number.
package enum TelemetryWord: UInt32, CaseIterable, Sendable {
    /// No such label, which Prometheus does not distinguish from an empty one.
    case empty
    /// What Istio writes where it does not know.
    case unknown
    /// The revision of what has none.
    case latest
    case source
    case destination
    case waypoint
    case ztunnel
    case http
    case grpc
    case tcp
    case mutualTLS
    case passthrough
    case blackHole
    case egressHost
    case egressGateway
    case istioSystem
    /// No response.
    case none
    case zero
    case yes

    /// As it stands in labels.
    package var text: String {
        switch self {
        case .empty: ""
        case .unknown: "unknown"
        case .latest: "latest"
        case .source: "source"
        case .destination: "destination"
        case .waypoint: "waypoint"
        case .ztunnel: "ztunnel"
        case .http: "http"
        case .grpc: "grpc"
        case .tcp: "tcp"
        case .mutualTLS: "mutual_tls"
        case .passthrough: "PassthroughCluster"
        case .blackHole: "BlackHoleCluster"
        case .egressHost: "istio-egressgateway.istio-system.svc.cluster.local"
        case .egressGateway: "istio-egressgateway"
        case .istioSystem: "istio-system"
        case .none: "-"
        case .zero: "0"
        case .yes: "true"
        }
    }
}
