import JSONText

/// Conditions about files, and about what was measured of the checkout.
extension ConditionReader {
  // MARK: Which files

  private func choice<Key: ChoiceKeyList>(
    _ fields: Fields<Key>, _ path: Key
  ) throws(RuleFault) -> FileChoice {
    var choice = FileChoice(paths: try paths(try fields.needed(path, reader)))
    if let node = fields[Key.newest] { choice.newest = try reader.flag(node) }
    if let node = fields[Key.newerThan] { choice.newerThan = try age(node) }
    if let node = fields[Key.names] { choice.names = try reader.templates(node, .plain) }
    if let node = fields[Key.mentions] { choice.mentions = try paths(node) }
    return choice
  }

  private func paths(_ node: Node) throws(RuleFault) -> [Template] {
    let paths = try reader.templates(node, .glob)
    guard reader.isEager else { return paths }
    for path in paths {
      do throws(PatternError) {
        _ = try FilePattern(path.sample, ignoringCase: false)
      } catch {
        throw reader.fault("bad glob: " + Text(error.reason.rawValue), node)
      }
    }
    return paths
  }

  /// A duration, or the word for the time since the claim.
  func age(_ node: Node) throws(RuleFault) -> Age {
    let text = try reader.text(node)
    if text == "claim" { return .claim }
    guard let span = TimeSpan.seconds(text) else {
      throw reader.fault(
        "expected a duration such as \"45m\", \"2h\" or \"1d\", or \"claim\", not " + node.words,
        node)
    }
    return .seconds(Int64(span))
  }

  // MARK: What is asked of them

