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
    return try Comparing.answer(comparison, Comparing.value(of: field, in: item))
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
    case .count(let what, let comparison):
      guard let count = Self.count(what, changes) else { return .unknown }
      return try Self.compare(count, comparison)
    default: return .unknown
    }
  }

  private func touches(_ globs: [PathPattern], _ change: Change) throws(JudgingFault) -> Answer {
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

  private static func count(_ what: Text, _ changes: [Change]) -> Int? {
    switch what {
    case "files": changes.count
    case "lines": changes.reduce(0) { $0 + $1.added.count + $1.removed.count }
    case "new": changes.count { $0.kind == .add || $0.kind == .copy }
    case "deleted": changes.count { $0.kind == .delete }
    default: nil
    }
  }

  private static func compare(
    _ count: Int, _ comparison: Comparison
  ) throws(JudgingFault) -> Answer {
    guard let document = try? Document(Bytes(Number(count).spelling.bytes)) else { return .unknown }
    return try Comparing.answer(comparison, document.root)
  }

  // MARK: Facts

  func answer(fact condition: Condition) throws(JudgingFault) -> Answer {
    switch condition {
    case .variable(let name, let values, let isSet):
      let value = circumstances.variable(name)
      let hasValue = values.map { value.map($0.contains) ?? false } ?? true
      return Answer(hasValue && (isSet.map { $0 == (value != nil) } ?? true), saw: name)
    case .file(let path, let exists, let contains, let newerThan):
      return try file(path, exists, contains, newerThan)
    case .json(let file, let pointer, let comparison):
      return try json(file, pointer, comparison)
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

  private func file(
    _ path: Text, _ exists: Bool?, _ contains: Text?, _ newerThan: Int64?
  ) throws(JudgingFault) -> Answer {
    let fact = circumstances.files.fact(path)
    var answer = Answer(.yes)
    if let exists {
      if case .absent = fact {
        answer = answer.and(Answer(!exists))
      } else {
        answer = answer.and(Answer(exists))
      }
    }
    if let contains {
      if case .content(let bytes) = fact {
        answer = answer.and(try hit([contains], in: [Text(bytes: bytes.array)]))
      } else {
        answer = answer.and(.unknown)
      }
    }
    if let newerThan {
      if let modified = circumstances.files.modified(path) {
        answer = answer.and(Answer(modified.adding(seconds: newerThan) >= circumstances.now))
      } else {
        answer = answer.and(.unknown)
      }
    }
    return Answer(answer.degree, saw: answer.degree == .no ? nil : path)
  }

  private func json(
    _ file: Text, _ pointer: Text, _ comparison: Comparison
  ) throws(JudgingFault) -> Answer {
    guard case .content(let bytes) = circumstances.files.fact(file),
      let document = try? Document(bytes.withoutMark)
    else { return .unknown }
    return try Comparing.answer(comparison, JSONPointer.value(at: pointer, in: document.root))
  }
}

extension Bytes {
  /// The bytes behind a byte order mark.
  fileprivate var withoutMark: Bytes {
    count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF ? self[3..<count] : self
  }
}

extension Change.Kind {
  /// The word that rule sets use.
  var word: Text { rawValue }
}
