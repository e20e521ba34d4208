/// Starts the collector for a live run.
enum LiveFeed {
    static func start(_ request: FeedRequest) throws(CommandFailure) -> any ObservationFeed {
        throw CommandFailure(message: "there is no collector in this version yet")
    }
}
