/// Variables and settings of git whose value is a command.
extension Interpreter {
  private static let commandVariables: Set<Spelling> = [
    "PAGER", "GIT_PAGER", "MANPAGER", "SYSTEMD_PAGER", "EDITOR", "VISUAL", "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS",
    "SSH_ASKPASS", "SUDO_ASKPASS", "SUDO_EDITOR", "GIT_PROXY_COMMAND", "BROWSER", "RSYNC_RSH",
    "CVS_RSH", "PROMPT_COMMAND", "LESSOPEN", "LESSCLOSE", "FCEDIT", "HGEDITOR", "SVN_EDITOR",
    "PSQL_PAGER", "PSQL_EDITOR", "AWS_PAGER", "GH_PAGER", "GH_EDITOR", "BAT_PAGER", "DELTA_PAGER",
    "MANOPT", "KUBE_EDITOR", "FZF_DEFAULT_COMMAND", "RIPGREP_CONFIG_PATH",
    "npm_config_script_shell", "SHELLOPTS_COMMAND", "PYTHONBREAKPOINT",
  ]

  /// Code that programs load before their own.
  private static let loadingVariables: Set<Spelling> = [
    "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "PERL5OPT", "RUBYOPT", "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR", "GIT_CONFIG_PARAMETERS", "PERL5DB", "MAKEFILES", "BASH_LOADABLES_PATH",
    "GCONV_PATH", "PYTHONSTARTUP", "NODE_REPL_EXTERNAL_MODULE",
  ]

  /// Files that a shell reads when it starts.
  private static let startFiles: Set<Spelling> = ["BASH_ENV", "ENV", "ZDOTDIR"]

  /// Values that a shell expands once more when it shows them.
  private static let expandedVariables: Set<Spelling> = ["PS0", "PS1", "PS2", "PS4"]

