extension Git {
  /// One way of starting git on a checkout, with everything switched off that could start more.
  struct Run {
    /// The checkout that git is told to look at.
    let directory: GitDirectory
    /// How git is started.
    let processes: Processes
    /// The PATH on which git is looked up.
    let path: String?
    /// Seconds that each start may take.
    let timeout: Double
    /// Variables that only this way of starting sets; where there are any, git is not told of a working tree.
    var variables: [[UInt8]] = []
    /// Where the user's own configuration lies, for the one start that reads it; otherwise it counts for nothing.
    var user: [[UInt8]] = []
    /// Whether this start may reach another repository, as a push does; otherwise no address leads anywhere.
    var reachesOut = false

    /// Settings that outrank the checkout's own.
    private static let settings: [(String, String)] = [
      ("core.fsmonitor", "false"), ("core.untrackedCache", "false"),
      ("core.hooksPath", "/dev/null"),
      ("core.pager", "cat"), ("core.editor", "false"), ("core.askPass", "false"),
      ("core.sshCommand", "false"), ("core.gitProxy", ""), ("core.alternateRefsCommand", "false"),
      ("credential.helper", ""), ("diff.external", ""), ("protocol.allow", "never"),
      ("submodule.recurse", "false"), ("status.submoduleSummary", "false"),
      ("status.relativePaths", "false"), ("core.ignoreStat", "false"),
      ("core.checkStat", "default"),
      ("core.trustctime", "true"), ("log.showSignature", "false"),
    ]

    /// What git answers; a failure is an error with git's first words.
    func callAsFunction(
      _ arguments: [String], without filters: [[UInt8]] = [], input: [UInt8] = []
    ) throws(GitAbsence) -> [UInt8] {
      let finished = try start(arguments, without: filters, input: input)
      guard finished.isSuccess, !finished.truncated else {
        throw .failed(Run.words(of: finished, arguments.first ?? ""))
      }
      return finished.output
    }

    /// The same where git says by a status of its own that there is nothing to answer.
    func answer(
      _ arguments: [String], orNothingFor status: Int32
    ) throws(GitAbsence) -> [UInt8] {
      let finished = try start(arguments, without: [], input: [])
      if finished.status == .exited(status), finished.errors.isEmpty { return [] }
      guard finished.isSuccess, !finished.truncated else {
        throw .failed(Run.words(of: finished, arguments.first ?? ""))
      }
      return finished.output
    }

    /// The names of all filters that the configuration defines.
    func filterNames() throws(GitAbsence) -> [[UInt8]] {
      let keys = try answer(
        ["config", "--null", "--name-only", "--get-regexp", "^filter\\."], orNothingFor: 1)
      var names: Set<[UInt8]> = []
      for key in keys.split(separator: 0) {
        let dot = UInt8(ascii: ".")
        guard let first = key.firstIndex(of: dot), let last = key.lastIndex(of: dot), first < last
        else { continue }
        names.insert(Array(key[(first + 1)..<last]))
      }
      return Array(names)
    }

    /// Starts git and says how it ended.
    func start(
      _ arguments: [String], without filters: [[UInt8]] = [], input: [UInt8] = []
    ) throws(GitAbsence) -> Finished {
      let command =
        ["git", "--no-pager", "--config-env=core.askPass=CONDUCTOR_NOTHING"] + arguments
      var limits = Processes.Limits(timeout: timeout, output: 256 << 20)
      // The receipt of a step that is being undone wants its facts too, and nobody waits for a network then.
      limits.heedsSignals = reachesOut
      do {
        return try processes.run(
          command.map { Array($0.utf8) }, environment: environment(without: filters),
          directory: directory.top, input: input, limits: limits)
      } catch {
        if error.isMissing, error.path == "git" { throw .noProgram }
        throw .call(error)
      }
    }

