import JSONText

/// Conditions about files: which ones are meant, and what is asked of each.
extension Evaluator {
  /// The files that a choice came to.
  struct Chosen {
    var paths: [Text] = []
    /// What was looked for, as messages say it.
    var shown: Text
    /// Why some may be missing; nil where these are all.
    var doubt: Text?
  }

  func answer(file question: FileQuestion) throws(JudgingFault) -> Answer {
    let inside: (Text) throws(JudgingFault) -> Answer = { (path) throws(JudgingFault) in
      try content(of: path, question)
    }
    if question.every {
      let choices = question.choice.paths.flatMap { template -> [FileChoice] in
        let texts = texts(of: template) ?? []
        return (texts.isEmpty ? [template] : texts.map { Template($0, .glob) }).map { one in
          var choice = question.choice
          choice.paths = [one]
          return choice
        }
      }
      var answer = Answer(.yes)
      for choice in choices {
        answer = answer.and(try some(choice, needsFile: true, inside))
      }
      return answer
    }
    if let comparison = question.count { return try count(question, comparison, inside) }
    let answer = try some(question.choice, needsFile: question.exists != nil, inside)
    return question.exists == false ? answer.opposite : answer
  }

  /// Whether some chosen file answers; where there is none it does not, or cannot be told.
  func some(
    _ choice: FileChoice, needsFile: Bool = false,
    _ asked: (Text) throws(JudgingFault) -> Answer
  ) throws(JudgingFault) -> Answer {
    let chosen = try chosen(choice)
    if let doubt = chosen.doubt, chosen.paths.isEmpty { return Answer(.unknown, lacks: doubt) }
    if chosen.paths.isEmpty {
      return Answer(needsFile ? .no : .unknown, lacks: chosen.shown + " is missing")
    }
    var answer = Answer.no
    for path in chosen.paths {
      var one = try meets(choice, path)
      if one.degree != .no { one = one.and(try asked(path)) }
      answer = answer.or(one)
      if answer.degree == .yes { return answer }
    }
    if answer.degree == .no, chosen.doubt != nil { answer.degree = .unknown }
    if answer.lacks == nil { answer.lacks = chosen.doubt ?? chosen.shown }
    return answer
  }

  private func count(
    _ question: FileQuestion, _ comparison: Comparison,
    _ asked: (Text) throws(JudgingFault) -> Answer
  ) throws(JudgingFault) -> Answer {
    let chosen = try chosen(question.choice)
    if let doubt = chosen.doubt { return Answer(.unknown, lacks: doubt) }
    var count = 0
    for path in chosen.paths {
      let answer = try meets(question.choice, path).and(try asked(path))
      if answer.degree.truth == .unknown { return answer }
      if answer.degree == .yes { count += 1 }
    }
    var answer = try compare(count, comparison)
    answer.saw = chosen.shown
    answer.lacks = chosen.shown + Text(": \(count) found")
    return answer
  }

  // MARK: Which files

  private func chosen(_ choice: FileChoice) throws(JudgingFault) -> Chosen {
    var chosen = Chosen(shown: "")
    var shown: [Text] = []
    for template in choice.paths {
      guard let texts = texts(of: template) else {
        chosen.doubt = template.source + " cannot be told of this item"
        continue
      }
      for text in texts {
        shown.append(text)
        try add(text, to: &chosen)
      }
    }
    chosen.shown = Text.joined(shown, by: " or ")
    if choice.newest, chosen.paths.count > 1 {
      guard let newest = newest(of: chosen.paths) else {
        chosen.doubt = "which file of " + chosen.shown + " is the newest cannot be told"
        chosen.paths = []
        return chosen
      }
      chosen.paths = [newest]
    }
    return chosen
  }

  private func add(_ text: Text, to chosen: inout Chosen) throws(JudgingFault) {
    let files = circumstances.files
    let pattern: FilePattern
    do throws(PatternError) {
      pattern = try FilePattern(text, ignoringCase: set.shell == .powershell)
    } catch {
      throw JudgingFault(text: "the glob \(text) is bad: \(error.reason.rawValue)")
    }
    guard let path = pattern.path else {
      let search = FileSearch(pattern, files)
      chosen.paths += search.found
      if !search.isComplete { chosen.doubt = text + " stands for too many files" }
      return
    }
    if !path.hasPrefix("/"), !files.isInside(path) {
      chosen.doubt = path + " leads out of the project"
      return
    }
    if case .absent = files.fact(path) { return }
    chosen.paths.append(path)
  }

  private func newest(of paths: [Text]) -> Text? {
    var newest: (time: Timestamp, path: Text)?
    for path in paths {
      guard let time = circumstances.files.modified(path) else { return nil }
      // Names hold dates more often than not, so that the later name wins among equals.
      if let known = newest, (time, path) < (known.time, known.path) { continue }
      newest = (time, path)
    }
    return newest?.path
  }

