// SPDX-License-Identifier: Apache-2.0
extension Command {
    /// A journal where live sources would stand.
    static let journal = Positional(
        name: "FILE", isRequired: false,
        help: "a journal that --record wrote; then nothing is collected, and - reads it from the standard input")

    static let reportText = CommandSpecification(
        "an incident as a text: what happened, why, and to whom",
        "Reads a journal and writes what happened in it in order, the first cause with its proof, who was affected, what was "
            + "forecast and what came, and the commands to look again. Nothing in it depends on the time at which it is written.",
        examples: [
            ("meshtop report night.mtr > incident.md", "for a ticket or a wiki"),
            ("meshtop report night.mtr --from 14:00 --to 14:30 -o html > incident.html", "one page without scripts"),
        ],
        positionals: [Positional(name: "FILE", isRequired: true, help: "a journal; - is the standard input")],
        exits: [
            ("0", "written"), ("1", "the file cannot be read, or a time is outside of it"),
            ("2", "written of what can be read: the file is cut off or damaged"), usage,
        ])

    static let redactText = CommandSpecification(
        "a copy of a journal without names of your own, for others",
        "Replaces host names, addresses, systems, namespaces, workloads and all other names consistently (the same name always "
            + "by the same one; in other journals too with the same --map), leaves out texts that it cannot understand, and says what it changed. The copy "
            + "replays to the same picture under other names.",
        examples: [
            ("meshtop redact night.mtr shared.mtr", "a copy for a bug report"),
            ("meshtop redact night.mtr shared.mtr --map names.txt", "keeps apart what stands for what"),
        ],
        positionals: [
            Positional(name: "FILE", isRequired: true, help: "a journal; - is the standard input"),
            Positional(
                name: "OUT", isRequired: false,
                help: "the copy, a file that does not exist yet; without it the standard output, if that is no terminal"
            ),
        ],
        exits: [
            ("0", "written"), ("1", "the file cannot be read or written"),
            ("2", "written of what can be read: the file is cut off or damaged"), usage,
        ])
}
