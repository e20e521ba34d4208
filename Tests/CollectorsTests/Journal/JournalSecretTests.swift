// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Secrets and journals")
struct JournalSecretTests {
    private static let secret = "hunter2SECRET"

    @Test(
        "no user and password of a target enters a journal, whatever kind of source it is",
        arguments: SourceKind.allCases)
    func targets(kind: SourceKind) throws {
        let source = SourceID(kind, "https://me:\(Self.secret)@10.0.0.7:8558/x?token=\(Self.secret)")
        let failure = SourceFailure(
            .auth, "GET https://me:\(Self.secret)@10.0.0.7:8558: 401, Authorization: Bearer \(Self.secret)")
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        let at = Timestamp(microseconds: 1)
        var encoder = ObservationEncoder()
        for payload in [
            Observation.Payload.sourceAdded(origin), .failed(failure, retryAt: at), .sourceRemoved,
        ] {
            let bytes = encoder.encode(Observation(at: at, source: source, payload))
            #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "\(kind) \(payload)")
        }
    }

    @Test(
        "no secret of a text enters a journal, wherever the text came from",
        arguments: [
            "https://me:\(secret)@h:1/x", "GET /x?token=\(secret)&a=1", "password=\(secret), retry",
            "Authorization: Bearer \(secret)", "Basic \(secret)", "api_key=\(secret)",
        ])
    func texts(text: String) throws {
        let at = Timestamp(microseconds: 1)
        let (host, reply) = ("http://10.0.0.7:8558", Reply(latency: .zero))
        let node = try UniqueAddress(Address(parsing: "akka://Shop@10.0.0.7:25520"), uid: 1)
        let line = LifecycleEvent(
            at: at, observer: nil, pattern: "C06", kind: .other, evidence: LifecycleEvent.Evidence(text))
        let event = BridgeReport.Event(sequence: 1, at: at, type: "AssociationErrorEvent", reason: text)
        let report = BridgeReport(node: node, stack: "akka-2.6.21", transport: .artery, at: at, events: [event])
        let object = ObjectValue.map([ObjectField("message", .text(text))])
        let all: [(SourceKind, Observation.Payload)] = [
            (.management, .failed(SourceFailure(.http, text), retryAt: at)),
            (.management, .readiness(.notPassed(text))),
            (.management, .liveness(.unavailable(text))), (.bridge, .bridge(report, reply)),
            (.probe, .probed(ProbeReport(.failing, status: 500, text: text), reply)),
            (.prometheus, .metrics(MetricReport(evaluatedAt: at, warnings: [text]), reply)),
            (.kubernetes, .kubernetes(KubernetesReport(.events, .listed([object])))),
        ]
        var encoder = ObservationEncoder()
        for (kind, payload) in all {
            let bytes = encoder.encode(Observation(at: at, source: SourceID(kind, host), payload))
            #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "\(kind): \(text)")
        }
        // A line of a log keeps what it says of addresses, which look like URLs with a user.
        guard !text.hasPrefix("https") else { return }
        let bytes = encoder.encode(
            Observation(at: at, source: SourceID(.log, "a.log"), .lifecycle(line, late: false)))
        #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "log: \(text)")
    }

    @Test(
        "ordinary texts stay as they are",
        arguments: [
            "Basic settings of the cluster", "a=b c=d", "bearer of news", "akka://Shop@10.0.0.7:25520", "key=value", "",
            "token of appreciation", "Association to [akka://Shop@a:1] having UID [-12] is irrecoverably failed",
        ])
    func ordinary(text: String) {
        #expect(Secrets.withoutNamedValues(text) == text)
    }
}
