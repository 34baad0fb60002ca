/// A program that starts what its operands name.
struct Wrapper: Sendable {
  /// What the rest of the words is.
  enum Style: Sendable {
    /// A program and its arguments.
    case vector
    /// Shell text, joined by blanks.
    case text
    /// A program and its arguments behind `--`, or else at the first operand.
    case afterDashes
  }

  var options: OptionTable
  /// Operands before the program, such as the duration of `timeout`.
  var operands = 0
  var style = Style.vector
  /// It runs on another machine or with another root.
  var isElsewhere = false
}

extension Interpreter {
  static let wrappers: [Spelling: Wrapper] = [
    "nohup": Wrapper(options: "help version"),
    "command": Wrapper(options: "p"),
    "setsid": Wrapper(options: "c f w ctty fork wait"),
    "nice": Wrapper(options: "n= adjustment= 0 1 2 3 4 5 6 7 8 9"),
    "ionice": Wrapper(options: "c= n= p= P= u= t class= classdata= pid= pgid= uid= ignore"),
    "timeout": Wrapper(
      options: "k= s= v f p kill-after= signal= foreground preserve-status verbose", operands: 1),
    "gtimeout": Wrapper(
      options: "k= s= v f p kill-after= signal= foreground preserve-status verbose", operands: 1),
    "time": Wrapper(options: "f= o= a p v q h l format= output= append portability verbose quiet"),
    "gtime": Wrapper(options: "f= o= a p v q format= output= append portability verbose quiet"),
    "stdbuf": Wrapper(options: "i= o= e= input= output= error="),
    "chroot": Wrapper(
      options: "groups= userspec= skip-chdir u= g= G= n", operands: 1, isElsewhere: true),
    "doas": Wrapper(options: "a= C= u= n L"),
    "chrt": Wrapper(
      options: """
        a b f i o r d R v T= P= D= batch fifo idle other rr deadline reset-on-fork all-tasks \
        sched-runtime= sched-period= sched-deadline=
        """, operands: 1),
    "taskset": Wrapper(options: "a c all-tasks cpu-list", operands: 1),
    "unshare": Wrapper(
      options: """
        m? u? i? n? p? U? C? T? r c f mount? uts? ipc? net? pid? user? cgroup? fork map-root- \
        user map-current-user mount-proc? kill-child? root= wd= setuid= setgid= R= w= S= G= \
        propagation= setgroups=
        """),
    "strace": Wrapper(
      options: """
        f q v c C d D h i k r t T w x y z Z F V A n e= o= p= s= u= a= b= E= I= O= S= P= X= U= \
        trace= output= follow-forks output-separately
        """),
    "ltrace": Wrapper(options: "f S L c C i r t T e= o= p= s= u= a= n= l= x= A= D= F= w="),
    "xvfb-run": Wrapper(
      options: """
        a d l e= f= n= p= s= w= auto-servernum auto-display server-args= server-num= error-file= \
        auth-file= wait= listen-tcp xauth-protocol=
        """),
    "dbus-run-session": Wrapper(options: "dbus-daemon= config-file="),
    "caffeinate": Wrapper(options: "d i m s u t= w="),
    "gosu": Wrapper(options: "", operands: 1),
    "su-exec": Wrapper(options: "", operands: 1),
    "unbuffer": Wrapper(options: "p"),
    "fakeroot": Wrapper(options: "l= s= i= u b= lib= faked= unknown-is-real"),
    "eatmydata": Wrapper(options: ""),
    "torsocks": Wrapper(options: "i a= u= p= d q isolate debug quiet"),
    "proxychains": Wrapper(options: "q f="),
    "proxychains4": Wrapper(options: "q f="),
    "rlwrap": Wrapper(options: "a? A? c i n r R N m? C= f= H= l= p? P= q= s= S= t= w= z= b= D="),
    "busybox": Wrapper(options: ""),
    "toybox": Wrapper(options: ""),
    "catchsegv": Wrapper(options: ""),
    "entr": Wrapper(options: "a c d n p r s x z"),
    "systemd-run": Wrapper(
      options: """
        t P q G d S user system scope pty pipe quiet wait collect shell same-dir no-block u= p= \
        E= M= unit= property= setenv= uid= gid= nice= slice= description= working-directory= on- \
        active= service-type= service-type=
        """),
    "arch": Wrapper(options: "arm64 x86_64 e= d="),
    "setarch": Wrapper(options: "R B F I L S T X Z v 3 addr-no-randomize", operands: 1),
    "linux32": Wrapper(options: "R B F I L S T X Z v 3"),
    "linux64": Wrapper(options: "R B F I L S T X Z v 3"),
    "faketime": Wrapper(options: "f m p= exclude-monotonic", operands: 1),
    "direnv": Wrapper(options: "", operands: 2),
    "watch": Wrapper(
      options: """
        b c d? e g p t w x C r n= q= interval= differences? equexit= no-title beep color errexit \
        chgexit precise exec no-wrap no-rerun
        """, style: .text),
    "ssh": Wrapper(
      options: """
        4 6 A a C f G g K k M N n q s T t V v X x Y y B= b= c= D= E= e= F= I= i= J= L= l= m= O= \
        o= p= Q= R= S= W= w= P=
        """, operands: 1, style: .text, isElsewhere: true),
    "mosh": Wrapper(
      options: "ssh= server= client= predict= port= p= family= a n 4 6 no-init local",
      operands: 1, isElsewhere: true),
    "npx": Wrapper(
      options: """
        y n q yes no p= package= c= call= quiet no-install ignore-existing shell= w= workspace= \
        ws workspaces prefer-offline offline no-color include-workspace-root workspaces-update \
        loglevel= registry= cache=
        """),
    "pnpx": Wrapper(options: "p= package= c shell-mode silent"),
    "bunx": Wrapper(options: "bun silent verbose p= package="),
    "uvx": Wrapper(
      options: """
        p= q v n from= with= with-editable= with-requirements= python= quiet verbose isolated \
        no-cache offline refresh index= index-url= extra-index-url= env-file= constraints= c= \
        overrides= U upgrade
        """),
    "dotenv": Wrapper(options: "e= f= c? v= p= o file= override no-override expand", operands: 0),
    "dotenvx": Wrapper(options: "q quiet v verbose", operands: 1, style: .afterDashes),
    "env-cmd": Wrapper(
      options: "f= e= r= x file= environments= rc-file= no-override silent fallback"),
    "cross-env": Wrapper(options: ""),
    "op": Wrapper(options: "env-file= no-masking account=", operands: 1, style: .afterDashes),
    "doppler": Wrapper(
      options: "p= c= t= project= config= token=", operands: 1, style: .afterDashes),
    "infisical": Wrapper(
      options: "env= path= projectId= token=", operands: 1, style: .afterDashes),
    "chamber": Wrapper(options: "b= backend=", operands: 2, style: .afterDashes),
    "aws-vault": Wrapper(
      options: "n d= duration= no-session region=", operands: 2, style: .afterDashes),
    "mise": Wrapper(
      options: "C= cd= q v y E= j=", operands: 1, style: .afterDashes),
  ]

