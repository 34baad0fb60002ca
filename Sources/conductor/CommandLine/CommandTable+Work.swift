import Conducting

extension CommandTable {
  /// What can be said of the next item, and of how it is handed out.
  static let claimingFlags: [Flag] = [
    Flag(
      .diffLimit, "N", "How many lines the agent may add and delete in all.",
      default: "the item's own limit, else that of the configuration, else 200"),
    Flag(
      .tests, "CMD", .line,
      "A command that must succeed before the item can count as done. The prompt lists the commands as they are given, in order; tests that the item names itself do not count then.",
      default: "the item's own tests, else those of the configuration, else none"),
    Flag(
      .receiptsDirectory, "DIR", .directory,
      "Where the agent is to leave its receipts, relative to the project root.",
      default: "the folder work in conductor's own folder"),
    Flag(
      .planID, "ID", .line,
      "Claim only if the plan_suggestion of the next eligible item is exactly this. Otherwise the item stays pending, the backlog stays untouched, nothing is printed and the exit code is 3."
    ),
    Flag(
      .item, "ID", .item,
      "Claim this item or nothing. The same conditions hold for it as for any other."),
    Flag(
      .agent, "NAME", .line, "Who the item is handed to, as the claim and the receipt name it.",
      default: "the agent of the configuration, else the variable USER"),
    Flag(
      .lease, "D",
      "How long the claim holds unless it is renewed. After that, others may take the item.",
      default: "the lease of the configuration, else 2h"),
    Flag(
      .level, "L", .line,
      "How much the agent may do: a level of a loaded rule set. One above the set's own default needs what the set requires for it, such as a person's approval. Where no set has levels it is only recorded.",
      default: "the item's own level, else that of each rule set"),
    Flag(
      .dryRun,
      "Print the same prompt and write a receipt that is marked dry_run, but claim nothing: the backlog stays as it is, byte for byte."
    ),
  ]

