// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The axis of the timeline") struct TimeAxisTests {
    private static func axis(
        newest: Duration = .zero, selected: Duration? = nil, oldest: Duration = .seconds(-30), zoom: Int? = nil
    ) -> TimeAxis {
        let content = TimelineContent(
            oldest: Scene.now + oldest, newest: Scene.now + newest, selected: selected.map { Scene.now + $0 })
        return TimeAxis(content, zoom: zoom, now: Scene.now, columns: 60)
    }

    @Test("it ends at the present, within one column")
    func present() {
        let axis = Self.axis()
        #expect(axis.column(of: Scene.now) == 59 && axis.end < Scene.now + .microseconds(axis.step))
    }

    @Test("an event whose clock is a little ahead is shown")
    func ahead() {
        let axis = Self.axis(newest: .seconds(10))
        #expect(axis.column(of: Scene.now + .seconds(10)) != nil && axis.column(of: Scene.now) != nil)
    }

    @Test(
        "an event whose clock is far ahead does not push the lanes out of sight: three quarters of the axis stay behind the present",
        arguments: [Int64(16), 60, 3600, 86_400, 1 << 40])
    func farAhead(seconds: Int64) {
        let axis = Self.axis(newest: .seconds(seconds))
        guard let present = axis.column(of: Scene.now) else { return #expect(Bool(false)) }
        #expect(present >= 44)
        #expect(axis.column(of: Scene.now + .seconds(seconds)) == nil)
    }

    @Test("on the screen too: lanes keep their marks when a clock is a day ahead")
    func screen() {
        var session = Session(
            TimelineScene.scene("ahead", TimelineScene.incidentEvents + [TimelineScene.reach(-86_400, 7, 10)]))
        session.type("5")
        let lanes = session.text.split(separator: "\n", omittingEmptySubsequences: false)[4..<10].joined()
        #expect(lanes.contains("Q") && lanes.contains("!"))
    }

    @Test("the selected event is always in sight, wherever it is")
    func selected() {
        for place in [Duration.seconds(-1), .seconds(-30), .seconds(-86_400), .seconds(500), .seconds(86_400 * 365)] {
            let axis = Self.axis(selected: place)
            #expect(axis.column(of: Scene.now + place) != nil, "\(place)")
        }
    }

    @Test("without a choice it is a minute to an hour long, as the oldest event needs")
    func automatic() {
        let lengths = [Int64(5), 90, 250, 1000, 2000, 5000, 1_000_000].map { Self.axis(oldest: .seconds(-$0)).length }
        #expect(lengths == ["1m", "2m", "5m", "30m", "1h", "1h", "1h"])
        #expect(TimeAxis(TimelineContent(), zoom: nil, now: Scene.now, columns: 60).length == "1m")
    }

    @Test("a chosen length is kept, and one that does not exist is the nearest")
    func chosen() {
        #expect(Self.axis(zoom: 0).length == "1s" && Self.axis(zoom: -5).length == "1s")
        #expect(Self.axis(zoom: 99).length == "7d")
    }

    @Test("stamps beyond all sense overflow nothing", arguments: [Int64.min, .min + 1, .max, .max - 1, 1 << 62])
    func extremes(stamp: Int64) {
        let moment = Timestamp(microseconds: stamp)
        let content = TimelineContent(oldest: moment, newest: moment, selected: moment)
        for zoom in [0, TimeAxis.spans.count - 1] {
            let axis = TimeAxis(content, zoom: zoom, now: Scene.now, columns: 80)
            #expect(axis.columns == 80 && axis.step > 0)
            #expect(axis.ticks(zone: .zero).allSatisfy { (0..<80).contains($0.column) })
            let late = TimeAxis(TimelineContent(), zoom: zoom, now: moment, columns: 80)
            #expect(late.start < late.end)
        }
    }
}