  /// Follows a program whose way of starting others needs code of its own.
  typealias Handler = @Sendable (Interpreter, Invocation) -> [UInt8]?

  static let handlers: [Spelling: Handler] = [
    "env": { $0.runEnv($1) },
    "sudo": { $0.runSudo($1) },
    "su": { $0.runSu($1) },
    "runuser": { $0.runSu($1) },
    "xargs": { $0.runXargs($1) },
    "parallel": { $0.runParallel($1) },
    "find": { $0.runFind($1) },
    "fd": { $0.runFd($1) },
    "fdfind": { $0.runFd($1) },
    "flock": { $0.runFlock($1) },
    "script": { $0.runScript($1) },
    "git": { $0.runGit($1) },
    "tar": { $0.runTar($1) },
    "rsync": { $0.runOptionTexts($1, ["e", "rsh", "rsync-path"]) },
    "rg": { $0.runOptionTexts($1, ["pre", "hostname-bin"]) },
    "sort": { $0.runOptionTexts($1, ["compress-program"]) },
    "zip": { $0.runOptionTexts($1, ["TT", "unzip-command"]) },
    "man": { $0.runOptionTexts($1, ["P", "pager", "H", "html"]) },
    "hyperfine": { $0.runHyperfine($1) },
    "docker": { $0.runDocker($1) },
    "podman": { $0.runDocker($1) },
    "nerdctl": { $0.runDocker($1) },
    "docker-compose": { $0.runCompose($1, from: 1) },
    "podman-compose": { $0.runCompose($1, from: 1) },
    "kubectl": { $0.runAfterDashes($1, verbs: ["exec", "run", "debug"]) },
    "oc": { $0.runAfterDashes($1, verbs: ["exec", "rsh", "run", "debug"]) },
    "heroku": { $0.runHeroku($1) },
    "at": { $0.runAt($1) },
    "batch": { $0.runAt($1) },
    "tmux": { $0.runTmux($1) },
    "screen": { $0.runTmux($1) },
    "npx": { $0.runNpx($1) },
    "uv": { $0.runManager($1) },
    "poetry": { $0.runManager($1) },
    "pipenv": { $0.runManager($1) },
    "pdm": { $0.runManager($1) },
    "hatch": { $0.runManager($1) },
    "rye": { $0.runManager($1) },
    "bundle": { $0.runManager($1) },
    "npm": { $0.runManager($1) },
    "pnpm": { $0.runManager($1) },
    "yarn": { $0.runManager($1) },
    "bun": { $0.runManager($1) },
    "conda": { $0.runManager($1) },
    "mamba": { $0.runManager($1) },
    "micromamba": { $0.runManager($1) },
    "pipx": { $0.runManager($1) },
    "rbenv": { $0.runManager($1) },
    "pyenv": { $0.runManager($1) },
    "asdf": { $0.runManager($1) },
    "railway": { $0.runManager($1) },
    "coverage": { $0.runManager($1) },
    "dotenv": { $0.runDotenv($1) },
    "vim": { $0.runEditor($1) },
    "vi": { $0.runEditor($1) },
    "nvim": { $0.runEditor($1) },
    "ex": { $0.runEditor($1) },
    "sed": { $0.runSed($1) },
    "gsed": { $0.runSed($1) },
    "awk": { $0.runAwk($1) },
    "gawk": { $0.runAwk($1) },
    "mawk": { $0.runAwk($1) },
    "nawk": { $0.runAwk($1) },
    "nix-shell": { $0.runOptionTexts($1, ["run", "command"]) },
  ]

