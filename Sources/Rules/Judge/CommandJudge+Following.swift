import JSONText
import ShellText

/// What a line starts besides the programs that it names: unknown parts, targets, scripts, inline code.
extension CommandJudge {
  private static let bytesLimit = 400_000

  // MARK: Parts that do not tell

  /// Notes what of a line is not understood, and stops where that names a guarded program.
  func noteUnknowns(_ reading: Reading, _ frame: Frame) {
    for unknown in reading.unknowns {
      isUnderstood = false
      let saw = frame.trail + Self.trail(of: unknown.origins) + Text(unknown.raw)
      if let name = guarded.first(where: { Mention.of(Spelling($0), in: unknown.raw) }) {
        tally.add(
          "not-understood", .stop, "a part that is not understood names \(name)", saw: saw)
      } else {
        tally.add("not-understood", .ask, unknown.reason.words, saw: saw)
      }
      refuseOperatorsVerbs(saw: saw) { Mention.of($0, in: unknown.raw) }
    }
  }

  /// Judges programs in other languages by the guarded programs that they name.
  func judgeInlineCode(_ reading: Reading, _ frame: Frame) {
    for code in reading.inlineCode {
      let trail = frame.trail + Self.trail(of: code.origins)
      let saw = trail + Text(code.interpreter) + ": " + Text(code.text)
      protect(code, frame, saw: saw)
      if let name = guarded.first(where: { code.mentions(Spelling($0)) }) {
        tally.add("inline-code", .stop, "code in the line names \(name)", saw: saw)
      } else if !code.isKnown {
        isUnderstood = false
        tally.add("inline-code", .ask, "code in the line is not wholly known", saw: saw)
      }
      refuseOperatorsVerbs(saw: saw, code.mentions)
    }
  }

  // MARK: Targets

  /// Follows the targets that a vector asks for.
  func followTargets(_ subject: CommandSubject, _ frame: Frame) {
    for target in RunTargets.targets(of: subject) {
      let saw = frame.trail + target.written
      guard let name = target.name else {
        notListed(saw, "which target this runs cannot be told")
        continue
      }
      var isListed = false
      for set in book.sets {
        guard let listed = set.targets[target.tool]?[name] else { continue }
        isListed = true
        if set.shell == shell { run(listed, target, subject, frame) }
      }
      if !isListed, !RunTargets.isHarmless(target) {
        notListed(saw, "no loaded rule set lists this target")
      }
    }
  }

  private func notListed(_ saw: Text, _ because: Text) {
    guard hasCommandRules else { return }
    isUnderstood = false
    tally.add("unlisted-target", .ask, because, saw: saw)
  }

  private func run(
    _ listed: BuildTarget, _ target: RunTarget, _ subject: CommandSubject, _ frame: Frame
  ) {
    if listed.runs.isEmpty { return }
    var inner = frame
    inner.start = subject.placed(subject.vector.directory)
    inner.remark = listed.because ?? frame.remark
    if let environment = listed.environment {
      for place in sets.indices
      where sets[place].environments.contains(where: { $0.name == environment }) {
        inner.hints[place] = Ways(
          inner.hints[place].all.map { way in
            var way = way
            way.add(environment, target.written)
            return way
          })
      }
    }
    guard let entered = enter(target.written, [], inner) else { return }
    for line in listed.runs { judge(reading(line.bytes, from: entered.start), entered) }
  }

  /// The frame of what is led to; nil where that is already being judged, or goes too far.
  private func enter(_ name: Text, _ arguments: [Argument], _ frame: Frame) -> Frame? {
    let step = Frame.Step(
      name: name, start: frame.start, arguments: arguments, hints: frame.hints)
    // A circle brings nothing that was not judged when it was entered.
    if frame.steps.contains(step) { return nil }
    stepsLeft -= 1
    guard stepsLeft > 0, frame.steps.count < Self.depthLimit else {
      isUnderstood = false
      tally.add(
        "not-understood", .ask, "targets and scripts run each other further than is followed",
        saw: frame.trail + name)
      return nil
    }
    var inner = frame
    inner.steps.append(step)
    inner.trail = frame.trail + name + " → "
    return inner
  }

  // MARK: Scripts

