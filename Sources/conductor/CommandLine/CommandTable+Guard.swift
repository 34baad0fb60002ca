import Conducting

extension CommandTable {
  /// Standing in front of what agents do.
  static let guardCommands: [Command] = [
    Command(
      .exec, .work, "Run a program and judge what it starts.",
      description: [
        "Judges the program's own arguments by the rule sets, and runs it with a folder first on its PATH in which the name of every program that a rule names leads back to conductor. Whatever is started through the PATH below it, from a shell, a script, make or another program, is judged by its real arguments in its real directory, and either takes its course or is refused with 126. An ask counts as a refusal, unless a recorded approval covers it.",
        "The program has the terminal, the streams and the environment of this process, and with --item the variables CONDUCTOR_ITEM and CONDUCTOR_CLAIM. Signals reach it, and the exit status is its own; where a signal ended it, conductor ends by the same one, which a shell shows as 128 and its number. What the program leaves running when it ends is ended too: it is asked first, and ended by force two seconds later.",
        "The rule sets, the item, the level and the environment are those of the start: a set that changes meanwhile can only make the judgement stricter. A start by an explicit path, under a changed PATH, or by other means than a start of a program, is not seen here. The threat model in the documents says what that means.",
      ],
      positionals: [
        Positional("PROGRAM", .anything, "The program to run, found as a shell finds it."),
        Positional(
          "ARG", .anything, isOptional: true, isVariadic: true,
          "Its arguments, as they are. Write -- before the program, so that its flags stay its own."
        ),
      ],
      flags: [
        Flag(.item, "ITEM", .item, "The item that is worked on, by whose fields rules may judge."),
        Flag(
          .level, "L", .line, "How much may be done, in the words of the rule sets.",
          default: "the item's own level, else that of each rule set"),
        Flag(
          .environment, "E", .line, "What the commands are aimed at, in the words of the rule sets."
        ),
      ],
      examples: [
        Example("conductor exec -- codex exec 'Do ND-067'", "Runs an agent under guard."),
        Example(
          "conductor exec --item ND-067 --level L1 -- make test",
          "Runs the tests of an item; what make starts is judged at level L1."),
      ],
      endings: [
        Ending(
          .done, "The program ended with 0; any other status of its own is passed on as it is."),
        Ending(.nothingEligible, "There is no such item."),
        Ending(.wrongContent), Ending(.missingFile),
        Ending(.unavailable, "Programs cannot be put under guard on this system or at this place."),
        Ending(.busy), Ending(.wrongConfiguration),
        Ending(.startRefused), Ending(.noSuchProgram),
      ]),
    Command(
      .guardCall, .work, "Judge one call of a tool for a coding agent's hook.",
      description: [
        "Reads from standard input the JSON object that Claude Code's hook PreToolUse sends before a tool is used, judges command lines, written files and fetched addresses by the rule sets, and answers as the hook expects: nothing where nothing stands against it, so that the agent's own permissions decide; a decision to ask, as JSON on standard output, where a person must decide; and exit code 2 with the reason on standard error where a rule denies or stops it. A stop leaves a receipt.",
        "Whatever goes wrong is a refusal with exit code 2: no project, a rule set that does not load, input that is no such call, a crash, or more than five seconds. The exit code is never another one than 0 and 2, also for a wrong command line.",
        "The paths that belong to the operator are guarded also where no rule set is loaded. A tool that is not known here, such as one of an MCP server, and a file outside of the project are an ask.",
      ],
      flags: [
        Flag(
          .item, "ITEM", .item, "The item that is worked on, by whose fields rules may judge.",
          default: "the variable CONDUCTOR_ITEM, else none")
      ],
      examples: [
        Example(
          "conductor guard --root \"${CLAUDE_PROJECT_DIR:-.}\" || exit 2",
          "The command of a hook; what keeps even the program from starting refuses too.")
      ],
      endings: [
        Ending(.done, "Nothing stands against it, or the question stands on standard output."),
        Ending(.refused, "It is refused, or it could not be judged."),
      ], endsOnlySo: true),
  ]
}