  /// Follows a program of the table to the command among its operands.
  func run(_ wrapper: Wrapper, _ invocation: Invocation) -> [UInt8]? {
    var walk = wrapper.options.walk(invocation.words)
    var inner = invocation
    if wrapper.isElsewhere {
      inner.place = .elsewhere
      inner.directory = .unknown
      if let command = walk.options.last(where: { $0.name == "o" })?.value {
        examineRemoteOption(command, invocation)
      }
    }
    let firstOperand = walk.index
    if wrapper.style == .afterDashes {
      if let dashes = invocation.words.firstIndex(where: { $0.text == "--" }) {
        return invoke(inner.through(invocation.words[(dashes + 1)...]))
      }
    }
    for operand in invocation.words.dropFirst(walk.index).prefix(wrapper.operands)
    where operand.isSeveral {
      walk.isCertain = false
    }
    walk.index += wrapper.operands
    if wrapper.operands > 0, walk.index < invocation.words.count {
      if wrapper.style == .afterDashes || invocation.words[0].lastComponent == "ssh" {
        let rest = wrapper.options.walk(invocation.words, from: walk.index)
        walk.index = rest.index
        walk.isCertain = walk.isCertain && rest.isCertain
      } else if invocation.words[walk.index].text == "--",
        invocation.words[0].lastComponent != "timeout"
      {
        walk.index += 1
      }
    }
    if walk.index > invocation.words.count || firstOperand >= invocation.words.count {
      if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
      return nil
    }
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let rest = invocation.words.dropFirst(walk.index)
    if rest.isEmpty {
      // Some of these start a shell of their own when nothing else is named.
      let name = invocation.words[0].lastComponent
      guard name == "chroot" || (name == "ssh" && !walk.has("N", "V", "Q", "G", "O", "W")) else {
        return nil
      }
      return runInput(inner)
    }
    switch wrapper.style {
    case .text:
      guard let text = joinedText(rest, invocation) else { return nil }
      return runChild(text, inner)
    case .vector, .afterDashes: return invoke(inner.through(rest))
    }
  }

