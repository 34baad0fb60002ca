/// Whether a program in another language starts what only it can compute.
enum CodeScan {
  /// Words that start a program, or evaluate a text, in some language.
  private static let starters: Set<Spelling> = [
    "system", "popen", "popen2", "popen3", "Popen", "exec", "execl", "execle", "execlp", "execv",
    "execve", "execvp", "execvpe", "spawn", "spawnl", "spawnlp", "spawnv", "spawnvp", "spawnSync",
    "execSync", "execFile", "execFileSync", "check_call", "check_output", "getoutput",
    "getstatusoutput", "shell_exec", "passthru", "proc_open", "pcntl_exec", "posix_spawn", "eval",
    "run", "call", "capture2", "capture3", "do_shell_script",
  ]

  /// Languages in which a call needs no parentheses, and quotes take in variables.
  private static let loose: Set<Spelling> = ["perl", "ruby", "php"]

  /// True when a call that starts a program is given anything but a text that stands there.
  static func startsUnknown(_ code: [UInt8], _ language: Spelling) -> Bool {
    guard loose.contains(language) || ["python", "node", "deno", "lua"].contains(language) else {
      return false
    }
    let isLoose = loose.contains(language)
    var words: Set<Spelling> = []
    var calls: [(word: Spelling, end: Int)] = []
    var at = 0
    while at < code.count {
      let byte = code[at]
      if byte.continuesName {
        let start = at
        while at < code.count, code[at].continuesName { at += 1 }
        let word = Spelling(code[start..<at])
        words.insert(word)
        if starters.contains(word) { calls.append((word, at)) }
      } else {
        if byte == UInt8(ascii: "`"), isLoose {
          let close = code[(at + 1)...].firstIndex(of: byte) ?? code.count
          if takesInVariables(code[(at + 1)..<close]) { return true }
          at = close
        }
        at += 1
      }
    }
    for call in calls where isStarter(call.word, language, words) {
      if !hasLiteral(code, call.end, isLoose) { return true }
    }
    return false
  }

  /// Common words start programs only beside the module that makes them do so.
  private static func isStarter(
    _ word: Spelling, _ language: Spelling, _ words: Set<Spelling>
  ) -> Bool {
    switch word {
    case "run", "call": return words.contains("subprocess")
    case "exec", "spawn", "run_command":
      return language != "node" && language != "deno" || words.contains("child_process")
    default: return true
    }
  }

  private static func takesInVariables(_ text: ArraySlice<UInt8>) -> Bool {
    text.contains { "$@".utf8.contains($0) } || text.contains(UInt8(ascii: "#"))
  }

  /// Whether a call's first argument is a text by itself; also true for what is no call.
  private static func hasLiteral(_ code: [UInt8], _ start: Int, _ isLoose: Bool) -> Bool {
    var at = start
    func skipBlanks() { while at < code.count, code[at] <= 32 { at += 1 } }
    skipBlanks()
    guard at < code.count else { return true }
    if code[at] == UInt8(ascii: "(") {
      at += 1
      skipBlanks()
      if at < code.count, code[at] == UInt8(ascii: "[") { at += 1 }
      skipBlanks()
    } else if !isLoose || !"'\"$@".utf8.contains(code[at]) {
      return true
    }
    guard at < code.count, let quote = "'\"".utf8.first(where: { $0 == code[at] }) else {
      return false
    }
    at += 1
    let first = at
    while at < code.count, code[at] != quote {
      if code[at] == UInt8(ascii: "\\") {
        guard at + 1 < code.count, "'\"\\nt".utf8.contains(code[at + 1]) else { return false }
        at += 1
      }
      at += 1
    }
    guard at < code.count else { return false }
    if isLoose, quote == UInt8(ascii: "\""), takesInVariables(code[first..<at]) { return false }
    at += 1
    skipBlanks()
    return at >= code.count || ",)];}".utf8.contains(code[at]) || code[at].beginsName
  }
}