  /// How far a file meets what is said of every file that counts.
  private func meets(_ choice: FileChoice, _ path: Text) throws(JudgingFault) -> Answer {
    var answer = Answer(.yes, saw: path)
    if let age = choice.newerThan {
      guard let time = circumstances.files.modified(path) else {
        return Answer(.unknown, lacks: "when " + path + " was changed is not known")
      }
      var fresh = newer(time, age, saw: path)
      if fresh.degree == .no {
        let than: Text = age == .claim ? "the claim" : "allowed"
        fresh.lacks = path + " is older than " + than
      }
      answer = answer.and(fresh)
    }
    if answer.degree == .no { return answer }
    if !choice.names.isEmpty { answer = answer.and(names(choice.names, path)) }
    if !choice.mentions.isEmpty { answer = answer.and(try mentions(choice.mentions, path)) }
    return answer
  }

  private func names(_ templates: [Template], _ path: Text) -> Answer {
    guard let content = content(path) else { return unreadable(path) }
    var answer = Answer.no
    for template in templates {
      guard let texts = texts(of: template) else {
        answer = answer.or(
          Answer(.unknown, lacks: template.source + " cannot be told of this item"))
        continue
      }
      for text in texts {
        let isThere = content.array.holds(word: text.bytes, ignoringCase: set.shell == .powershell)
        answer = answer.or(
          Answer(Degree(isThere), saw: path, lacks: path + " does not name " + text))
      }
    }
    return answer
  }

  private func mentions(_ globs: [Template], _ path: Text) throws(JudgingFault) -> Answer {
    var choice = FileChoice(paths: globs)
    choice.newest = true
    let other = try chosen(choice)
    guard let newest = other.paths.first else {
      return Answer(.unknown, lacks: other.doubt ?? other.shown + " is missing")
    }
    let name = newest.bytes.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
    return names([Template(Text(bytes: name), .plain)], path)
  }

  // MARK: What is in them

  /// The bytes of a file; nil where there are none to be had.
  func content(_ path: Text) -> Bytes? {
    guard case .content(let bytes) = circumstances.files.fact(path) else { return nil }
    return bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
      ? bytes[3..<bytes.count] : bytes
  }

  func unreadable(_ path: Text) -> Answer { Answer(.unknown, lacks: path + " cannot be read") }

  private func content(
    of path: Text, _ question: FileQuestion
  ) throws(JudgingFault) -> Answer {
    var answer = Answer(.yes, saw: path)
    if let detector = question.contains {
      guard let bytes = content(path) else { return unreadable(path) }
      var hit = try hit([detector], in: [Text(bytes: bytes.array)])
      if hit.degree == .yes { hit.saw = path }
      if hit.degree != .yes { hit.lacks = path + " holds nothing that " + detector + " finds" }
      answer = answer.and(hit)
    }
    if let level = question.commands { answer = answer.and(try logs(level, path)) }
    return answer
  }

  /// Whether every command of the submission that needs at least a level stands in a file.
  private func logs(_ level: Text, _ path: Text) throws(JudgingFault) -> Answer {
    guard let commands = circumstances.checkout?.commands, let least = set.levels?.rank(level)
    else { return Answer(.unknown, lacks: "what commands were run is not known") }
    guard let content = content(path) else { return unreadable(path) }
    let ignoringCase = set.shell == .powershell
    let log = content.array.squeezed
    let book = RuleBook([set])
    for command in commands {
      let judge = CommandJudge(book, set.shell, circumstances)
      judge.judge(judge.reading(command.bytes), judge.outermost)
      if judge.isUnderstood, (judge.tally.neededLevel(at: 0) ?? -1) < least { continue }
      if !log.holds(word: command.bytes.squeezed, ignoringCase: ignoringCase) {
        return Answer(.no, lacks: path + " does not name the command " + command.shortened())
      }
    }
    return Answer(.yes, saw: path)
  }
}

extension [UInt8] {
  /// Whether a text stands here that is no part of a longer name.
  func holds(word: [UInt8], ignoringCase: Bool) -> Bool {
    guard let first = word.first, let last = word.last, count >= word.count else { return false }
    func isJoined(_ one: UInt8, _ other: UInt8) -> Bool {
      (one.isWord || one == UInt8(ascii: "-")) && other.isWord
    }
    for start in 0...(count - word.count) {
      guard self[start] == first || (ignoringCase && self[start].folded == first.folded) else {
        continue
      }
      let stretch = self[start..<(start + word.count)]
      guard ignoringCase ? stretch.equalsIgnoringCase(word) : stretch.elementsEqual(word) else {
        continue
      }
      if start > 0, isJoined(self[start - 1], first) { continue }
      if stretch.endIndex < count, isJoined(last, self[stretch.endIndex]) { continue }
      return true
    }
    return false
  }

  /// The text with every run of blanks and line ends as one blank, and none at its ends.
  fileprivate var squeezed: [UInt8] {
    [UInt8](split { $0 <= 0x20 }.joined(separator: [0x20]))
  }
}
