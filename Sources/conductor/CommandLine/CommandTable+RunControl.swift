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
        "Sets the run state to ACTIVE. This is for the operator to do, not for an agent: what conductor itself has started is refused, whatever its environment says. A run that is active already stays so."
      ],
      examples: [Example("conductor resume", "Ends a pause.")],
      endings: [
        Ending(.done, "The run is active."),
        Ending(.refused, "Something that conductor itself has started asked for it."),
        Ending(.wrongContent), Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .mode, .runControl, "Show or set how far a run may go.",
      description: [
        "Without arguments, shows the mode that was set and the one that holds. With set, sets it: DRY_RUN lets nothing come of a run but records, and makes `conductor next` dry; PR_ONLY lets work end on a branch and never in the user's own tree; SELECTIVE_AUTO lets through what a rule set names, and holds as PR_ONLY where none does. Without a mode, the consent alone decides; where the rule set autopilot is loaded, a missing mode is PR_ONLY.",
        "Setting a mode is for the operator to do, not for an agent: what conductor itself has started is refused, whatever its environment says. A mode only narrows what the consent allows.",
      ],
      positionals: [
        Positional("set", .choice(["set"]), isOptional: true, "Set the mode that follows."),
        Positional(
          "M", .choice(RunState.Mode.allCases.map(\.rawValue)), isOptional: true,
          "The mode: DRY_RUN, PR_ONLY or SELECTIVE_AUTO."),
      ],
      flags: [Flag(.reason, "T", .text, "Why; kept on the record.")],
      examples: [
        Example("conductor mode", "Shows which mode holds, and why."),
        Example("conductor mode set PR_ONLY", "Lets no run change the user's own tree."),
      ],
      endings: [
        Ending(.done, "The mode is shown, or set."),
        Ending(.refused, "Something that conductor itself has started asked for it."),
        Ending(.wrongContent), Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .approve, .runControl, "Record a person's decision, and release what a rule has stopped.",
      description: [
        "Records that an actor grants a right for an item, for an environment, or for both. The right is the id of a rule (alembic/no-migrations, or without the set), a right that a rule asks for, a level (L2, or statetrace:L2), release, which releases an item from everything that has stopped it, or, with --path, protected-change or unmeasured. Who may grant what stands in the rule sets; an actor who may not is refused, on the record.",
        "The right protected-change accepts files that only an operator may change, and unmeasured accepts files of which nothing can be measured, for the work on an item: each exactly as it is at this moment, so that any further change of it needs a decision of its own. Where a rule set has an authority, this is for whoever stands highest in it, or whom it escalates to.",
        "The decision lies in the folder approvals of conductor's own folder, and a receipt vouches for it: a file without its receipt counts for nothing. Where a rule set binds the actor to an SSH key, the decision counts only when it is signed with --key.",
        "This is for a person to do, not for an agent: what conductor itself has started is refused, whatever its environment says. A reason is kept and read by nobody: it grants nothing.",
      ],
      positionals: [
        Positional(
          "RIGHT", .line, "A rule's id, a right, a level, release, protected-change or unmeasured.")
      ],
      flags: [
        Flag(.item, "ID", .item, "The item for which it is granted."),
        Flag(.environment, "E", .line, "The environment for which it is granted."),
        Flag(
          .by, "ACTOR", .line, isRequired: true, "Who decides, as the rule sets name the actor."),
        Flag(
          .paths, "PATH", .file,
          "A file that is accepted as it is, relative to the project root; may be repeated."),
        Flag(.expires, "D", "How long the decision holds.", default: "for ever"),
        Flag(.workOrder, "ID", .line, "The work order that the decision rests on."),
        Flag(.rollback, "TEXT", .text, "How what is approved would be undone."),
        Flag(.reason, "TEXT", .text, "Why; kept on the record."),
        Flag(.key, "FILE", .file, "The SSH key to sign with, by ssh-keygen."),
      ],
      examples: [
        Example(
          "conductor approve release --item ND-067 --by Robert",
          "Lets an item be handed out that a rule had stopped."),
        Example(
          "conductor approve migration --environment staging --by Robert --expires 1d",
          "Grants a right in one environment for a day."),
        Example(
          "conductor approve protected-change --item ND-067 --path docs/automation/conductor.json --by Robert",
          "Accepts the configuration as it stands now, for the work on an item."),
        Example(
          "conductor approve L2 --item ND-067 --by Robert --key ~/.ssh/id_ed25519",
          "Grants a level for an item, signed."),
      ],
      endings: [
        Ending(.done, "The decision is recorded."),
        Ending(
          .refused,
          "The actor may not grant it, the signature is not the actor's, the item is not stopped, or something that conductor itself has started asked for it."
        ),
        Ending(.nothingEligible, "There is no such item."),
        Ending(
          .usage,
          "The command line is wrong, no rule set knows the right or the environment, or neither item nor environment is given."
        ),
        Ending(.wrongContent), Ending(.missingFile), Ending(.unavailable), Ending(.busy),
        rulesEnding,
      ]),
  ]
}
