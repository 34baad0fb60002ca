import Conducting

extension CommandTable {
  /// Looking at the backlog and adding to it.
  static let backlogCommands: [Command] = [
    Command(
      .backlogList, .backlog, "List the items, and why each is or is not eligible.",
      description: [
        "Shows one line for each item, in the order in which items would be handed out: id, status, priority and title, and for what is not eligible the reason, such as a dependency that is not done or a claim with its holder and its end. Nothing is written."
      ],
      flags: [
        Flag(
          .status, "S",
          .choice(["pending", "in_progress", "proposed", "done", "blocked"]),
          "Show only items of this status: pending, in_progress, proposed, done or blocked."),
        Flag(.eligible, "Show only items that could be claimed now."),
      ],
      examples: [
        Example("conductor backlog list --eligible", "Shows what could be handed out."),
        Example("conductor backlog list --status blocked --json", "Answers with a JSON document."),
      ],
      endings: readingEndings),
    Command(
      .backlogShow, .backlog, "Show one item whole.",
      description: [
        "Prints everything the backlog says about an item, whether it is eligible and why not, its claim, and its entries in the history. Nothing is written."
      ],
      positionals: [Positional("ID", .item, "The id of the item.")],
      examples: [Example("conductor backlog show ND-067", "Shows the item ND-067.")],
      endings: [Ending(.nothingEligible, "The backlog has no item of this id.")] + readingEndings),
    Command(
      .backlogCheck, .backlog, "Check the backlog for mistakes.",
      description: [
        "Reports what would keep items from ever being handed out or could surprise: unknown statuses, fields of the wrong type, dependencies that do not exist or form a cycle, and claims that have expired. Each finding comes with its place in the file. Nothing is written."
      ],
      examples: [Example("conductor backlog check", "Lists every finding; silent ones are good.")],
      endings: [
        Ending(.done, "Nothing was found."), Ending(.checkFailed, "Something was found."),
        Ending(
          .wrongContent,
          "The file cannot be used at all; the message names file, line and column."),
        Ending(.missingFile), Ending(.wrongConfiguration),
      ]),
    Command(
      .backlogAdd, .backlog, "Add an item at the end of the backlog.",
      description: [
        "Writes a new pending item after the last one, in the style of the file; no other byte changes. The id is printed."
      ],
      flags: [
        Flag(.title, "T", .text, isRequired: true, "What is to be done, in a few words."),
        Flag(
          .id, "I", .line, "The id of the new item, which must not be in use.",
          default: "the highest number in use plus one, in the form of the ids in use"),
        Flag(.plan, "P", .line, "The plan that the item belongs to, kept as its plan_suggestion."),
        Flag(
          .notes, "N", .text,
          "What the agent should know. The prompt shows notes as data, not as instructions."),
        Flag(
          .priority, "P", .choice(["critical", "high", "medium", "low", "none"]),
          "How urgent the item is: critical, high, medium, low or none. It counts where the backlog asks for the order priority."
        ),
        Flag(.dependsOn, "ID", .item, "An item that must be done before this one is eligible."),
        Flag(
          .notBefore, "TIME", .time,
          "The date (2026-11-21, midnight UTC) or time (2026-11-21T08:30:00Z) before which the item is not eligible."
        ),
        Flag(.diffLimit, "N", "How many lines an agent may add and delete in all for this item."),
        Flag(
          .tests, "CMD", .line, "A command that must succeed before the item can count as done."),
      ],
      examples: [
        Example(
          "conductor backlog add --title 'Consolidate the autonomy module'",
          "Adds an item under the next free id."),
        Example(
          "conductor backlog add --title 'Write the guide' --depends-on ND-067 --priority high",
          "Adds an item that waits for another one."),
      ],
      endings: [
        Ending(.done, "The item is in the backlog."),
        Ending(
          .usage, "The command line is wrong, or the id is in use; the message says how to mend it."
        ),
        Ending(.wrongContent), Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
  ]

  /// How commands end that only read the project's files.
  static let readingEndings = [
    Ending(.wrongContent), Ending(.missingFile), Ending(.wrongConfiguration),
  ]
}
