import Conducting

extension CommandTable {
  /// Judging by the rules of the project, without changing anything.
  static let judgingCommands: [Command] = [
    Command(
      .checkCommand, .judging, "Judge a command line, without starting anything.",
      description: [
        "Reads the line as a shell would, finds every program that it would run, through wrappers such as sudo, sh -c, xargs and make, and asks the rules of the project about each. What cannot be told from the text is never allowed. A command that a line only mentions, as echo and grep do, is no command.",
        "The line is one argument, so put it in quotes. With --argv the arguments are taken as they are, as the words of one program's start, and no shell's rules apply to them.",
      ],
      positionals: [
        Positional(
          "LINE", .anything, isVariadic: true,
          "The command line; with --argv, the program and its arguments. Put -- before it.")
      ],
      flags: judgingFlags + [
        Flag(.argv, "Take the arguments as one program with its arguments, and not as a line.")
      ],
      examples: [
        Example(
          "conductor check command -- 'cd backend && alembic upgrade head'",
          "Says whether the rules let this run."),
        Example(
          "conductor check command --argv -- git push --force",
          "Judges one program with its arguments."),
        Example(
          "conductor check command --level L2 --json -- 'make deploy'",
          "Answers with a JSON document, as if level L2 were in force."),
      ],
      endings: judgingEndings),
    Command(
      .checkItem, .judging, "Judge an item, without handing it out.",
      description: [
        "Asks the rules of the project about an item of the backlog, or about a text that might become one: a JSON object with the fields of an item, or plain text whose first line is the title."
      ],
      positionals: [
        Positional(
          "ID", .item, isOptional: true, "The id of an item; without it, --text names a file.")
      ],
      flags: [
        Flag(.text, "FILE", .file, "The file that holds the item, or - for standard input.")
      ],
      examples: [
        Example("conductor check item ND-067", "Says whether the rules let this be handed out."),
        Example(
          "conductor check item --text idea.txt",
          "Judges a text that stands in no backlog."),
      ],
      endings: [Ending(.nothingEligible, "The backlog has no item of this id.")] + judgingEndings),
    Command(
      .checkDiff, .judging, "Judge what changed in the working tree.",
      description: [
        "Measures the working tree against the last commit, or another one, and asks the rules of the project about each changed file. New files that git does not ignore count, and so do those that only .git/info/exclude leaves out. A changed file that a flag of git's index hides is named and denied. A change of consent, configuration, rule sets or the backlog is a stop; conductor's own records are left out. Nothing that the checkout configures is run: no hooks, filters or external diffs.",
        "More lines added plus deleted than the limit are refused as well. Binary files count no lines.",
      ],
      flags: [
        Flag(.base, "REV", .line, "The commit that is measured from.", default: "the last commit"),
        Flag(.staged, "Judge only what git has staged, as a hook before a commit would."),
        Flag(
          .diffLimit, "N", "How many lines may be added and deleted in all.",
          default: "the item's own limit, else that of the configuration, else 200"),
        Flag(.item, "ID", .item, "The item that is worked on."),
      ],
      examples: [
        Example("conductor check diff", "Judges everything since the last commit."),
        Example("conductor check diff --base main --diff-limit 400", "Judges a whole branch."),
      ],
      endings: judgingEndings + [Ending(.unavailable, "There is no git, or no checkout.")]),
    Command(
      .checkResponse, .judging, "Judge what an agent answered.",
      description: [
        "Reads a JSON document with the keys analysis, commands and receipts, and asks the rules of the project about the analysis and each proposed command. Nothing is run. What is not in that form is refused with every fault named at once, and so is a receipt that is not there: in the directory that the claim of the item states, or without --item in work, below conductor's own folder."
      ],
      positionals: [
        Positional("FILE", .file, "The file that holds the answer, or - for standard input.")
      ],
      flags: judgingFlags,
      examples: [Example("conductor check response answer.json", "Judges an agent's answer.")],
      endings: judgingEndings),
    Command(
      .checkEnvironment, .judging, "Tell which environment a command line is aimed at.",
      description: [
        "Resolves the target from everything that the line says: options, variables, URLs, branches, as the rule sets name them. Exactly one environment from at least one explicit source counts; otherwise there is none, or it is ambiguous."
      ],
      positionals: [Positional("LINE", .anything, "The command line. Put -- before it.")],
      flags: [judgingItem],
      examples: [
        Example(
          "conductor check env -- 'heroku run -a site-staging bash'",
          "Prints the name of the environment.")
      ],
      endings: [
        Ending(.done, "There is exactly one environment, or nothing that needs one."),
        Ending(.refused, "The environment is ambiguous."), Ending(.missingFile), rulesEnding,
      ]),
  ]

  private static let judgingItem = Flag(.item, "ID", .item, "The item that is worked on.")

  private static let judgingFlags = [
    Flag(
      .level, "L", .line, "The level in force, in the words of the rule sets.",
      default: "the item's own level, else that of each rule set"),
    Flag(
      .environment, "E", .line, "The environment that is aimed at, beside what the line says."),
    judgingItem,
  ]

  private static let judgingEndings = [
    Ending(.done, "It is allowed."), Ending(.refused, "A rule denies or stops it."),
    Ending(.personMustDecide, "A person must decide, or no rule set is loaded."),
    Ending(.wrongContent), Ending(.missingFile), rulesEnding,
  ]

  /// How commands end where rule sets do not load.
  static let rulesEnding = Ending(
    .wrongConfiguration,
    "The configuration or a rule set is invalid; the message names file, line and column.")
}