  /// What setting a variable makes other programs run.
  func examine(setting name: Spelling, _ value: Argument) {
    if name == "PATH" { takesPathFromFile = !origins.isEmpty }
    if name.hasPrefix("BASH_FUNC_") {
      note(.setting, value.written.bytes)
      return
    }
    if Self.loadingVariables.contains(name) {
      if !value.parts.isEmpty { note(.setting, value.written.bytes) }
      return
    }
    if name == "NODE_OPTIONS" {
      let words = value.written.bytes.split(whereSeparator: { $0 == 32 || $0 == 61 })
      let loads: Set<Spelling> = [
        "-r", "--require", "--import", "--loader", "--experimental-loader",
      ]
      if value.text == nil || words.contains(where: { loads.contains(Spelling($0)) }) {
        note(.setting, value.written.bytes)
      }
      return
    }
    if ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG"].contains(name) {
      if !value.parts.isEmpty, value.text != "/dev/null" { note(.setting, value.written.bytes) }
      return
    }
    if name == "MAKEFLAGS" || name == "GNUMAKEFLAGS" {
      record(InlineCode(interpreter: "make", text: value.written, isKnown: true))
      return
    }
    if name == "TAR_OPTIONS" {
      runValue(Argument(parts: [.text("tar ")] + value.parts))
      return
    }
    if name.hasPrefix("GIT_CONFIG_VALUE_") {
      runValue(value.knownPrefix.hasPrefix("!") ? value.dropping(1) : value)
      return
    }
    if Self.expandedVariables.contains(name) {
      runExpansions(of: value)
    } else if Self.startFiles.contains(name) {
      runExpansions(of: value)
      if value.parts.isEmpty || value.text == "/dev/null" { return }
      if value.isProcess {
        if let text = value.delivered {
          _ = inSubshell { run(text: text.bytes) }
        } else {
          note(.text, value.written.bytes)
        }
        return
      }
      if value.text == nil, value.lastComponent == nil { note(.text, value.written.bytes) }
      record(
        ScriptFile(
          kind: .shell, path: value, arguments: [], directory: state.directory, place: place))
    } else if Self.commandVariables.contains(name) {
      runValue(value.knownPrefix.hasPrefix("|") ? value.dropping(1) : value)
    }
  }

  private func runValue(_ value: Argument) {
    if value.parts.isEmpty { return }
    guard let text = value.text else {
      if value.parts.allSatisfy({ if case .unknown = $0 { false } else { true } }) {
        _ = inSubshell { run(text: value.written.bytes) }
      } else {
        note(.setting, value.written.bytes + [32] + Array(raw))
      }
      return
    }
    _ = inSubshell {
      isPiped = false
      return run(text: text.bytes)
    }
  }

  private func runExpansions(of value: Argument) {
    let written = value.written.bytes
    guard written.contains(UInt8(ascii: "$")) || written.contains(UInt8(ascii: "`")) else { return }
    var parser = ShellParser(written)
    guard let word = try? parser.documentText(endingAt: nil) else {
      note(.text, written)
      return
    }
    _ = inSubshell { expandSingle(word) }
  }

  // MARK: Git

  private static let gitOptions: OptionTable = """
    C= c= p P h v exec-path? git-dir= work-tree= namespace= config-env= super-prefix= bare \
    no-replace-objects literal-pathspecs glob-pathspecs noglob-pathspecs icase-pathspecs \
    no-optional-locks no-pager paginate html-path man-path info-path version help attr-source= \
    no-advice no-lazy-fetch list-cmds=
    """

  /// Follows what git is told to run by settings, options and subcommands.
  func runGit(_ invocation: Invocation) -> [UInt8]? {
    let walk = Self.gitOptions.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var aliases: [Spelling: Argument] = [:]
    for option in walk.options {
      if option.name == "c", let value = option.value {
        examineGit(assignment: value, invocation, &aliases)
      }
      if option.name == "config-env" || (option.name == "exec-path" && option.value != nil) {
        note(.setting, invocation.written.bytes)
      }
    }
    guard walk.index < invocation.words.count else { return nil }
    let rest = Array(invocation.words[(walk.index + 1)...])
    guard let verb = invocation.words[walk.index].text else { return nil }
    if let alias = aliases[verb], alias.knownPrefix.hasPrefix("!") {
      // git appends the words behind the alias to its command.
      let command = Argument(parts: alias.dropping(1).parts + [.text(" \"$@\"")])
      return runChild(command, invocation, positional: rest, zero: invocation.words[walk.index])
    }
    if let alias = aliases[verb], let text = alias.text {
      let words = text.bytes.split(whereSeparator: \.isBlank).map { Argument(Spelling($0)) }
      var inner = invocation
      inner.words = [invocation.words[0]] + words + rest
      return invoke(inner)
    }
    switch verb {
    case "config":
      let operands = rest.filter { !$0.knownPrefix.hasPrefix("-") && $0.text != "set" }
      if let key = operands.first, operands.count > 1 {
        let joined = Argument(parts: key.parts + [.text("=")] + operands[1].parts)
        examineGit(assignment: joined, invocation, &aliases)
      }
    case "bisect":
      if rest.first?.text == "run", rest.count > 1 {
        _ = invoke(invocation.through(rest.dropFirst()))
      }
    case "submodule":
      if let index = rest.firstIndex(where: { $0.text == "foreach" }) {
        let command = rest[(index + 1)...].drop { $0.knownPrefix.hasPrefix("-") }
        if let text = joinedText(command, invocation), !text.isEmpty {
          _ = runChild(text, invocation)
        }
      }
    case "rebase": _ = runOptionTexts(invocation, ["x", "exec"])
    case "difftool", "mergetool": _ = runOptionTexts(invocation, ["x", "extcmd"])
    case "filter-branch":
      _ = runOptionTexts(
        invocation,
        [
          "tree-filter", "index-filter", "env-filter", "msg-filter", "commit-filter",
          "parent-filter", "tag-name-filter", "setup",
        ])
    case "grep":
      for word in rest {
        let prefix = word.knownPrefix
        if prefix.hasPrefix("--open-files-in-pager=") {
          _ = runChild(word.dropping(22), invocation)
        }
        if prefix.hasPrefix("-O"), prefix != "-O" { _ = runChild(word.dropping(2), invocation) }
      }
    case "clone", "fetch", "pull", "push", "ls-remote", "archive", "fetch-pack", "send-pack":
      for word in rest where word.knownPrefix.hasPrefix("ext::") {
        _ = runChild(word.dropping(5), invocation)
      }
      if verb == "clone" {
        for (index, word) in rest.enumerated() where index + 1 < rest.count {
          if word.text == "-c" || word.text == "--config" {
            examineGit(assignment: rest[index + 1], invocation, &aliases)
          }
        }
      }
      let names: Set<Spelling> = ["upload-pack", "receive-pack", "exec"]
      _ = runOptionTexts(invocation, verb == "clone" ? names.union(["u"]) : names)
    default: break
    }
    return nil
  }

  /// A setting such as `core.pager=…` that makes git run its value.
  private func examineGit(
    assignment: Argument, _ invocation: Invocation, _ aliases: inout [Spelling: Argument]
  ) {
    guard let (key, _) = assignment.knownPrefix.sidesOfEquals else {
      if assignment.text == nil { note(.setting, invocation.written.bytes) }
      return
    }
    let value = assignment.dropping(key.bytes.count + 1)
    let lower = Spelling(key.bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 })
    if lower.hasPrefix("alias.") {
      aliases[key.dropping(6)] = value
      if value.knownPrefix.hasPrefix("!") || value.knownPrefix.isEmpty {
        _ = runChild(value.dropping(1), invocation)
      }
      return
    }
    let exact: Set<Spelling> = [
      "core.pager", "core.editor", "core.sshcommand", "core.askpass", "core.fsmonitor",
      "core.gitproxy", "core.alternaterefscommand", "sequence.editor", "diff.external",
      "credential.helper", "gpg.program", "gpg.ssh.program", "gpg.x509.program", "web.browser",
      "uploadpack.packobjectshook", "interactive.difffilter", "gpg.ssh.defaultkeycommand",
      "sendemail.sendmailcmd", "sendemail.tocmd", "sendemail.cccmd", "trailer.command",
    ]
    let endings: [Spelling] = [
      ".cmd", ".command", ".textconv", ".clean", ".smudge", ".process", ".driver", ".editor",
      ".helper", ".program", ".path", ".uploadpack", ".receivepack",
    ]
    if lower == "core.hookspath" || lower.hasPrefix("include") {
      if value.text != "/dev/null", value.text != "" { note(.setting, invocation.written.bytes) }
      return
    }
    let isPager = lower.hasPrefix("pager.")
    guard exact.contains(lower) || isPager || endings.contains(where: { lower.hasSuffix($0) })
    else {
      return
    }
    if value.text == "true" || value.text == "false" || value.text == "" { return }
    _ = runChild(value.knownPrefix.hasPrefix("!") ? value.dropping(1) : value, invocation)
  }

  /// Where a program would work that takes a directory as an option.
  func directory(of name: Spelling, _ invocation: Invocation) -> Directory {
    var directory = invocation.directory
    if name == "git" {
      for option in Self.gitOptions.walk(invocation.words).options where option.name == "C" {
        if let value = option.value { directory = directory.entering(value) }
      }
      return directory
    }
    guard ["make", "gmake", "ninja", "pnpm", "poetry", "just", "npm", "yarn"].contains(name) else {
      return directory
    }
    let names: [Spelling] =
      name == "npm"
      ? ["--prefix"]
      : name == "yarn"
        ? ["--cwd"]
        : ["-C", "--directory", "--dir", "-d", "--working-directory"]
    for (index, word) in invocation.words.enumerated().dropFirst() {
      for option in names {
        if word.text == option, index + 1 < invocation.words.count {
          directory = directory.entering(invocation.words[index + 1])
        } else if option.hasPrefix("--"), word.knownPrefix.hasPrefix(option + "=") {
          directory = directory.entering(word.dropping(option.bytes.count + 1))
        } else if option == "-C", word.knownPrefix.hasPrefix("-C"), word.text != "-C" {
          directory = directory.entering(word.dropping(2))
        }
      }
    }
    return directory
  }
}