  func file(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, FileKey.self)
    try fields.atLeastOne(
      [.exists, .contains, .newerThan, .names, .mentions, .count, .commands], reader)
    var question = FileQuestion(choice: try choice(fields, .path))
    question.exists = try fields[.exists].map(reader.flag)
    question.contains = try fields[.contains].map(detector)
    question.commands = try fields[.commands].map(reader.level)
    question.count = try fields[.count].map(counting)
    question.every = try fields[.every].map(reader.flag) ?? false
    if let node = fields[.count], question.exists != nil || question.every {
      throw reader.fault("\"count\" stands neither beside \"exists\" nor beside \"every\"", node)
    }
    if let node = fields[.every], question.every, question.exists == false {
      throw reader.fault("\"every\" asks for files that exist", node)
    }
    return try settled(.file(question), fields[.onUnknown])
  }

  private func detector(_ node: Node) throws(RuleFault) -> Text {
    if node.kind != .array, let only = try detectors(node).first { return only }
    throw reader.fault("expected a string, not an array", node)
  }

  func json(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ComparisonKey.self)
    try only(
      ComparisonKey.choosing + ComparisonKey.operators
        + [.pointer, .each, .some, .count, .onUnknown], in: fields)
    let (key, value) = try fields.exactlyOne(
      ComparisonKey.operators + [.each, .some, .count], reader)
    let test: ValueTest
    switch key {
    case .each:
      let (pointer, comparison) = try element(value)
      test = .each(pointer, comparison)
    case .some:
      let (pointer, comparison) = try element(value)
      test = .some(pointer, comparison)
    case .count: test = .count(try counting(value))
    default: test = .compare(try comparison(fields))
    }
    let question = JSONQuestion(
      choice: try choice(fields, .file), pointer: try pointer(try fields.needed(.pointer, reader)),
      test: test)
    return try settled(.json(question), fields[.onUnknown])
  }

  private func element(_ node: Node) throws(RuleFault) -> (Text, Comparison) {
    let fields = try Fields(node, reader, ComparisonKey.self)
    try only(ComparisonKey.operators + [.pointer], in: fields)
    return (try fields[.pointer].map(pointer) ?? "", try comparison(fields))
  }

  private func pointer(_ node: Node) throws(RuleFault) -> Text {
    let text = try reader.text(node)
    guard text.isEmpty || Self.isPointer(text) else { throw badPointer(node) }
    return text
  }

  func csv(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ComparisonKey.self)
    let tests: [ComparisonKey] = [.column, .count, .columns, .unique, .deleted, .sound]
    let (key, value) = try fields.exactlyOne(tests, reader)
    let comparing = key == .column ? ComparisonKey.operators : []
    try only(ComparisonKey.choosing + comparing + [.rows, .onUnknown, key], in: fields)
    let test: TableTest
    switch key {
    case .column: test = .cell(try reader.phrase(value), try comparison(fields))
    case .count: test = .count(try counting(value))
    case .columns: test = .columns(try reader.texts(value))
    case .unique: test = .unique(try reader.phrase(value))
    case .deleted: test = .deleted(try counting(value))
    default: test = .sound(try reader.flag(value))
    }
    var rows: [(column: Text, values: [Template])] = []
    if let node = fields[.rows] {
      if key != .column, key != .count {
        throw reader.fault("\"where\" chooses rows for \"column\" and \"count\" only", node)
      }
      try reader.named(node) { (name, value) throws(RuleFault) in
        rows.append((name, try reader.templates(value, .plain)))
      }
    }
    let question = TableQuestion(choice: try choice(fields, .file), rows: rows, test: test)
    return try settled(.csv(question), fields[.onUnknown])
  }

  func markdown(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, PageKey.self)
    try fields.atLeastOne([.section, .headings, .boxes, .row], reader)
    var question = PageQuestion(choice: try choice(fields, .file))
    question.section = try fields[.section].map { (node) throws(RuleFault) in
      try reader.template(node, .plain)
    }
    question.headings = try fields[.headings].map { (node) throws(RuleFault) in
      try reader.texts(node)
    }
    if let node = fields[.row] { question.row = try reader.templates(node, .plain) }
    if let node = fields[.boxes] { try readBoxes(node, into: &question) }
    return try settled(.markdown(question), fields[.onUnknown])
  }

  private func readBoxes(_ node: Node, into question: inout PageQuestion) throws(RuleFault) {
    if node.kind == .string {
      _ = try reader.word(node, "word", among: ["ticked"])
      question.checked = .atLeast(Number(1))
      question.unchecked = .equals(0)
      return
    }
    let fields = try Fields(node, reader, BoxKey.self)
    try fields.atLeastOne([.checked, .unchecked], reader)
    question.checked = try fields[.checked].map(counting)
    question.unchecked = try fields[.unchecked].map(counting)
  }

  // MARK: What was measured

  func changed(_ node: Node) throws(RuleFault) -> Condition {
    guard node.kind == .object else {
      return .changed(all: false, ChangedPaths(globs: try changedGlobs(node)))
    }
    let fields = try Fields(node, reader, ArtifactKey.self)
    let (key, value) = try fields.exactlyOne([.all, .any], reader)
    return .changed(all: key == .all, ChangedPaths(globs: try changedGlobs(value)))
  }

  func outside(_ node: Node) throws(RuleFault) -> Condition {
    guard node.kind == .object else {
      return .outside(ChangedPaths(globs: try changedGlobs(node)))
    }
    let fields = try Fields(node, reader, OutsideKey.self)
    var paths = ChangedPaths(globs: [])
    paths.fields = try reader.texts(try fields.needed(.item, reader))
    if let node = fields[.paths] { paths.globs = try changedGlobs(node) }
    return .outside(paths)
  }

  private func changedGlobs(_ node: Node) throws(RuleFault) -> [Template] {
    let globs = try reader.templates(node, .glob)
    guard reader.isEager else { return globs }
    for glob in globs {
      do throws(PatternError) { _ = try Glob(glob.sample.bytes) } catch {
        throw reader.fault("bad glob: " + Text(error.reason.rawValue), node)
      }
    }
    return globs
  }
}
