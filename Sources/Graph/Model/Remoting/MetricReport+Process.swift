// SPDX-License-Identifier: Apache-2.0
extension MetricReport {
    /// What exporters say of a process that does not get its work done, over the last minute; only processes that stand out are reported.
    package struct Process: Hashable, Sendable {
        /// Above that many waiting tasks on average a queue of a dispatcher stands out.
        package static let longQueue = 20.0
        /// A hiccup from that long on stands out, in seconds.
        package static let longHiccup = 1.0
        /// That part of the time in garbage collection stands out.
        package static let muchCollection = 0.1

        /// The process.
        package var observer: Observer
        /// Tasks that wait for a thread of Akka's own dispatchers, on average; `nil` where that is not much, or not known.
        package var queue: Double?
        /// Tasks per second that leave those queues; `nil` where that is not known.
        package var leaving: Double?
        /// The longest time for which the process stood still, in seconds, rounded up by its exporter.
        package var hiccup: Double?
        /// The part of the time that went into garbage collection, 0 to 1.
        package var collecting: Double?

        /// - Parameter observer: The process.
        package init(observer: Observer) { self.observer = observer }

        /// Whether it is worth reporting.
        package var standsOut: Bool {
            (queue ?? 0) >= Self.longQueue || (hiccup ?? 0) >= Self.longHiccup
                || (collecting ?? 0) >= Self.muchCollection
        }
    }
}
