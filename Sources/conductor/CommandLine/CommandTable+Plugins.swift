import Conducting

extension CommandTable {
  /// Looking at plugins, and saying which may be run.
  static let pluginCommands: [Command] = [
    Command(
      .pluginList, .plugins, "List the plugins that the project declares.",
      description: [
        "Shows one line for each plugin of the configuration: its name, its kind, how it stands, and what it runs. A plugin is trusted, untrusted, changed (a file has not the digest that is declared) or missing. Nothing is run and nothing is written."
      ],
      examples: [Example("conductor plugin list", "Shows how each plugin stands.")],
      endings: readingEndings),
    Command(
      .pluginTrust, .plugins, "Let a plugin run, exactly as it is declared now.",
      description: [
        "Shows what would be run (the exact command, word by word, the kind, the digests, the time limit and the variables that are handed through) and records the digest of all that outside of the repository, in `$XDG_STATE_HOME/conductor/trust` or `~/.local/state/conductor/trust`. Whatever is changed in the declaration or in a file afterwards, one byte or one word, ends the trust. A receipt of kind trust tells of it.",
        "This is for the operator to do, not for an agent: what conductor itself has started is refused, whatever its environment says. Look at the plugin first, because nothing is asked.",
      ],
      positionals: [pluginName],
      flags: [Flag(.by, "ACTOR", .line, "Who trusts it.", default: "the user")],
      examples: [
        Example("conductor plugin trust feed --by Robert", "Lets the plugin feed be run.")
      ],
      endings: [
        Ending(.done, "The trust is recorded."),
        Ending(.refused, "Something that conductor itself has started asked for it."), unknown,
        Ending(.wrongContent), Ending(.missingFile),
        Ending(.unavailable, "A file of the plugin is missing, or has not the declared digest."),
        Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .pluginUntrust, .plugins, "Let a plugin run no more.",
      description: [
        "Forgets that a plugin was trusted, also one that is declared no more. Everything that needs the plugin is refused from then on. A plugin that nobody trusts stays so."
      ],
      positionals: [pluginName],
      examples: [Example("conductor plugin untrust feed", "Ends the trust in the plugin feed.")],
      endings: [
        Ending(.done, "Nobody trusts the plugin."), unknown, Ending(.wrongContent),
        Ending(.missingFile), Ending(.busy), Ending(.wrongConfiguration),
      ]),
    Command(
      .pluginCheck, .plugins, "Run plugins and see whether they answer as they must.",
      description: [
        "Asks each plugin, or the one that is named, to describe itself, and checks the answer. A plugin that adds items is asked for them too, and how many of them the backlog has already is told. A plugin that is not trusted is not run, and counts as a failure: what was not checked has not passed."
      ],
      positionals: [
        Positional("NAME", .line, isOptional: true, "One plugin instead of all.")
      ],
      examples: [Example("conductor plugin check", "Runs all plugins once.")],
      endings: [
        Ending(.done, "Every plugin answers as it must."),
        Ending(.checkFailed, "At least one plugin cannot be run, or answers wrongly."), unknown,
        Ending(.wrongContent), Ending(.missingFile), Ending(.wrongConfiguration),
      ]),
  ]

  private static let pluginName = Positional(
    "NAME", .line, "The name of a plugin, as the configuration has it.")

  private static let unknown = Ending(
    .nothingEligible, "The configuration declares no plugin of this name.")
}
