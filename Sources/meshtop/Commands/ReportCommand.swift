// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// `meshtop report FILE`: an incident as a text.
enum ReportCommand {
    static func run(_ context: Context) throws(CommandFailure) -> Int32 {
        let path = context.settings.arguments.first ?? "-"
        let recorded = try RecordedMoment(path, at: context.settings[.to], option: "--to")
        let from = try context.settings[.from].map { time throws(CommandFailure) in
            try RecordedMoment.moment(time, in: recorded.span, of: recorded.file.name, option: "--from")
        }
        let (start, end) = (from ?? recorded.span.from, recorded.moment ?? recorded.span.until)
        guard start <= end else {
            throw CommandFailure(message: "--from \(start) is later than --to \(end)", exit: 64)
        }
        let (story, trouble) = told(recorded, Story.Frame(file: path, from: start, until: end))
        for text in trouble { context.say(text) }
        let output: [UInt8] =
            switch context.settings[.output] {
            case .json: StoryReport.json(story)
            case .html: Array(StoryReport.html(story).utf8)
            default: Array(StoryReport.markdown(story).utf8)
            }
        return try context.out.write(output).exit(or: trouble.isEmpty ? 0 : 2)
    }

    /// Folds the journal; a picture is made at each tick of the time that is told of.
    static func told(_ recorded: RecordedMoment, _ frame: Story.Frame) -> (story: Story, trouble: [String]) {
        let session = Session()
        var story = Story(frame)
        let trouble = recorded.play { observation in
            if case .started = observation.payload { story.beginRun() }
            story.take(session.apply(observation), at: session.mesh.now)
            switch observation.payload {
            case .tick, .refresh:
                if session.mesh.now >= frame.from { story.take(session.mesh.snapshot()) }
            default: break
            }
        }
        story.note(trouble: trouble)
        return (story, trouble)
    }
}