  /// Handing out work and giving it back.
  static let workCommands: [Command] = [
    Command(
      .next, .work, "Claim the next eligible item and print its prompt.",
      description: [
        "Reads the backlog, the operator's consent, the run state and the summaries of authenticity and CI. If nothing stands against it, the first eligible item is claimed: its status becomes in_progress, the claim is written into the item and into the history, and the prompt for the agent is printed on standard output. A claim is exclusive among any number of processes, and everything is safely on disk before the prompt appears.",
        "An item is eligible when it is pending, everything it depends on is done, its not_before has passed, nobody holds it and the rule sets of the project let it through. What they deny, or want a person to decide, is passed over; what they stop is recorded and held until a person releases it with `conductor approve`. `conductor backlog list` says of every other item why it is not eligible.",
        "Nothing is executed. Every call leaves a receipt, also one that is refused. When nothing is handed out, standard output stays empty and one sentence on standard error gives the reason; with --plan-id, a plan that does not match is told by the exit code alone.",
      ],
      flags: claimingFlags,
      examples: [
        Example("conductor next --dry-run", "Shows what would be handed out, and claims nothing."),
        Example(
          "conductor next --diff-limit 150 --test 'swift test' > prompt.txt",
          "Claims an item under a limit and a test, and keeps the prompt in a file."),
        Example(
          "conductor next --item ND-067 --json",
          "Claims one particular item and answers with a JSON document that holds prompt and claim."
        ),
      ],
      endings: [
        Ending(.done, "A prompt was printed."),
        Ending(
          .nothingEligible, "Nothing is eligible, or the plan or the item did not match."),
        Ending(
          .notPermitted, "The run is paused, or the operator's consent does not allow it."),
        Ending(.prerequisiteUnmet),
        Ending(.refused, "Every item that could be next is stopped or denied by a rule."),
        Ending(.personMustDecide, "An item that could be next waits for a person's decision."),
        Ending(.wrongContent, "The backlog or the consent is malformed; nothing was claimed."),
        Ending(.missingFile), Ending(.busy), rulesEnding,
      ]),
    Command(
      .submit, .work, "Hand in an agent's answer.",
      description: [
        "Takes the answer to a prompt: one JSON document with the keys analysis, commands and receipts, and nothing around it. It is held against the schema of answers and those of the rule sets; the rules judge what the analysis says and each command that it proposes; and the receipts that it names are looked for in the receipts directory of the claim. Every fault is named at once, with its JSON pointer, line and column.",
        "Nothing is run. The answer is recorded whatever comes of it, without secrets; what a rule stops is recorded as a stop as well, and holds the item until a person releases it.",
        "The number of the claim shows that it is really yours. Without --claim and without the variable CONDUCTOR_CLAIM the command is accepted only while the item has been claimed exactly once in its life.",
      ],
      positionals: [Positional("ITEM", .item, "The id of the claimed item.")],
      flags: [
        Flag(
          .response, "FILE", .file, isRequired: true,
          "The file that holds the answer, or - for standard input."),
        Flag(
          .claim, "N", "The number of the claim, as `conductor next` reported it.",
          default: "the variable CONDUCTOR_CLAIM"),
      ],
      examples: [
        Example(
          "conductor submit ND-067 --response answer.json --claim 3", "Hands in an answer."),
        Example(
          "conductor submit ND-067 --response - --json",
          "Hands in what comes on standard input, and answers with a JSON document."),
      ],
      endings: [
        Ending(.done, "The answer is accepted."),
        Ending(
          .refused,
          "A rule denies or stops what it proposes, the item is not claimed, or the number is not that of its present claim."
        ),
        Ending(.personMustDecide, "A rule wants a person to decide about what it proposes."),
        Ending(
          .wrongContent,
          "The answer is not in the form that was asked for, or a receipt does not count; or the backlog is malformed."
        ),
        Ending(
          .usage,
          "The command line is wrong, or the claim's number is needed because the item was claimed more than once."
        ),
        Ending(.nothingEligible, "There is no such item."), Ending(.missingFile), Ending(.busy),
        rulesEnding,
      ]),
    Command(
      .release, .work, "Give a claimed item back.",
      description: [
        "Ends the claim of an item: its status goes back to pending, so that the next call of `conductor next` can hand it out again, or to blocked with --blocked. The history keeps the claim with the time and the reason of the release.",
        "The number of the claim shows that it is really yours. Without --claim and without the variable CONDUCTOR_CLAIM the command is accepted only while the item has been claimed exactly once in its life.",
      ],
      positionals: [Positional("ITEM", .item, "The id of the claimed item.")],
      flags: [
        Flag(
          .claim, "N", "The number of the claim, as `conductor next` reported it.",
          default: "the variable CONDUCTOR_CLAIM"),
        Flag(
          .reason, "TEXT", .text,
          "Why the item is given back; kept in the history and in the receipt."),
        Flag(
          .blocked,
          "Set the status to blocked instead of pending, so that the item is not handed out again before somebody changes that."
        ),
      ],
      examples: [
        Example(
          "conductor release ND-067 --claim 3 --reason 'needs a decision on the schema'",
          "Makes the item pending again."),
        Example(
          "conductor release ND-067 --claim 3 --blocked --reason 'upstream feed is down'",
          "Takes the item out of circulation."),
      ],
      endings: [
        Ending(.done, "The item is released."),
        Ending(
          .refused, "The item is not claimed, or the number is not that of its present claim."),
        Ending(
          .usage,
          "The command line is wrong, or the claim's number is needed because the item was claimed more than once."
        ),
        Ending(.wrongContent), Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .renew, .work, "Extend the lease of a claim.",
      description: [
        "Moves the end of a claim to the present time plus the lease, so that nobody takes over an item that is still being worked on.",
        "The number of the claim shows that it is really yours. Without --claim and without the variable CONDUCTOR_CLAIM the command is accepted only while the item has been claimed exactly once in its life.",
      ],
      positionals: [Positional("ITEM", .item, "The id of the claimed item.")],
      flags: [
        Flag(
          .claim, "N", "The number of the claim, as `conductor next` reported it.",
          default: "the variable CONDUCTOR_CLAIM"),
        Flag(
          .lease, "D", "How long the claim holds from now on.",
          default: "the lease of the configuration, else 2h"),
      ],
      examples: [
        Example(
          "conductor renew ND-067 --claim 3 --lease 45m", "Keeps the item for another 45 minutes.")
      ],
      endings: [
        Ending(.done, "The lease is extended."),
        Ending(
          .refused, "The item is not claimed, or the number is not that of its present claim."),
        Ending(
          .usage,
          "The command line is wrong, or the claim's number is needed because the item was claimed more than once."
        ),
        Ending(.wrongContent), Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
  ]
}
