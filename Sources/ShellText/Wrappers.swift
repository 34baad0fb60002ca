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
  /// Follows a program of the table to the command among its operands.
  func run(_ wrapper: Wrapper, _ invocation: Invocation) -> [UInt8]? {
    var walk = wrapper.options.walk(invocation.words)
    var inner = invocation
    if wrapper.isElsewhere {
      inner.place = .elsewhere
      inner.directory = .unknown
      examineRemoteOptions(walk, invocation)
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
        examineRemoteOptions(rest, invocation)
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
      guard
        ["chroot", "unshare", "nsenter"].contains(name)
          || (name == "ssh" && !walk.has("N", "V", "Q", "G", "O", "W"))
      else {
        return nil
      }
      return runInput(inner)
    }
    switch wrapper.style {
    case .text:
      guard let text = joinedText(rest, invocation) else { return nil }
      return runChild(text, inner)
    case .vector, .afterDashes: return invoke(inner.through(Self.unpinned(Array(rest), invocation)))
    }
  }

  /// The words without the version that package runners take behind a program's name: `x@1.2`.
  static func unpinned(_ words: [Argument], _ invocation: Invocation) -> [Argument] {
    let runners: Set<Spelling> = [
      "npx", "pnpx", "bunx", "uvx", "pipx", "pnpm", "yarn", "bun", "npm",
    ]
    guard let runner = invocation.words.first?.lastComponent, runners.contains(runner),
      let name = words.first?.text,
      let cut = name.bytes.dropFirst().firstIndex(where: { "@=<>~[".utf8.contains($0) })
    else { return words }
    return [Argument(Spelling(name.bytes[..<cut]))] + words.dropFirst()
  }

  /// Options of ssh whose value is a command that runs here.
  private func examineRemoteOptions(_ walk: OptionTable.Walk, _ invocation: Invocation) {
    let names: Set<Spelling> = ["proxycommand", "localcommand", "knownhostscommand"]
    for option in walk.options where option.name == "o" {
      guard let value = option.value else { continue }
      let known = value.knownPrefix.bytes
      let name = known.prefix { $0 != UInt8(ascii: "=") && !$0.isBlank }
      guard names.contains(Spelling(name.map { $0 | 0x20 })) else { continue }
      let signs = known[name.count...].prefix { $0 == UInt8(ascii: "=") || $0.isBlank }
      _ = runChild(value.dropping(name.count + signs.count), invocation)
    }
  }

  /// Follows scp and sftp to the programs that their options name.
  func runCopy(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      3 4 6 A B C O p q R r s T v a f N i= c= D= F= J= l= o= P= S= X= b=
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    examineRemoteOptions(walk, invocation)
    if let program = walk.value("S") {
      _ = invoke(invocation.through([program, .unknown(invocation.raw)]))
    }
    return nil
  }

  /// The dynamic loader starts the program that its operand names.
  static func loader(_ name: Spelling) -> Wrapper? {
    guard name.hasPrefix("ld-linux") || name.hasPrefix("ld-musl") || name == "ld.so" else {
      return nil
    }
    return Wrapper(
      options: """
        library-path= preload= audit= argv0= inhibit-rpath= inhibit-cache list verify help version
        """)
  }

  /// Follows setarch, in newer versions of which the name of a machine may be missing.
  func runSetarch(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      R B F I L S T X Z v 3 addr-no-randomize addr-compat-layout show list uname-2.6 verbose
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    for count in [walk.index, walk.index + 1] where count < invocation.words.count {
      _ = invoke(invocation.through(invocation.words[count...]))
    }
    return nil
  }

  /// run-parts starts whatever lies in a directory.
  func runParts(_ invocation: Invocation) -> [UInt8]? {
    let shows = invocation.words.contains { $0.text == "--test" || $0.text == "--list" }
    if !shows { note(.text, invocation.written.bytes) }
    return nil
  }

  /// Follows start-stop-daemon, which names the program by an option and its arguments behind `--`.
  func runDaemon(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      S K T b m v q t o x= a= n= p= u= g= c= s= r= d= k= P= I= R= N= start stop status background \
      make-pidfile verbose quiet test oknodo exec= startas= name= pidfile= user= group= chuid= \
      signal= chroot= chdir= umask= retry= nicelevel= procsched= iosched= no-close remove-pidfile
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    guard walk.has("S", "start"), let program = walk.value("x", "exec", "a", "startas") else {
      return nil
    }
    return invoke(invocation.through([program] + invocation.words.dropFirst(walk.index)))
  }

  /// Follows entr, whose `-s` takes shell text.
  func runEntr(_ invocation: Invocation) -> [UInt8]? {
    let walk = ("a c d n p r s x z" as OptionTable).walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let rest = invocation.words.dropFirst(walk.index)
    guard let first = rest.first else { return nil }
    var inner = invocation.through(rest)
    inner.input = .known([])
    return walk.has("s") ? runChild(first, inner) : invoke(inner)
  }

  /// A table that crontab installs is run later, as shell text line by line.
  func runCrontab(_ invocation: Invocation) -> [UInt8]? {
    let walk = ("u= x= l r e i s T V n c" as OptionTable).walk(invocation.words)
    guard let file = invocation.words.dropFirst(walk.index).first else { return nil }
    if Self.isStandardInput(file) { return runInput(invocation) }
    readScript(file, [], invocation, kind: .shell)
    return nil
  }

  /// Runs each operand as a text of its own.
  func runTexts(_ invocation: Invocation, valued options: OptionTable) -> [UInt8]? {
    var walk = options.walk(invocation.words)
    while walk.index < invocation.words.count {
      _ = runChild(invocation.words[walk.index], invocation)
      walk = options.walk(invocation.words, from: walk.index + 1)
    }
    return nil
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
    // A dash alone is another spelling of `-i`.
    let isDash = walk.index < words.count && words[walk.index].text == "-"
    let rest = takeAssignments(words, from: walk.index + (isDash ? 1 : 0), into: &inner)
    if walk.has("i", "ignore-environment"), case let kept = inner.settings, !kept.isEmpty {
      inner.settings = kept
    }
    return rest.isEmpty ? nil : invoke(inner.through(rest))
  }

  /// Words as `env -S` splits them; nil when it means more than splitting.
  private func splitWords(_ text: [UInt8]) -> [Argument]? {
    // Its escapes are its own: `\_` parts words.
    if text.contains(UInt8(ascii: "\\")) { return nil }
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
    let rest = invocation.words.dropFirst(walk.index + 1)
    if rest.isEmpty { return runInput(invocation) }
    // On BSD the command stands behind the file; elsewhere options may.
    let later = table.walk(invocation.words, from: walk.index + 1)
    if let text = later.value("c", "command") { _ = runChild(text, invocation) }
    return invoke(invocation.through(rest))
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
