import Conducting

extension CommandTable {
  /// Beginning, mending and looking things up.
  static let setupCommands: [Command] = [
    Command(
      .initialize, .setup, "Set up a project in this directory.",
      description: [
        "Writes a backlog with one sample item, a consent in which everything is off, and a configuration. A file that exists is never overwritten.",
        "A new project has no summaries of authenticity and CI yet, so the new backlog opts out of both openly. A first `conductor next` works at once, and the output says how to opt in.",
        "With --agent it also writes what makes a coding agent ask conductor: for claude, `.claude/settings.json` with a hook that runs `conductor guard` before every tool; for codex, `.codex/rules/conductor.rules` with the rules that a prefix of a command can say.",
      ],
      flags: [
        Flag(
          .rules, "NAME", .line,
          "A rule set that the new project loads; it must come with conductor."),
        Flag(
          .agent, "NAME", .choice(["codex", "claude"]),
          "Write what this agent needs to be judged by the rules: codex or claude."),
      ],
      examples: [
        Example("conductor init", "Makes the present directory a project."),
        Example(
          "conductor init --rules alembic --agent claude",
          "Makes it a project whose rules are asked before every tool of Claude Code."),
        Example("conductor init --root ~/projects/site", "Makes another directory a project."),
      ],
      endings: [
        Ending(.done, "The files are in place."),
        Ending(.wrongConfiguration, "A rule set that is there already does not load."),
      ]),
    Command(
      .doctor, .setup, "Find what is wrong and say how to mend it.",
      description: [
        "Looks at everything the other commands rely on: configuration, backlog, consent, run state, prerequisites, receipts and ledger, claims that have expired or that the backlog does not show, and steps that were interrupted. Each finding says what to do about it. Nothing is changed."
      ],
      examples: [Example("conductor doctor", "Examines the project.")],
      endings: [
        Ending(.done, "Nothing is wrong."), Ending(.checkFailed, "Something is wrong."),
        Ending(.missingFile, "No project was found."),
      ]),
    Command(
      .completions, .setup, "Print the completion script for a shell.",
      description: [
        "The script lets the shell complete commands, flags and values when you press the tab key. Put it where your shell looks for such scripts, or load it when the shell starts; `make install` puts all three in their usual places."
      ],
      positionals: [
        Positional("SHELL", .choice(["bash", "zsh", "fish"]), "The shell: bash, zsh or fish.")
      ],
      examples: [
        Example(
          "conductor completions bash > ~/.local/share/bash-completion/completions/conductor",
          "Installs it for bash."),
        Example(
          "conductor completions zsh > ~/.zfunc/_conductor",
          "Installs it for zsh, where ~/.zfunc is in fpath."),
        Example(
          "conductor completions fish > ~/.config/fish/completions/conductor.fish",
          "Installs it for fish."),
      ]),
    Command(
      .manual, .setup, "Print the man page.",
      description: [
        "Prints the manual as a page for the program man. It says the same as help, in one piece."
      ],
      examples: [
        Example("conductor manual > conductor.1 && man ./conductor.1", "Reads the manual.")
      ]),
    Command(
      .version, .setup, "Print the version of conductor.",
      description: ["Prints the name and the version of the program on one line."],
      examples: [Example("conductor version", "Prints something like: conductor 1.0.0")]),
    Command(
      .help, .setup, "Explain conductor, a command or a topic.",
      description: [
        "Without an argument it lists every command. With the words of a command it explains that command, as --help does. The topics exit-codes and environment are explained too."
      ],
      positionals: [
        Positional(
          "COMMAND", .topic, isOptional: true, isVariadic: true,
          "The words of a command, such as next or backlog list, or a topic.")
      ],
      examples: [
        Example("conductor help next", "Explains the command next."),
        Example("conductor help exit-codes", "Lists the exit codes."),
      ]),
  ]
}
