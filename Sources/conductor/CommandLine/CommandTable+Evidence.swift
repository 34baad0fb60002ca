import Conducting

extension CommandTable {
  /// Reading and proving the record.
  static let evidenceCommands: [Command] = [
    Command(
      .receiptsList, .evidence, "List the receipts, the newest first.",
      description: [
        "Shows one line for each receipt: its id, when it was written, its kind, its outcome, and the item it is about. Nothing is written."
      ],
      flags: [
        Flag(
          .kind, "K", .line,
          "Show only receipts of this kind, such as claim, refusal or release."),
        Flag(.item, "ID", .item, "Show only receipts about this item."),
        Flag(.limit, "N", "Show at most so many receipts.", default: "all"),
      ],
      examples: [
        Example("conductor receipts list --limit 10", "Shows the ten newest receipts."),
        Example(
          "conductor receipts list --kind refusal --item ND-067",
          "Shows why an item was not handed out."),
      ],
      endings: readingEndings),
    Command(
      .receiptsShow, .evidence, "Show one receipt whole.",
      description: [
        "Prints a receipt: what was asked, what was read with its digests, what was decided and why, and the prompt that was given out. Nothing is written."
      ],
      positionals: [
        Positional(
          "ID", .line,
          "The id of the receipt as `conductor receipts list` shows it, or a part of it that fits only one."
        )
      ],
      examples: [
        Example("conductor receipts show 3fa94c01", "Shows the receipt whose name ends so.")
      ],
      endings: [Ending(.nothingEligible, "No receipt has this id, or several do.")]
        + readingEndings),
    Command(
      .receiptsVerify, .evidence, "Check that every receipt is present and unchanged.",
      description: [
        "Compares each receipt with its line in the ledger, and names every receipt that is missing, changed or not listed. Nothing is written. The ledger has the format of sha256sum, so `sha256sum -c` in the folder of the receipts checks the listed ones with nothing of ours.",
        "What cannot be told is whether the last lines of the ledger were cut off together with their receipts.",
      ],
      examples: [Example("conductor receipts verify", "Checks the whole record.")],
      endings: [
        Ending(.done, "Every listed receipt is present and unchanged, and none is unlisted."),
        Ending(.checkFailed, "A receipt is missing, changed or not listed."),
        Ending(.missingFile), Ending(.wrongConfiguration),
      ]),
  ]
}
