/// Package managers and version managers that start a program from their own folders.
extension Interpreter {
  /// How a manager spells "run this program".
  private struct Manager: Sendable {
    var global: OptionTable
    var verbs: [Spelling: OptionTable]
    /// Verbs that are no programs; other first operands are started as programs.
    var otherVerbs: Set<Spelling>?
  }

  private static let conda = Manager(
    global: "v q h",
    verbs: [
      "run": """
      n= p= v s d e= a= name= prefix= verbose dev debug-wrapper-scripts cwd= no-capture-output \
      live-stream attach= clean-env env= root-prefix= r=
      """
    ])

  private static let managers: [Spelling: Manager] = [
    "uv": Manager(
      global: """
        q v n project= directory= config-file= offline no-cache color= native-tls no-config \
        no-progress allow-insecure-host= no-python-downloads managed-python cache-dir=
        """,
      verbs: [
        "run": """
        p= q v n m s w= U P= python= with= with-editable= with-requirements= extra= group= \
        no-extra= only-group= no-group= env-file= module script isolated active all-extras \
        all-groups no-dev frozen locked no-sync no-project no-env-file package= all-packages \
        index= index-url= extra-index-url= default-index= refresh upgrade offline no-cache \
        directory= project= reinstall gui-script dev only-dev exact no-default-groups no-editable \
        quiet verbose no-config
        """
      ]),
    "poetry": Manager(
      global: """
        C= P= q v n directory= project= quiet verbose no-interaction ansi no-ansi no-plugins no-cache
        """,
      verbs: ["run": "q v n quiet verbose no-interaction no-ansi"]),
    "pipenv": Manager(
      global: "v q python= verbose quiet site-packages clear bare", verbs: ["run": "v q system"]),
    "pdm": Manager(
      global: "v q c= config= I p= project= no-cache",
      verbs: ["run": "v q s j l p= g site-packages project= venv= no-isolation recreate"]),
    "hatch": Manager(
      global: "e= p= v q env= project= verbose quiet color no-color interactive no-interactive",
      verbs: ["run": "", "env": ""]),
    "rye": Manager(global: "q v", verbs: ["run": "l pyproject="]),
    "bundle": Manager(
      global: "no-color verbose V r= retry=",
      verbs: ["exec": "keep-file-descriptors no-keep-file-descriptors gemfile="]),
    "npm": Manager(
      global: "s w= prefix= workspace= silent workspaces ws if-present C= loglevel= g global",
      verbs: [
        "exec": "y p= c= w= yes no package= call= workspace= ws workspaces",
        "x": "y p= c= w= yes no package= call= workspace= ws workspaces",
      ]),
    "pnpm": Manager(
      global: "r w s C= F= dir= filter= recursive silent workspace-root stream parallel loglevel=",
      verbs: [
        "exec": "c r shell-mode parallel resume-from= report-summary",
        "dlx": "c package= shell-mode silent",
      ],
      otherVerbs: [
        "add", "install", "i", "remove", "rm", "update", "up", "link", "unlink", "import",
        "rebuild", "prune", "fetch", "patch", "audit", "list", "ls", "outdated", "why", "run",
        "test", "t", "start", "publish", "pack", "store", "root", "bin", "setup", "init", "deploy",
        "doctor", "config", "env", "create", "licenses", "server", "help", "dedupe", "ci",
      ]),
    "yarn": Manager(
      global: "s silent cwd= verbose json",
      verbs: [
        "exec": "", "dlx": "p= q package= quiet", "run": "T B top-level binaries-only silent s",
        "node": "",
      ],
      otherVerbs: [
        "add", "install", "remove", "up", "upgrade", "link", "unlink", "init", "info", "list",
        "why", "test", "start", "publish", "pack", "config", "create", "cache", "workspace",
        "workspaces", "set", "plugin", "npm", "version", "audit", "outdated", "help", "dedupe",
        "build", "lint", "bin", "global", "import", "licenses", "constraints", "rebuild", "check",
      ]),
    "bun": Manager(
      global: "b cwd= silent bun watch hot smol e= p= eval= print=",
      verbs: ["x": "bun silent", "run": "b bun silent"],
      otherVerbs: [
        "install", "i", "add", "a", "remove", "rm", "update", "link", "unlink", "pm", "upgrade",
        "init", "create", "build", "test", "repl", "publish", "outdated", "audit", "patch", "info",
        "why", "exec",
      ]),
    "conda": conda, "mamba": conda, "micromamba": conda,
    "pipx": Manager(
      global: "q v",
      verbs: [
        "run":
          "q v spec= python= no-cache path pypackages index-url= with= pip-args= system-site-packages"
      ]),
    "rbenv": Manager(global: "", verbs: ["exec": ""]),
    "pyenv": Manager(global: "", verbs: ["exec": ""]),
    "asdf": Manager(global: "", verbs: ["exec": ""]),
    "railway": Manager(
      global: "", verbs: ["run": "s= e= p= service= environment= project= no-local"]),
    "coverage": Manager(
      global: "",
      verbs: [
        "run": """
        a p m L branch append parallel-mode source= omit= include= rcfile= concurrency= context= \
        data-file= timid pylib module save-signal=
        """
      ]),
  ]

