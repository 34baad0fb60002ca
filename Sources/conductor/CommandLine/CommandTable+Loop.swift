import Conducting

extension CommandTable {
  /// Unattended work.
  static let loopCommands: [Command] = [
    Command(
      .loop, .work, "Work through the backlog unattended.",
      description: [
        "Hands out one item after the other for as long as the consent, the run state, the budgets, the prerequisites and the rule sets allow; all of them are read anew before every cycle. The consent must say auto_enabled and continuous. What it allowed when the run began is the most that it allows: a later change can only take away. Whoever withdraws it, pauses the project, lays the stop file or sends SIGINT, SIGTERM or SIGHUP ends the run; an agent that is at work is asked to end, and ended by force five seconds later, its claim is unwound, and all of that is on record.",
        "With an executor, each item is claimed, its prompt goes to the agent's standard input, the agent's answer is submitted, and its work is verified. The agent runs under guard as with `conductor exec`, with the variables CONDUCTOR_ITEM, CONDUCTOR_CLAIM and CONDUCTOR_RECEIPTS. With --apply it works in the project's own tree, and an item whose work stands up to its verification is closed. Without --apply it works in a separate git worktree on a branch of its own; nothing reaches the user's tree, the patch is kept, and the item is proposed until a person closes or releases it. In the mode DRY_RUN no agent is run.",
        "Whatever goes wrong in a cycle, the item is released with the reason, which goes into the next attempt's prompt as data. It is not tried again in the same run, and not before a pause that grows with each failure; after the third failure it is blocked. After as many failures in a row as the consent allows, the project is paused.",
        "Without an executor, each prompt is printed on standard output and its item stays claimed. Events go to standard error, one line each, to the file events.jsonl in conductor's own folder, and with --json to standard output. The run ends with a report, which is a receipt, too.",
      ],
      flags: claimingFlags + [
        Flag(
          .executor, "NAME", .line,
          "The executor of the configuration that runs the agent. A consent with require_execute wants one."
        ),
        Flag(
          .apply,
          "Let the agent work in the project's own tree. The consent must say allow_apply, and no mode may be set."
        ),
        Flag(
          limit: .maxCycles, "N",
          "How many cycles the run may have; 0 for as many as the backlog holds. Where the consent's max_iterations is smaller, that holds.",
          default: "what the consent says"),
        Flag(
          .interval, "D", "The pause between two cycles, and with --watch between two looks.",
          default: "none between cycles, and 30s between looks"),
        Flag(
          .watch,
          "Wait for work where there is none, instead of ending. A look that finds the same again leaves no receipt."
        ),
        Flag(.maxRuntime, "D", "How long the run may last in all.", default: "for ever"),
        Flag(
          .maxIdle, "D", "With --watch, how long the run may wait for work.", default: "for ever"),
        Flag(
          .stopFile, "PATH", .file,
          "A file whose appearance ends the run, as a pause does."),
      ],
      examples: [
        Example(
          "conductor loop --executor codex --max-cycles 3",
          "Lets an agent propose work on up to three items."),
        Example(
          "conductor loop --executor claude --apply --watch --stop-file /tmp/stop",
          "Lets an agent finish items as they come, until the file appears."),
        Example(
          "conductor loop --dry-run > prompts.txt", "Shows every prompt that would be handed out."),
      ],
      endings: [
        Ending(.done, "Every cycle closed, proposed or printed its item."),
        Ending(.checkFailed, "The worst cycle failed a check, or its agent failed."),
        Ending(.refused, "A rule or the guard refused the worst cycle's work."),
        Ending(.nothingEligible, "Nothing was eligible."),
        Ending(
          .notPermitted,
          "The consent, a pause, a mode or a budget does not allow the run, or ended it; or somebody else asked for its end while an agent was at work."
        ),
        Ending(.prerequisiteUnmet),
        Ending(.personMustDecide, "The worst cycle's work waits for a person's decision."),
        Ending(.wrongContent), Ending(.missingFile),
        Ending(
          .unavailable, "The executor cannot be started, or no separate worktree can be made."),
        Ending(.busy), rulesEnding,
      ])
  ]
}
