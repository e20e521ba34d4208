// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// The wrappings in which lines are found, each with a time and mostly with the node's name (kinds of formats in use, written for this table).
@Suite("Wrappings of lines")
struct WrappingTests {
    private static let message =
        "Cluster Node [akka://Shop@10.0.0.7:25520] - Marking node as UNREACHABLE "
        + "[Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)]."
    private static let nameless =
        "Association to [akka://Shop@10.0.0.9:25520] with UID [5512] is irrecoverably failed. UID is now quarantined and all "
        + "messages to this UID will be delivered to dead letters. Reason: Cluster member removed, previous status [Down]"

    private func first(_ line: String) -> LifecycleEvent? { LogSupport.events(line + "\n").first?.event }

    @Test(
        "the time is read, wherever it stands",
        arguments: [
            "20261105 05:10:13.116 WARN akka.cluster.Cluster - @", "20261105T051013.116Z WARN akka.cluster.Cluster - @",
            "W1105 05:10:13.116000 1 cluster.scala:12] @", "shop-1.log:2026-11-05 05:10:13,116 WARN - @",
            "shop-1.log:123:2026-11-05 05:10:13,116 WARN - @", "- 2026-11-05 05:10:13,116 WARN - @",
            "> 2026-11-05 05:10:13,116 WARN - @",
            #"<e timestamp="1793855413116" level="WARN"><m><![CDATA[@]]></m></e>"#,
            "2026-11-05 05:10:13,116;WARN;akka.cluster.Cluster;@",
            #"{"Timestamp":"2026-11-05T05:10:13.116Z","Body":"@"}"#,
            #"{"TimeGenerated":"2026-11-05T05:10:13.116Z","LogMessage":"@"}"#,
            #"{"asctime":"2026-11-05 05:10:13,116","message":"@"}"#,
            #"{"logTimestamp":"2026-11-05T05:10:13.116Z","message":"@"}"#,
            #"{"stream":{"pod":"shop-1"},"values":[["1793855413116000000","@"]]}"#,
            #"{"_index":"x","fields":{"message":["@"],"@timestamp":["2026-11-05T05:10:13.116Z"]}}"#,
            #"{"messages":[{"map":{"_raw":"@","_messagetime":"1793855413116"}}]}"#,
            #"{"__REALTIME_TIMESTAMP":"1793855413116000","MESSAGE":"\u001b[33m @\u001b[0m"}"#,
        ])
    func time(layout: String) {
        let event = first(layout.replacing("@", with: Self.message, isMessage: true))
        #expect(event?.at.description.hasPrefix("2026-11-05T05:10:13.") == true, "\(String(describing: event?.at))")
        #expect(event?.peer?.host == "10.0.0.9" && event?.observer?.host == "10.0.0.7")
    }

    @Test(
        "a node that is named behind the message, in brackets of any kind or none, is the observer",
        arguments: [
            "@ MDC: {sourceThread=t, akkaAddress=A}", "@ [akkaAddress=A, sourceThread=t]", "@ (akkaAddress=A)",
            "@ mdc={akkaAddress=A}", #"level=warn msg="@" akkaAddress=A"#, "@ {pekkoAddress=A}",
            #"{"short_message":"@","_akkaAddress":"A","timestamp":1793855413.1}"#,
        ])
    func behind(layout: String) {
        let line = "2026-11-05 05:10:13,116 WARN - " + layout
        let text = layout.hasPrefix("{") ? layout : line
        let event = first(
            text.replacing("@", with: Self.nameless, isMessage: true)
                .replacing("A", with: "akka://Shop@10.0.0.7:25520", isMessage: false))
        #expect(event?.observer?.host == "10.0.0.7", "\(String(describing: event))")
        #expect(event?.kind == .quarantined(harmless: false, reason: "Cluster member removed, previous status [Down]"))
    }

    @Test(
        "the incarnation that writes is read from the context",
        arguments: [
            ("WARN [akkaUid=-556, akkaAddress=akka://Shop@10.0.0.7:25520] - @", -556),
            ("WARN - @ MDC: {akkaUid=77, akkaAddress=akka://Shop@10.0.0.7:25520}", 77), ("WARN - @", nil),
            ("WARN [akkaUid=x] - @", nil),
        ] as [(String, Int64?)])
    func uid(layout: String, uid: Int64?) {
        let event = first("2026-11-05 05:10:13,116 " + layout.replacing("@", with: Self.message, isMessage: true))
        #expect(event != nil && event?.observerUid == uid)
        let text =
            #"{"@timestamp":"2026-11-05T05:10:13.116Z","message":"@","akkaUid":12,"akkaAddress":"akka://Shop@10.0.0.7:25520"}"#
        #expect(first(text.replacing("@", with: Self.message, isMessage: true))?.observerUid == 12)
    }
}

extension String {
    /// The layout with its sign replaced; the sign of the message stands alone, `@timestamp` is no such sign.
    fileprivate func replacing(_ sign: Character, with text: String, isMessage: Bool) -> String {
        var result = ""
        for place in indices {
            let next = index(after: place) < endIndex ? self[index(after: place)] : " "
            let before = place > startIndex ? self[index(before: place)] : " "
            let isAlone = !next.isLetter && (isMessage ? !before.isLetter && !before.isNumber : "=\"".contains(before))
            result += self[place] == sign && isAlone ? text : String(self[place])
        }
        return result
    }
}