  private func examineRemoteOption(_ option: Argument, _ invocation: Invocation) {
    let prefix = option.knownPrefix.string.utf8.map { $0 | 0x20 }
    guard
      String(decoding: prefix, as: UTF8.self).utf8.starts(with: "proxycommand".utf8)
        || String(decoding: prefix, as: UTF8.self).utf8.starts(with: "localcommand".utf8)
    else { return }
    _ = runChild(option.dropping(13), invocation)
  }

  // MARK: Local wrappers

  private static let envOptions: OptionTable = """
    i 0 v u= C= S= P= a= ignore-environment null debug unset= chdir= split-string= argv0= \
    block-signal? default-signal? ignore-signal? list-signal-handling help version
    """

  /// Follows env with its assignments, its directory and the words that `-S` splits.
  func runEnv(_ invocation: Invocation) -> [UInt8]? {
    var words = invocation.words
    var inner = invocation
    // `-S` puts further words, and further options, in its own place.
    for _ in 0..<4 {
      let walk = Self.envOptions.walk(words)
      guard let split = walk.options.last(where: { $0.name == "S" || $0.name == "split-string" })
      else { break }
      guard let text = split.value.flatMap({ joinedText([$0], invocation) }) else { return nil }
      guard let expanded = splitWords(text) else {
        note(.text, text)
        return nil
      }
      let before = words[..<walk.index].filter { word in
        walk.options.contains { ($0.name == "C" || $0.name == "chdir") && $0.value == word }
      }
      let directory = before.isEmpty ? [] : [Argument("-C")] + before
      words = [words[0]] + directory + expanded + words[walk.index...]
    }
    let walk = Self.envOptions.walk(words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    if let directory = walk.value("C", "chdir") {
      inner.directory = inner.directory.entering(directory)
    }
    inner.words = words
    let rest = takeAssignments(words, from: walk.index, into: &inner)
    if walk.has("i", "ignore-environment"), case let kept = inner.settings, !kept.isEmpty {
      inner.settings = kept
    }
    return rest.isEmpty ? nil : invoke(inner.through(rest))
  }

  /// Words as `env -S` splits them; nil when it means more than splitting.
  private func splitWords(_ text: [UInt8]) -> [Argument]? {
    var parser = ShellParser(text)
    var words: [Argument] = []
    while true {
      parser.skipBlanks()
      guard parser.at < parser.end else { return words }
      guard let word = try? parser.word() else { return nil }
      var bytes: [UInt8] = []
      for part in word.parts {
        switch part {
        case .plain(let text), .quoted(let text): bytes += text
        default: return nil
        }
      }
      words.append(Argument(Spelling(bytes)))
    }
  }

  private func takeAssignments(
    _ words: [Argument], from start: Int, into invocation: inout Invocation
  ) -> ArraySlice<Argument> {
    var index = start
    while index < words.count {
      if words[index].isSeveral, words[index].knownPrefix.isEmpty { break }
      if let (name, value) = words[index].assignment {
        invocation.settings.append(EnvironmentSetting(name: name, value: value))
        examine(setting: name, value)
      } else if words[index].knownPrefix.contains(UInt8(ascii: "=")) {
        if words[index].knownPrefix.hasPrefix("BASH_FUNC_") {
          note(.setting, words[index].written.bytes)
        }
      } else {
        break
      }
      index += 1
    }
    return words[min(index, words.count)...]
  }

  private static let sudoOptions: OptionTable = """
    A b B E e H i K k l n N P S s V v C= D= g= h= p= R= r= t= T= U= u= askpass background bell \
    preserve-env? edit set-home login remove-timestamp reset-timestamp list non-interactive \
    preserve-groups stdin shell version validate close-from= chdir= group= host= prompt= chroot= \
    role= type= command-timeout= other-user= user= no-update
    """

  /// Follows sudo to a program, or to a shell that reads standard input.
  func runSudo(_ invocation: Invocation) -> [UInt8]? {
    let walk = Self.sudoOptions.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var inner = invocation
    if let directory = walk.value("D", "chdir") {
      inner.directory = inner.directory.entering(directory)
    }
    if walk.has("e", "edit", "l", "list", "v", "validate", "V", "version") { return nil }
    let rest = takeAssignments(invocation.words, from: walk.index, into: &inner)
    if walk.has("i", "login") { inner.directory = .unknown }
    if walk.has("s", "shell", "i", "login"), rest.isEmpty { return runInput(inner) }
    return rest.isEmpty ? nil : invoke(inner.through(rest))
  }

  /// Follows su, whose options may also stand behind the user.
  func runSu(_ invocation: Invocation) -> [UInt8]? {
    var inner = invocation
    inner.directory = invocation.directory
    let table: OptionTable = """
      c= l m p f P g= G= s= u= w= T command= login preserve-environment fast pty group= shell= \
      user= session-command= whitelist-environment= supp-group=
      """
    var walk = table.walk(invocation.words)
    var command = walk.value("c", "command", "session-command")
    if let user = walk.value("u", "user"), invocation.words[0].lastComponent == "runuser" {
      _ = user
      let rest = invocation.words.dropFirst(walk.index)
      return rest.isEmpty ? nil : invoke(inner.through(rest))
    }
    // The options may also stand behind the user's name.
    while walk.index < invocation.words.count {
      walk = table.walk(invocation.words, from: walk.index + 1)
      command = walk.value("c", "command", "session-command") ?? command
    }
    if let command { return runChild(command, inner) }
    return runInput(inner)
  }

  /// Follows flock to a program or to the text of its `-c`.
  func runFlock(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      e s x n u o F v w= E= c= shared exclusive nonblock nb unlock close no-fork verbose wait= \
      timeout= conflict-exit-code= command=
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let rest = invocation.words.dropFirst(walk.index + 1)
    if rest.first?.text == "-c" || rest.first?.text == "--command",
      let text = rest.dropFirst().first
    {
      return runChild(text, invocation)
    }
    if rest.isEmpty { return walk.value("c", "command").flatMap { runChild($0, invocation) } }
    return invoke(invocation.through(rest))
  }

  /// Follows script, which takes text, a program or standard input.
  func runScript(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      a e f q c= t? E= I= O= B= T= m= o= append return flush quiet command= timing? force \
      log-in= log-out= log-io= log-timing= logging-format= output-limit= echo=
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    if let text = walk.value("c", "command") { return runChild(text, invocation) }
    // On BSD the command stands behind the file.
    let rest = invocation.words.dropFirst(walk.index + 1)
    return rest.isEmpty ? runInput(invocation) : invoke(invocation.through(rest))
  }

  /// Follows hyperfine, each operand of which is shell text.
  func runHyperfine(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      w= m= M= r= p= s= c= S= N L= i n= u= style= warmup= min-runs= max-runs= runs= prepare= setup= \
      cleanup= shell= ignore-failure export-json= export-csv= export-markdown= command-name= output=
      """
    var index = 1
    while index < invocation.words.count {
      let walk = table.walk(invocation.words, from: index)
      if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
      for option in walk.options
      where ["p", "s", "c", "prepare", "setup", "cleanup", "conclude"].contains(option.name) {
        if let text = option.value { _ = runChild(text, invocation) }
      }
      if walk.index < invocation.words.count {
        _ = runChild(invocation.words[walk.index], invocation)
      }
      index = walk.index + 1
    }
    return nil
  }

  /// Follows at and batch, which run their input later.
  func runAt(_ invocation: Invocation) -> [UInt8]? {
    let listing = invocation.words.dropFirst().contains {
      ["-l", "-r", "-d", "-c", "-V", "-q"].contains($0.text ?? "")
    }
    if let file = ("f= m M q= t= l r= d= c= v V b" as OptionTable).walk(invocation.words).value("f")
    {
      readScript(file, [], invocation, kind: .shell)
      return nil
    }
    return listing ? nil : runInput(invocation)
  }

  /// Follows dotenv with or without the word `run`.
  func runDotenv(_ invocation: Invocation) -> [UInt8]? {
    let walk =
      ("e= f= c? v= p= o q= file= quote= export= override no-override expand debug" as OptionTable)
      .walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var rest = invocation.words.dropFirst(walk.index)
    if rest.first?.text == "run" { rest = rest.dropFirst() }
    if rest.first?.text == "--" { rest = rest.dropFirst() }
    return rest.isEmpty ? nil : invoke(invocation.through(rest))
  }

  /// Options whose value is a command, wherever they stand.
  func runOptionTexts(_ invocation: Invocation, _ names: Set<Spelling>) -> [UInt8]? {
    for (index, word) in invocation.words.enumerated().dropFirst() {
      let prefix = word.knownPrefix
      guard prefix.hasPrefix("-") else { continue }
      for name in names {
        let spelled = (name.bytes.count > 1 && name != "TT" ? "--" : "-") + name
        if word.text == spelled {
          if index + 1 < invocation.words.count {
            _ = runChild(invocation.words[index + 1], invocation)
          }
        } else if prefix.hasPrefix(spelled + "=") {
          _ = runChild(word.dropping(spelled.bytes.count + 1), invocation)
        } else if name.bytes.count == 1, prefix.hasPrefix(spelled), !prefix.hasPrefix("--") {
          _ = runChild(word.dropping(2), invocation)
        } else if name.bytes.count == 1, !prefix.hasPrefix("--"), word.text != nil,
          prefix.bytes.last == name.bytes[0], index + 1 < invocation.words.count
        {
          _ = runChild(invocation.words[index + 1], invocation)
        }
      }
    }
    return nil
  }

  /// Follows the options of tar whose values are commands.
  func runTar(_ invocation: Invocation) -> [UInt8]? {
    for (index, word) in invocation.words.enumerated().dropFirst() {
      let prefix = word.knownPrefix
      let next = index + 1 < invocation.words.count ? invocation.words[index + 1] : nil
      if prefix.hasPrefix("--checkpoint-action=") {
        let action = word.dropping(20)
        if action.knownPrefix.hasPrefix("exec=") { _ = runChild(action.dropping(5), invocation) }
        if action.text == nil { note(.wrapper, invocation.written.bytes) }
      } else if word.text == "--checkpoint-action", let next {
        if next.knownPrefix.hasPrefix("exec=") { _ = runChild(next.dropping(5), invocation) }
        if next.text == nil { note(.wrapper, invocation.written.bytes) }
      }
    }
    return runOptionTexts(
      invocation,
      [
        "to-command", "use-compress-program", "I", "F", "info-script", "new-volume-script",
        "rsh-command", "rmt-command",
      ])
  }

  /// Follows the commands that tmux and screen start or type.
  func runTmux(_ invocation: Invocation) -> [UInt8]? {
    let verbs: Set<Spelling> = [
      "new-session", "new", "new-window", "neww", "split-window", "splitw", "respawn-pane",
      "respawnp", "run-shell", "run", "if-shell", "if", "send-keys", "send", "pipe-pane", "pipep",
      "popup", "display-popup",
    ]
    let isScreen = invocation.words[0].lastComponent == "screen"
    guard isScreen || invocation.words.contains(where: { verbs.contains($0.text ?? "") }) else {
      return nil
    }
    // Each operand may be the command; reading one too many is the safe side.
    let table: OptionTable = """
      d D A E P X b m R x r L U q h v f= F= n= c= e= s= S= t= x= y= l= p= T= dm dmS=
      """
    var index = 1
    while index < invocation.words.count {
      let walk = table.walk(invocation.words, from: index)
      guard walk.index < invocation.words.count else { break }
      let rest = invocation.words[walk.index...]
      if let text = rest.first?.text, !verbs.contains(text) {
        if text.contains(32) {
          _ = runChild(rest[rest.startIndex], invocation)
        } else {
          return invoke(invocation.through(rest))
        }
      } else if rest.first?.text == nil {
        note(.text, invocation.written.bytes)
      }
      index = walk.index + 1
    }
    return nil
  }
}
