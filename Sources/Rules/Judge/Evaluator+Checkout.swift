import JSONText

/// Conditions about what was measured of the checkout, and about the summary that came with the work.
extension Evaluator {
  func answer(checkout condition: Condition) throws(JudgingFault) -> Answer {
    let facts = circumstances.checkout
    switch condition {
    case .clean(let expected):
      guard let isClean = facts?.isClean else {
        return Answer(
          .unknown, lacks: "whether the working tree equals the last commit is not known")
      }
      let seen: Text =
        isClean ? "the working tree is clean" : "the working tree differs from the last commit"
      return Answer(Degree(isClean == expected), saw: seen, lacks: seen)
    case .tested(let expected):
      guard let count = facts?.testsRun else {
        return Answer(.unknown, lacks: "whether tests were run is not known")
      }
      let seen = Text("\(count) tests run")
      return Answer(Degree((count > 0) == expected), saw: seen, lacks: seen)
    case .headings(let headings): return summary(headings)
    case .changed(let all, let paths): return try changed(paths, all: all)
    case .outside(let paths): return try outside(paths)
    default: return .unknown
    }
  }

  private func summary(_ headings: [Text]) -> Answer {
    var text = circumstances.checkout?.analysis
    // The analysis stands before the commands that come with it.
    if case .texts(let texts) = subject { text = texts.first }
    guard let text else { return Answer(.unknown, lacks: "no submission") }
    return Self.answer(headings: headings, Page(text.bytes), "the summary")
  }

  // MARK: Changed paths

  /// The changed files: all of a diff, or what was measured since the claim.
  private var changes: [Change]? {
    if case .change(_, let all) = subject { return all }
    return circumstances.checkout?.changes
  }

  private static let unmeasured = Answer(
    .unknown, lacks: "what changed since the claim is not known")

  private func changed(_ paths: ChangedPaths, all: Bool) throws(JudgingFault) -> Answer {
    guard let changes else { return Self.unmeasured }
    guard let globs = globs(paths) else { return missingField(paths) }
    let shown = Text.joined(globs.map(\.source), by: " or ")
    if !all {
      for change in changes {
        let answer = try touches(globs, change)
        if answer.degree == .yes { return answer }
      }
      return Answer(.no, lacks: "no changed file matches " + shown)
    }
    if changes.isEmpty { return Answer(.no, lacks: "nothing changed") }
    let other = try first(of: changes, outside: globs)
    return Answer(Degree(other == nil), saw: changes.first?.path, lacks: other)
  }

  private func outside(_ paths: ChangedPaths) throws(JudgingFault) -> Answer {
    var changes = changes
    // Of a diff each file is asked about by itself.
    if case .change(let change, _) = subject { changes = [change] }
    guard let changes else { return Self.unmeasured }
    guard let globs = globs(paths) else { return missingField(paths) }
    let other = try first(of: changes, outside: globs)
    return Answer(
      Degree(other != nil), saw: other, lacks: "every changed file lies inside")
  }

  private func missingField(_ paths: ChangedPaths) -> Answer {
    let names = paths.fields + paths.globs.filter { !$0.isPlain }.map(\.source)
    return Answer(
      .unknown, lacks: Text.joined(names, by: " or ") + " cannot be told of this item")
  }

  /// The first path of a change, old or new, that no glob matches.
  private func first(
    of changes: [Change], outside globs: [PathPattern]
  ) throws(JudgingFault) -> Text? {
    for change in changes {
      for path in [change.path] + [change.from].compactMap({ $0 }) {
        if try touches(globs, Change(.modify, path)).degree != .yes { return path }
      }
    }
    return nil
  }

  /// The globs with this item's values; nil where one of them is missing.
  private func globs(_ paths: ChangedPaths) -> [PathPattern]? {
    var texts: [Text] = []
    for template in paths.globs {
      guard let filled = self.texts(of: template) else {
        // Beside the item's own list, what cannot be told adds nothing to it.
        if paths.fields.isEmpty { return nil }
        continue
      }
      texts += filled
    }
    if !paths.fields.isEmpty {
      guard let item,
        let own = paths.fields.lazy.compactMap({ ItemTexts.paths($0, in: item) }).first
      else { return nil }
      let here: Text = "./"
      texts += own.map { $0.hasPrefix(here) ? Text(bytes: Array($0.bytes.dropFirst(2))) : $0 }
    }
    return texts.map { PathPattern($0, ignoringCase: set.shell == .powershell) }
  }
}
