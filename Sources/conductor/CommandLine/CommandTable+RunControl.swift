import Conducting

extension CommandTable {
  /// Seeing and steering the run.
  static let runControlCommands: [Command] = [
    Command(
      .status, .runControl, "Show where the project stands.",
      description: [
        "Shows on one screen whether the run is active or paused, what the operator's consent allows, whether the prerequisites hold, how many items there are of each status, which item would be next, who holds which item until when, and the latest receipts. Nothing is written."
      ],
      examples: [Example("conductor status", "Shows the project at a glance.")],
      endings: readingEndings),
    Command(
      .pause, .runControl, "Hand out nothing more until an operator resumes.",
      description: [
        "Sets the run state to PAUSED. From then on `conductor next` refuses with exit code 4 and gives the reason. Claims that are already held stay held, and can be renewed and released."
      ],
      flags: [
        Flag(
          .reason, "T", .text, isRequired: true,
          "Why the run is halted; everyone who is refused sees it.")
      ],
      examples: [
        Example("conductor pause --reason 'CI is being moved'", "Stops handing out work.")
      ],
      endings: [
        Ending(.done, "The run is paused."), Ending(.wrongContent), Ending(.missingFile),
        Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .resume, .runControl, "Hand out work again after a pause.",
      description: [
        "Sets the run state to ACTIVE. This is for the operator to do, not for an agent. A run that is active already stays so."
      ],
      examples: [Example("conductor resume", "Ends a pause.")],
      endings: [
        Ending(.done, "The run is active."), Ending(.wrongContent), Ending(.missingFile),
        Ending(.busy), Ending(.wrongConfiguration),
      ]),
  ]
}
