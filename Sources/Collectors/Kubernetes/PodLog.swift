// SPDX-License-Identifier: Apache-2.0
package import Model

/// The log of one instance of a container, as the API server serves it.
package struct PodLog: Hashable, Sendable {
    /// The API server.
    package let server: Endpoint
    /// The pod.
    package let pod: ObjectName
    /// The container.
    package let container: String
    /// Names the instance: a container that is started again writes another log.
    package let instance: String
    /// Whether it is the instance before the running one, which writes no more.
    package let isPrevious: Bool

    /// Maximum number of lines that are read of the past.
    static let maximumLines = 10_000
    /// How far the past is read.
    static let past = Duration.seconds(600)

    /// The path below the server's own, with its query.
    ///
    /// - Parameter since: from when on; `nil`: the last lines.
    /// - Returns: the path.
    func path(since: Timestamp?) -> String {
        let place = "/api/v1/namespaces/\(URLText.encoded(pod.namespace))/pods/\(URLText.encoded(pod.name))/log"
        var path = "\(place)?container=\(URLText.encoded(container))&timestamps=true"
        path += isPrevious ? "&previous=true" : "&follow=true"
        if let since { path += "&sinceTime=\(URLText.encoded(since.wholeSecond))" }
        return path + "&tailLines=\(Self.maximumLines)"
    }

    /// The source's name.
    var id: SourceID {
        SourceID(.podLog, "\(pod.namespace)/\(pod.name)/\(container)\(isPrevious ? " (previous)" : "")")
    }
}

extension Timestamp {
    /// The second in which it lies, as RFC 3339: the kubelet takes no fractions.
    var wholeSecond: String { "\(description.prefix(19))Z" }
}
