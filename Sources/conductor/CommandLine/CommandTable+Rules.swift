import Conducting

extension CommandTable {
  /// Looking at rule sets, checking them, and taking them elsewhere.
  static let ruleCommands: [Command] = [
    Command(
      .rulesList, .rules, "List the rule sets that are loaded, and those that could be.",
      description: [
        "Shows one line for each rule set: its name, its version, where it stands, how many rules it has, and the digest of its text. Sets that come with conductor and are not loaded follow. Outside a project only these are shown. Nothing is written."
      ],
      examples: [Example("conductor rules list", "Shows what is in force here.")],
      endings: [Ending(.done), rulesEnding]),
    Command(
      .rulesShow, .rules, "Show a rule set as it is in force.",
      description: [
        "Prints a set as JSON with its params put in and the sets that it extends taken in. `conductor rules export` gives the text of a set that comes with conductor as it was written."
      ],
      positionals: [
        Positional("NAME", .line, "The name of a set, loaded or built in, or the path of a file.")
      ],
      examples: [Example("conductor rules show alembic", "Shows a set that comes with conductor.")],
      endings: [ruleSetUnknown, rulesEnding]),
    Command(
      .rulesCheck, .rules, "Check that rule sets load, and run their examples.",
      description: [
        "Loads every set of the project, or one file, and says what is wrong: unknown keys and names, bad expressions, rules without a reason, examples that fail. Each fault comes with file, line and column, and with the nearest known word. What loads but deserves a look, such as a rule without examples, is a warning.",
        "A file can be checked anywhere; without one, the sets of the project are.",
      ],
      positionals: [
        Positional("FILE", .file, isOptional: true, "A rule set to check instead of the project's.")
      ],
      examples: [
        Example("conductor rules check", "Checks all sets of the project."),
        Example("conductor rules check house.json", "Checks one file, also outside a project."),
      ],
      endings: [Ending(.done, "Every set loads."), Ending(.missingFile), rulesEnding]),
    Command(
      .rulesTest, .rules, "Run the examples of rule sets, and show each.",
      description: [
        "Runs every example of every detector and rule and shows what it is to prove. An example that fails keeps its set from loading."
      ],
      positionals: [
        Positional("FILE", .file, isOptional: true, "A rule set to test instead of the project's.")
      ],
      examples: [Example("conductor rules test", "Shows all examples of the project's sets.")],
      endings: [Ending(.done, "Every example holds."), Ending(.missingFile), rulesEnding]),
    Command(
      .rulesExplain, .rules, "Explain a rule: what it looks for, why, and where it stands.",
      description: [
        "Prints the condition in words, the verdict, the reason, what to do instead, to whom a stop goes, and the examples, with file and line. RULE is an id, or set and id as findings name them."
      ],
      positionals: [Positional("RULE", .line, "The id of a rule, such as alembic/no-migrations.")],
      examples: [
        Example("conductor rules explain alembic/no-migrations", "Explains what a finding named.")
      ],
      endings: [Ending(.nothingEligible, "No loaded set has such a rule."), rulesEnding]),
    Command(
      .rulesExport, .rules, "Write a built-in set into a file, or rules for another tool.",
      description: [
        "With NAME and --to, writes the text of a set that comes with conductor into a new file, to begin a set of one's own from. With --format codex, prints the project's command rules in the form of Codex's rules, as far as a prefix of a command can say them; the rest is listed in comments. A file that exists is never overwritten."
      ],
      positionals: [
        Positional("NAME", .line, isOptional: true, "The name of a set that comes with conductor.")
      ],
      flags: [
        Flag(.to, "FILE", .file, "The new file that is written."),
        Flag(.format, "F", .choice(["codex"]), "The form of another tool: codex."),
      ],
      examples: [
        Example("conductor rules export alembic --to alembic.json", "Begins a set from a copy."),
        Example(
          "conductor rules export --format codex --to .codex/rules/conductor.rules",
          "Writes rules for Codex."),
      ],
      endings: [
        ruleSetUnknown, Ending(.usage, "The command line is wrong, or the file exists already."),
        Ending(.missingFile), rulesEnding,
      ]),
  ]

  private static let ruleSetUnknown = Ending(
    .nothingEligible, "There is no rule set of this name.")
}
