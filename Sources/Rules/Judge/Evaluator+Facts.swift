import JSONText

/// Conditions about items, changed files, and facts outside what is judged.
extension Evaluator {
  /// The item that is judged, or else the one that is worked on.
  var item: Node? {
    if case .item(let item) = subject { return item }
    return circumstances.item
  }

  func answer(item field: Text, _ comparison: Comparison) throws(JudgingFault) -> Answer {
    guard let item else { return .unknown }
    let value = Comparing.value(of: field, in: item)
    var answer = try compare(value, comparison)
    if answer.lacks == nil, answer.degree != .yes {
      answer.lacks =
        value.map { field + " is " + Text(bytes: $0.raw.array).shortened() }
        ?? (field + " is missing")
    }
    return answer
  }

  func answer(artifacts globs: [PathPattern], all: Bool) throws(JudgingFault) -> Answer {
    guard let item else { return .unknown }
    let named = ItemTexts.artifacts(item)
    var hits: [Text] = []
    for path in named {
      let found = NamedPath(
        candidates: [Paths.normal(path.bytes)], isCertain: true, written: path)
      if try found.matches(globs) == .yes { hits.append(path) }
    }
    return Answer(
      all ? !named.isEmpty && hits.count == named.count : !hits.isEmpty, saw: hits.first)
  }

  // MARK: Changes

  func answer(
    _ condition: Condition, _ change: Change, _ changes: [Change]
  ) throws(JudgingFault) -> Answer {
    switch condition {
    case .path(let globs): return try touches(globs, change)
    case .change(let kinds):
      return Answer(
        kinds.contains(change.kind.word) || (change.isBinary && kinds.contains("binary")),
        saw: change.path)
    case .added(let names): return try lines(names, change.added, change)
    case .removed(let names): return try lines(names, change.removed, change)
    case .also(let globs):
      for other in changes where other != change {
        let answer = try touches(globs, other)
        if answer.degree == .yes { return answer }
      }
      return .no
    case .tracked(let expected):
      guard let isTracked = change.isTracked ?? wasTracked(change) else { return .unknown }
      return Answer(isTracked == expected, saw: change.path)
    default: return .unknown
    }
  }

  /// Whether git knew the file when the checkout was measured; nil where it was not.
  private func wasTracked(_ change: Change) -> Bool? {
    guard let checkout = circumstances.checkout, checkout.changes != nil else { return nil }
    return !checkout.untracked.contains(change.path)
  }

  func touches(_ globs: [PathPattern], _ change: Change) throws(JudgingFault) -> Answer {
    for path in [change.path] + [change.from].compactMap({ $0 }) {
      let named = NamedPath(
        candidates: [Paths.normal(path.bytes)], isCertain: true, written: path)
      if try named.matches(globs) == .yes { return Answer(.yes, saw: path) }
    }
    return .no
  }

  private func lines(
    _ names: [Text], _ lines: [Text], _ change: Change
  ) throws(JudgingFault) -> Answer {
    let answer = try hit(names, in: [Text.joined(lines, by: "\n")])
    return Answer(answer.degree, saw: answer.saw.map { change.path + ": " + $0 })
  }

  func answer(count what: Text, _ comparison: Comparison) throws(JudgingFault) -> Answer {
    var changes = circumstances.checkout?.changes
    if case .change(_, let all) = subject { changes = all }
    let count =
      what == "commits"
      ? circumstances.checkout?.commits : changes.flatMap { Self.count(what, $0) }
    guard let count else {
      return Answer(.unknown, lacks: "the number of " + what + " is not known")
    }
    let seen = Text("\(count) ") + what
    return Answer(try compare(count, comparison).degree, saw: seen, lacks: seen)
  }

  private static func count(_ what: Text, _ changes: [Change]) -> Int? {
    switch what {
    case "files": changes.count
    case "lines": changes.reduce(0) { $0 + $1.added.count + $1.removed.count }
    case "new": changes.count { $0.kind == .add || $0.kind == .copy }
    case "deleted": changes.count { $0.kind == .delete }
    default: nil
    }
  }

  func compare(_ count: Int, _ comparison: Comparison) throws(JudgingFault) -> Answer {
    guard let document = try? Document(Bytes(Number(count).spelling.bytes)) else { return .unknown }
    return try compare(document.root, comparison)
  }

  /// A comparison with what the circumstances tell besides.
  func compare(_ node: Node?, _ comparison: Comparison) throws(JudgingFault) -> Answer {
    guard case .newer(let age) = comparison else {
      return try Comparing.answer(comparison, node)
    }
    guard let text = node?.text, let time = Timestamp(text) ?? Timestamp(serialised: text) else {
      return .unknown
    }
    // A time that somebody wrote down ahead of the clock would stay fresh for as long.
    if case .seconds(let seconds) = age, time > circumstances.now.adding(seconds: seconds) {
      return Answer(.no, saw: text, lacks: text)
    }
    return newer(time, age, saw: text)
  }

  /// Whether a time is not before another.
  func newer(_ time: Timestamp, _ age: Age, saw: Text) -> Answer {
    switch age {
    case .seconds(let seconds):
      return Answer(
        Degree(time.adding(seconds: seconds) >= circumstances.now), saw: saw, lacks: saw)
    case .claim:
      guard let claimed = circumstances.claimedAt else {
        return Answer(.unknown, lacks: "when the item was claimed is not known")
      }
      return Answer(Degree(time >= claimed), saw: saw, lacks: saw)
    }
  }

  // MARK: Facts

  func answer(fact condition: Condition) throws(JudgingFault) -> Answer {
    switch condition {
    case .variable(let name, let values, let isSet):
      let value = circumstances.variable(name)
      let hasValue = values.map { value.map($0.contains) ?? false } ?? true
      return Answer(
        Degree(hasValue && (isSet.map { $0 == (value != nil) } ?? true)), saw: name, lacks: name)
    case .approval(let right):
      let approval = Approvals(set: set, circumstances: circumstances, item: item)
        .approval(of: right, in: environment)
      return Answer(approval != nil, saw: approval)
    case .documented: return documented
    case .level(let least):
      guard let levels = set.levels, let rank = levels.rank(least),
        let held = set.heldLevel(circumstances)
      else { return .unknown }
      return Answer(held >= rank)
    case .time(let after, let before):
      let now = circumstances.now
      return Answer((after.map { now >= $0 } ?? true) && (before.map { now < $0 } ?? true))
    default: return .unknown
    }
  }

  /// Whether the item's own field says at least the level that is needed.
  private var documented: Answer {
    guard let item, let least = neededLevel ?? set.heldLevel(circumstances) else { return .unknown }
    guard let text = item["level"]?.text, let rank = set.documentedLevel(text, circumstances) else {
      return .no
    }
    return Answer(rank >= least, saw: text)
  }
}

extension Change.Kind {
  /// The word that rule sets use.
  var word: Text { rawValue }
}
