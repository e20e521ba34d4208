// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What an API server says went wrong: an object of kind `Status`, or the text of something in front of it (kubernetes.md §9).
struct APIStatus: Equatable {
    let code: Int
    /// In its words; may be empty.
    let message: String
    /// How long it wants to be left alone.
    let retryAfter: Duration?
    /// Whether the API server itself says so, not what it leads to.
    let isOfServer: Bool

    /// - Parameter response: an answer whose status is not 200.
    init(_ response: HTTPResponse) {
        let object = try? JSONParser(maximumBytes: 1 << 20).parse(response.body) {
            (reader: inout JSONReader) throws(JSONError) in try ObjectValue(&reader, .all)
        }
        if let object, object["kind"].text == "Status" {
            self.init(object, code: response.status, retryAfter: response.retryAfter)
        } else {
            self.init(
                code: response.status, message: ErrorPage.text(of: response.body.bytes, maximum: 160),
                retryAfter: response.retryAfter, isOfServer: false)
        }
    }

    /// - Parameters:
    ///   - object: an object of kind `Status`.
    ///   - code: the HTTP status, where the object does not say.
    ///   - retryAfter: what the headers ask for.
    init(_ object: ObjectValue, code: Int = 0, retryAfter: Duration? = nil) {
        let wanted = object["details"]["retryAfterSeconds"].integer
        self.init(
            code: object["code"].count ?? code,
            message: SafeText.line(of: object["message"].text ?? object["reason"].text ?? "", maximum: 400),
            retryAfter: retryAfter ?? wanted.map { .seconds(min(max(0, $0), HTTPClient.maximumRetryAfter)) },
            isOfServer: true)
    }

    private init(code: Int, message: String, retryAfter: Duration?, isOfServer: Bool) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.isOfServer = isOfServer
    }

    /// The status in words.
    var text: String { "HTTP \(code)\(message.isEmpty ? "" : " (\(message))")" }
}

/// The right that a refusal (403) says is missing, and the rule that grants it.
struct MissingRight: Equatable {
    let user: String?
    let verbs: [String]
    let resource: String
    let group: String
    /// `nil`: at the scope of the cluster.
    let namespace: String?

    /// Reads `pods is forbidden: User "viewer" cannot list resource "pods" in API group "" in the namespace "shop"`.
    init?(_ message: String) {
        func quoted(after words: String) -> String? {
            guard let start = message.firstRange(of: words + " \"")?.upperBound,
                let end = message[start...].firstIndex(of: "\"")
            else { return nil }
            return String(message[start..<end])
        }
        guard let resource = quoted(after: "resource"), let group = quoted(after: "in API group") else { return nil }
        user = quoted(after: "User")
        self.resource = resource
        self.group = group
        namespace = quoted(after: "in the namespace")
        let isRead = !resource.contains("/")
        verbs = isRead ? ["get", "list", "watch"] : ["get"]
    }

    /// What a collection needs.
    init(_ collection: WatchedCollection) {
        user = nil
        verbs = ["get", "list", "watch"]
        resource = collection.resource.plural
        group = collection.resource.group
        namespace = collection.namespace
    }

    /// The line of a Role.
    var rule: String {
        let verbs = verbs.joined(separator: ", ")
        return "{apiGroups: [\"\(group)\"], resources: [\(resource)], verbs: [\(verbs)]}"
    }

    /// What to do, in a sentence.
    var advice: String {
        if user == "system:anonymous" {
            return
                "the server takes us for system:anonymous: no credentials have arrived; look at the user of the context"
        }
        let subject = user.map { " of \"\($0)\"" } ?? ""
        let place = namespace.map { "a Role in namespace \($0)" } ?? "a ClusterRole"
        return "a right is missing: add \(rule) to \(place)\(subject)"
    }
}