  /// Follows "run this program" of a package or version manager.
  func runManager(_ invocation: Invocation) -> [UInt8]? {
    guard let name = invocation.words[0].lastComponent, let manager = Self.managers[name] else {
      return nil
    }
    let walk = manager.global.walk(invocation.words)
    if name == "bun", let code = walk.value("e", "p", "eval", "print") {
      record(code: code, "node")
    }
    guard walk.index < invocation.words.count else { return nil }
    guard let verb = invocation.words[walk.index].text else {
      note(.wrapper, invocation.written.bytes)
      return nil
    }
    if name == "uv", verb == "tool" || verb == "x",
      walk.index + 1 < invocation.words.count, invocation.words[walk.index + 1].text == "run"
    {
      let rest = [Argument("uvx")] + invocation.words[(walk.index + 2)...]
      return invoke(invocation.through(rest))
    }
    guard let table = manager.verbs[verb] else {
      guard let others = manager.otherVerbs, !others.contains(verb) else { return nil }
      return invoke(invocation.through(invocation.words[walk.index...]))
    }
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let inner = table.walk(invocation.words, from: walk.index + 1)
    if !inner.isCertain { note(.wrapper, invocation.written.bytes) }
    if let text = inner.value("c", "call"), name == "npm" { return runChild(text, invocation) }
    let rest = Array(invocation.words.dropFirst(inner.index))
    guard let first = rest.first else {
      if name == "uv", verb == "run" { return nil }
      return nil
    }
    if let text = first.text, text.hasSuffix(".py"), name != "npm" {
      readScript(
        first, Array(rest.dropFirst()), invocation, kind: .interpreter("python"))
      return nil
    }
    if name == "coverage", !inner.has("m", "module") {
      readScript(
        first, Array(rest.dropFirst()), invocation, kind: .interpreter("python"))
      return nil
    }
    if inner.has("c", "shell-mode"), name == "pnpm" {
      return joinedText(rest, invocation).flatMap { runChild($0, invocation) }
    }
    if name == "hatch", let text = first.text, let colon = text.bytes.firstIndex(of: 58) {
      // `hatch run env:program`
      var words = rest
      words[0] = Argument(text.dropping(colon + 1))
      return invoke(invocation.through(words))
    }
    return invoke(invocation.through(Self.unpinned(rest, invocation)))
  }

  /// Whether a package manager has a verb of this name of its own, so that it names no script.
  static func isVerb(_ verb: Spelling, of manager: Spelling) -> Bool {
    guard let manager = managers[manager] else { return false }
    return manager.verbs[verb] != nil || manager.otherVerbs?.contains(verb) ?? true
  }

  /// Follows npx, whose `-c` takes shell text.
  func runNpx(_ invocation: Invocation) -> [UInt8]? {
    guard let wrapper = Self.wrapper("npx") else { return nil }
    let walk = wrapper.options.walk(invocation.words)
    if let text = walk.value("c", "call") { return runChild(text, invocation) }
    return run(wrapper, invocation)
  }
}
