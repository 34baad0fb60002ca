import Conducting

extension CommandTable {
  /// The number that shows whose claim it is.
  private static let claimFlag = Flag(
    .claim, "N", "The number of the claim, as `conductor next` reported it.",
    default: "the variable CONDUCTOR_CLAIM")

  /// Judging work that was done, and finishing it.
  static let verifyingCommands: [Command] = [
    Command(
      .verify, .work, "Measure the work on a claimed item and run its tests.",
      description: [
        "Measures the working tree against the state at the time of the claim: how many lines were added and deleted, which files changed, whether any of them belongs to the operator or lies outside the project, and what the rule sets say of the changes. Then each test that the claim names is run in order, by a shell in the project's root, under guard as `conductor exec` guards, with an empty standard input and the time limit test_timeout of the configuration. Limits and tests are those that the claim's receipt states, whatever the backlog says by now.",
        "Everything that is checked is reported, not the first failure alone; only when a rule or the guard refuses the work are the tests left out, since they would run it. A test that ends and leaves something running fails, and so does a verification during which the tree changed. The output of each test is kept in the receipts directory of the claim, up to 4 MB; the last lines of a failing one are shown.",
        "The receipt names the tree that was verified. A later change of the tree voids it. Nothing but records and the output of tests is written. Without any test the outcome is unverified, which is no failure unless the consent says require_tests.",
        "The number of the claim shows that it is really yours. Without --claim and without the variable CONDUCTOR_CLAIM the command is accepted only while the item has been claimed exactly once in its life.",
      ],
      positionals: [Positional("ITEM", .item, "The id of the claimed item.")],
      flags: [claimFlag],
      examples: [
        Example("conductor verify ND-067", "Shows what was checked, and with what result."),
        Example(
          "conductor verify ND-067 --claim 3 --json", "Answers with a document for programs."),
      ],
      endings: [
        Ending(.done, "Verified, or nothing stands against it and no test was asked for."),
        Ending(
          .checkFailed,
          "A test failed, too much changed or nothing did, or the tree changed meanwhile."),
        Ending(
          .refused,
          "A rule or the guard refuses the work, the item is not claimed, or the number is not that of its present claim."
        ),
        Ending(
          .personMustDecide, "A rule wants a person to decide, or something cannot be measured."),
        Ending(.notPermitted, "The consent wants tests, and the claim names none."),
        Ending(
          .usage,
          "The command line is wrong, or the claim's number is needed because the item was claimed more than once."
        ),
        Ending(.unavailable, "There is no git, or the project is in no checkout."),
        Ending(.wrongContent), Ending(.missingFile),
        Ending(.busy, "The claim is being verified by another process, or a lock was not had."),
        Ending(.wrongConfiguration),
      ]),
    Command(
      .close, .work, "Verify a claimed item and set it done.",
      description: [
        "Sets an item done whose work stands up to its verification. Where the newest verification of the claim speaks of exactly the present tree and of the present rules, its tests are not run again; otherwise the work is verified first, on a record of its own. What was changed, and whether a rule or the guard refuses it, is looked at anew in any case, and then the rule sets say whether the deliverables are there that they ask for.",
        "The status becomes done, the item and the history's entry of the claim get the time as completed_at, and the claim goes. Nothing else of the backlog changes. Work that does not stand up to it leaves everything as it was, but for the record of why.",
        "A proposed item, whose work waits for a person on a branch, is closed without measuring; that is for an operator to do, once the work has been taken over.",
        "A pause keeps no item from being closed, since it only means that nothing more is handed out; the mode DRY_RUN does. The number of the claim shows that it is really yours, as for `conductor verify`.",
      ],
      positionals: [Positional("ITEM", .item, "The id of the item.")],
      flags: [claimFlag],
      examples: [
        Example("conductor close ND-067", "Finishes the item, or says what is missing."),
        Example("conductor close ND-067 --claim 3", "The same for one particular claim."),
      ],
      endings: [
        Ending(.done, "The item is done."),
        Ending(.checkFailed, "The work does not stand up to its verification."),
        Ending(
          .refused,
          "A rule or the guard refuses it, the item is not claimed, or the number is not that of its present claim."
        ),
        Ending(
          .personMustDecide, "A rule wants a person to decide, or something cannot be measured."),
        Ending(
          .notPermitted, "The mode is DRY_RUN, or the consent wants tests that are not there."),
        Ending(
          .usage,
          "The command line is wrong, or the claim's number is needed because the item was claimed more than once."
        ),
        Ending(.unavailable, "There is no git, or the project is in no checkout."),
        Ending(.wrongContent, "The backlog or the consent is malformed; nothing was closed."),
        Ending(.missingFile),
        Ending(
          .busy, "The claim is being verified by another process, or the backlog kept changing."),
        Ending(.wrongConfiguration),
      ]),
  ]
}
