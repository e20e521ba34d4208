// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport

/// A short line of a log, as tests of books need it.
func logLine(
    _ observer: String?, _ kind: LifecycleEvent.Kind, _ peer: String? = nil, uid: Int64? = nil, at: Timestamp,
    text: String = "text"
) -> LifecycleEvent {
    LifecycleEvent(
        at: at, observer: observer.map { address($0) }, peer: peer.map { address($0) }, uid: uid, pattern: "X01",
        kind: kind, evidence: LifecycleEvent.Evidence(text))
}