    private func environment(without filters: [[UInt8]]) -> [[UInt8]] {
      // Who reaches out may ask the helpers that the user has configured.
      let counting = Run.settings.filter { !reachesOut || $0.0 != "credential.helper" }
      var settings = counting.map { (Array($0.0.utf8), Array($0.1.utf8)) }
      for name in filters {
        for (key, value) in [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")]
        {
          let full = Array("filter.".utf8) + name + Array(".\(key)".utf8)
          settings.append((full, Array(value.utf8)))
        }
      }
      var fixed: [(String, String)] = [
        ("LC_ALL", "C"), ("GIT_ATTR_NOSYSTEM", "1"), ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ALLOW_PROTOCOL", reachesOut ? "file:ssh:https" : "none"), ("GIT_NO_LAZY_FETCH", "1"),
        // A replaced commit would make another tree the one that changes are measured against.
        ("GIT_NO_REPLACE_OBJECTS", "1"), ("CONDUCTOR_NOTHING", ""),
        ("GIT_CONFIG_COUNT", "\(settings.count)"),
      ]
      if reachesOut { fixed.append(("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")) }
      let nobody = [
        ("HOME", "/dev/null"), ("XDG_CONFIG_HOME", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
      ]
      var all = (fixed + (user.isEmpty ? nobody : [])).map { Array("\($0.0)=\($0.1)".utf8) }
      all += user
      all.append(Array("PATH=\(path ?? "/usr/local/bin:/usr/bin:/bin")".utf8))
      // Named outright, so that neither `core.worktree` nor a repository further in leads elsewhere.
      all.append(Array("GIT_DIR=".utf8) + directory.own.bytes)
      if variables.isEmpty { all.append(Array("GIT_WORK_TREE=".utf8) + directory.top.bytes) }
      all += variables
      for (index, setting) in settings.enumerated() {
        all.append(Array("GIT_CONFIG_KEY_\(index)=".utf8) + setting.0)
        all.append(Array("GIT_CONFIG_VALUE_\(index)=".utf8) + setting.1)
      }
      return all
    }

    /// Why a start did not succeed, in the words of git where it has any.
    static func words(of finished: Finished, _ command: String) -> String {
      if finished.truncated { return "git \(command) said too much" }
      let words = finished.errors.split(separator: 10).first.map {
        String(decoding: $0.prefix(400).filter { $0 != 13 }, as: UTF8.self)
      }
      switch finished.status {
      case .timedOut: return "git \(command) took too long"
      case .interrupted: return "git \(command) was interrupted"
      case .signalled(let signal): return "git \(command) was ended by signal \(signal)"
      case .exited(let status): return words ?? "git \(command) ended with status \(status)"
      }
    }
  }
}

extension GitFacts {
  /// What `git status --porcelain=v2 --branch -z` said; the kinds and ids are still missing.
  init(status: [UInt8], top: Path) throws(GitAbsence) {
    self.init(top: top, commit: nil, branch: nil, changed: [])
    var entries = status.split(separator: 0, omittingEmptySubsequences: true)[...]
    while let entry = entries.popFirst() {
      // How many fields stand before the path, by the kind of entry.
      let fields: Int
      switch entry.first {
      case UInt8(ascii: "#"):
        readHeader(String(decoding: entry, as: UTF8.self))
        continue
      case UInt8(ascii: "?"): fields = 1
      case UInt8(ascii: "!"):
        let path = Path(bytes: Array(entry.dropFirst(2)))
        if path.name == ".gitignore" { ignoredRules.append(path) }
        continue
      case UInt8(ascii: "1"): fields = 8
      case UInt8(ascii: "2"):
        fields = 9
        _ = entries.popFirst()
      case UInt8(ascii: "u"): fields = 10
      default:
        throw .failed("git status said something new: \(String(decoding: entry, as: UTF8.self))")
      }
      let parts = entry.split(separator: 32, maxSplits: fields, omittingEmptySubsequences: false)
      guard parts.count == fields + 1 else {
        throw .failed("git status said too little: \(String(decoding: entry, as: UTF8.self))")
      }
      let letters = fields == 1 ? "??" : String(decoding: parts[1], as: UTF8.self)
      // An untracked checkout of its own is named with a slash at the end.
      let path = Path(bytes: Array(parts[fields])).normalized
      let isStaged = fields == 8 && parts[1].first != UInt8(ascii: ".")
      let staged = isStaged ? String(decoding: parts[7], as: UTF8.self) : nil
      changed.append(Change(path: path, status: letters, kind: nil, blob: nil, staged: staged))
    }
  }

  private mutating func readHeader(_ text: String) {
    if text.hasPrefix("# branch.oid ") {
      let id = String(text.dropFirst("# branch.oid ".count))
      commit = id == "(initial)" ? nil : id
    } else if text.hasPrefix("# branch.head ") {
      let name = String(text.dropFirst("# branch.head ".count))
      branch = name == "(detached)" ? nil : name
    }
  }
}