  /// Reads a script that a shell would read, as far as that can be told.
  func follow(_ script: ScriptFile, _ subject: CommandSubject?, _ frame: Frame) {
    let saw = frame.trail + Text(script.path.written)
    let isProgram: Bool
    switch script.kind {
    case .interpreter: return
    case .shell: isProgram = false
    case .program:
      // A program that rules name is judged by its name.
      if let subject, names(subject.name) { return }
      isProgram = true
    }
    guard script.place == .here else {
      unread(saw, "the script lies on another machine")
      return
    }
    let start = script.directory.placed(in: frame.start)
    let path = PathFinder(circumstances: circumstances).path(script.path, in: start)
    guard path.isCertain, let asked = path.candidates.first else {
      unread(saw, "which script this is cannot be told")
      return
    }
    let name = Text(bytes: asked)
    // A program may be of any size, and is not read where its beginning shows that no shell reads it.
    if isProgram, case .content(let start) = circumstances.files.head(name),
      !Shebang.isShellText(start)
    {
      return
    }
    switch circumstances.files.fact(name) {
    case .absent: unread(saw, "there is no such file to read")
    case .directory: unread(saw, "this is a folder")
    case .unreadable(let reason): unread(saw, "it cannot be read: " + reason)
    case .content(let bytes): read(name, bytes, script, start, frame)
    }
  }

  private func names(_ program: Text) -> Bool {
    sets.contains { set in
      set.rules.contains {
        $0.phases.contains(.command) && $0.condition.namedPrograms.contains(program)
      }
    }
  }

  private func unread(_ saw: Text, _ because: Text) {
    isUnderstood = false
    tally.add("unread-script", .ask, because, saw: saw)
  }

  private func read(
    _ name: Text, _ bytes: Bytes, _ script: ScriptFile, _ start: Directory, _ frame: Frame
  ) {
    var inner = frame
    inner.start = start
    guard let entered = enter(Text(script.path.written), script.arguments, inner) else { return }
    guard take(name, bytes) else {
      unread(frame.trail + Text(script.path.written), "the scripts are too long")
      return
    }
    // PowerShell may make several words of a value that is not known.
    let isTold = shell == .posix || script.arguments.allSatisfy { $0.text != nil }
    judge(
      ShellLine.reading(
        bytes.array, arguments: isTold ? script.arguments : nil, zero: script.path,
        files: files(from: start)),
      entered)
  }

  /// Counts and tells a file that was read; false where more was read than is followed.
  private func take(_ name: Text, _ bytes: Bytes) -> Bool {
    bytesRead += bytes.count
    guard bytesRead <= Self.bytesLimit else { return false }
    if !scripts.contains(where: { $0.path == name }) { scripts.append((name, bytes)) }
    return true
  }

  /// The files that a text names which is read from a directory.
  func files(from start: Directory) -> NamedFiles {
    let finder = PathFinder(circumstances: circumstances)
    func name(_ path: Argument, _ directory: Directory) -> Text? {
      let named = finder.path(path, in: directory.placed(in: start))
      guard named.isCertain, let first = named.candidates.first else { return nil }
      return Text(bytes: first)
    }
    return NamedFiles(
      text: { path, directory in
        guard let name = name(path, directory),
          case .content(let bytes) = self.circumstances.files.fact(name), self.take(name, bytes)
        else { return nil }
        return bytes.array
      },
      exists: { path, directory in
        guard let name = name(path, directory) else { return false }
        if case .content = self.circumstances.files.head(name) { return true }
        return false
      })
  }
}

/// The first line of a file that says what reads it.
enum Shebang {
  /// Whether a shell would read the file when it is started by its path.
  static func isShellText(_ bytes: Bytes) -> Bool {
    let head = bytes[0..<min(bytes.count, 512)].array
    guard head.starts(with: "#!".utf8) else {
      // Without such a line a shell reads it itself, unless it is a program.
      return !head.contains(0)
    }
    let line = head.dropFirst(2).prefix { $0 != 10 && $0 != 13 }
    var words = line.split { $0 == 32 || $0 == 9 }.map { Spelling($0) }[...]
    guard var name = words.popFirst()?.lastComponent else { return true }
    if name == "env" {
      let program = words.first { !$0.hasPrefix("-") && !$0.contains(UInt8(ascii: "=")) }
      guard let program else { return true }
      name = program.lastComponent
    }
    return ShellLine.isShell(name)
  }
}

extension Unknown.Reason {
  /// Why a part of a line is not understood, for people.
  var words: Text {
    switch self {
    case .tooLong: "the text is too long to be read"
    case .syntax(let reason, _): "the text is no shell: \(Text(reason.rawValue))"
    case .program: "which program this starts cannot be told"
    case .text: "the text that would be run is not known"
    case .wrapper: "where the command begins cannot be told"
    case .tooMuch: "the line repeats or nests too much"
    case .setting: "a setting changes which programs run"
    }
  }
}
