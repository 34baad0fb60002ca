extension Schema {
  /// What is wrong with a value, in the order of the text; nothing where it fits.
  package func findings(in value: Node) -> [SchemaFinding] {
    var validation = Validation(self)
    _ = validation.fits(0, value)
    return validation.placed(in: value.document)
  }
}

/// One look at a value, which notes everything that does not fit.
struct Validation {
  /// How deeply schemas and values may be nested together before the look ends, which is a fault of its own.
  static let depthLimit = 600
  /// How many faults are told one by one.
  static let findingLimit = 200

  private let schema: Schema
  /// What parts that several places lead to have said of values.
  private var answers: [Question: Bool] = [:]
  /// The questions whose faults are noted already.
  private var told: Set<Question> = []
  private var depth = 0
  /// Above 0 while it is only asked whether something fits.
  private var silence = 0
  private var path: [Text] = []
  private var notes: [(pointer: Text, offset: Int, text: Text)] = []
  private var cut: (pointer: Text, offset: Int)?

  private struct Question: Hashable {
    var part: Int
    var node: Int
  }

  init(_ schema: Schema) { self.schema = schema }

  /// The notes with their lines and columns, in the order of the text.
  func placed(in document: Document) -> [SchemaFinding] {
    var all = notes
    if let cut {
      all.append(
        (cut.pointer, cut.offset, "the value is nested too deeply to be held against the schema"))
    }
    all.sort { $0.offset < $1.offset }
    var places = Places(document.source)
    var findings = all.prefix(Self.findingLimit).map { note in
      let place = places.place(of: note.offset)
      return SchemaFinding(
        pointer: note.pointer, line: place.line, column: place.column, text: note.text)
    }
    let rest = all.count - findings.count
    if rest > 0, let last = findings.indices.last {
      findings[last].text = findings[last].text + Text("; and \(rest) more faults follow")
    }
    return findings
  }

  // MARK: Asking

  /// Whether a value fits a part; notes why not, unless that is not wanted.
  mutating func fits(_ part: Int, _ node: Node) -> Bool {
    guard depth < Self.depthLimit else {
      if cut == nil { cut = (JSONPointer.text(path), node.sourceRange.lowerBound) }
      return false
    }
    let question = Question(part: part, node: node.index)
    let isShared = schema.parts[part].isShared
    if isShared, let known = answers[question],
      known || silence > 0 || !told.insert(question).inserted
    {
      return known
    }
    depth += 1
    defer { depth -= 1 }
    var fits = true
    for constraint in schema.parts[part].constraints where !holds(constraint, node) {
      fits = false
      if silence > 0 { break }
    }
    if isShared {
      answers[question] = fits
      if silence == 0 { told.insert(question) }
    }
    return fits
  }

  /// The same without a note.
  private mutating func quietlyFits(_ part: Int, _ node: Node) -> Bool {
    silence += 1
    defer { silence -= 1 }
    return fits(part, node)
  }

  private mutating func fits(_ part: Int, _ node: Node, at step: Text) -> Bool {
    path.append(step)
    defer { path.removeLast() }
    return fits(part, node)
  }

  private mutating func note(_ node: Node, _ text: @autoclosure () -> Text) -> Bool {
    if silence == 0 {
      notes.append((JSONPointer.text(path), node.sourceRange.lowerBound, text()))
    }
    return false
  }

  private mutating func holds(_ constraint: Schema.Constraint, _ node: Node) -> Bool {
    switch constraint {
    case .never: return note(node, "nothing may stand here")
    case .types(let types):
      return types.contains { $0.holds(node) }
        || note(node, "must be " + Self.words(of: types) + ", not " + node.words)
    case .values(let keys, let words):
      return keys.contains(ValueKey(node)) || note(node, "must be " + words + ", not " + node.words)
    case .limit(let limit, let bound, let words):
      guard let value = node.number?.decimal else { return true }
      let order = value.compared(to: bound)
      return limit.holds(order)
        || note(node, "must be " + limit.words + words + ", not " + node.words)
    case .multiple(let divisor, let words):
      guard let value = node.number?.decimal else { return true }
      return value.isMultiple(of: divisor)
        || note(node, "must be a multiple of " + words + ", not " + node.words)
    case .count(let counted, let least, let most):
      return holds(counted, least, most, node)
    case .pattern(let expression, let words):
      guard let text = node.text else { return true }
      return expression(text.bytes) || note(node, "must match the pattern " + words)
    case .unique: return isUnique(node)
    case .required(let keys): return holds(required: keys, node)
    case .dependent(let rules): return holds(dependent: rules, node)
    case .members(let named, let matching, let others):
      return holdsMembers(node, named, matching, others)
    case .names(let part):
      var all = true
      for entry in node.entries where !fits(part, entry.key, at: entry.key.text ?? "") {
        all = false
        if silence > 0 { break }
      }
      return all
    case .elements(let first, let rest): return holdsElements(node, first, rest)
    case .contains(let part, let least, let most): return contains(node, part, least, most)
    case .reference(let part): return fits(part, node)
    case .all(let parts):
      var all = true
      for part in parts where !fits(part, node) {
        all = false
        if silence > 0 { break }
      }
      return all
    case .any(let parts): return fitsAny(parts, node)
    case .one(let parts): return fitsOne(parts, node)
    case .not(let part):
      return !quietlyFits(part, node) || note(node, "is just what the schema excludes")
    case .condition(let part, let then, let otherwise):
      return (quietlyFits(part, node) ? then : otherwise).map { fits($0, node) } ?? true
    }
  }

  // MARK: Values by themselves

  private mutating func holds(
    _ counted: Schema.Counted, _ least: Int?, _ most: Int?, _ node: Node
  ) -> Bool {
    guard node.kind == counted.kind else { return true }
    let count = counted.count(node)
    var holds = true
    if let least, count < least {
      holds = note(
        node, "must have at least " + counted.words(least) + ", and has " + Text("\(count)"))
    }
    if let most, count > most {
      holds = note(
        node, "must have at most " + counted.words(most) + ", and has " + Text("\(count)"))
    }
    return holds
  }

  private mutating func isUnique(_ node: Node) -> Bool {
    var seen: [ValueKey: Int] = [:]
    for (index, element) in node.elements.enumerated() {
      if let other = seen.updateValue(index, forKey: ValueKey(element)) {
        return note(element, Text("elements \(other) and \(index) are equal, and all must differ"))
      }
    }
    return true
  }

  // MARK: Objects

  private mutating func holds(required keys: [Text], _ node: Node) -> Bool {
    guard node.kind == .object else { return true }
    let present = Set(node.entries.compactMap(\.key.text))
    var all = true
    for key in keys where !present.contains(key) {
      all = note(node, key + " is missing")
    }
    return all
  }

  private mutating func holds(dependent rules: [(key: Text, on: [Text])], _ node: Node) -> Bool {
    guard node.kind == .object else { return true }
    let present = Set(node.entries.compactMap(\.key.text))
    var all = true
    for rule in rules where present.contains(rule.key) {
      for key in rule.on where !present.contains(key) {
        all = note(node, key + " is missing, which " + rule.key + " asks for")
      }
    }
    return all
  }

  private mutating func holdsMembers(
    _ node: Node, _ named: [Text: Int], _ matching: [(Schema.TextTest, Int)], _ others: Int?
  ) -> Bool {
    var all = true
    for (keyNode, value) in node.entries {
      let key = keyNode.text ?? ""
      var parts = [named[key]].compactMap { $0 }
      parts += matching.filter { $0.0(key.bytes) }.map(\.1)
      if parts.isEmpty, let others {
        if schema.parts[others].isNever {
          path.append(key)
          all = note(keyNode, "unknown key " + Self.quoted(key) + Self.hint(key, named))
          path.removeLast()
        } else {
          parts = [others]
        }
      }
      for part in parts where !fits(part, value, at: key) { all = false }
      if !all, silence > 0 { break }
    }
    return all
  }

  private static func hint(_ key: Text, _ named: [Text: Int]) -> Text {
    let nearest = NearestWord.find(key.string, among: named.keys.map(\.string).sorted()).first
    return nearest.map { "; did you mean " + quoted(Text($0)) + "?" } ?? ""
  }

  // MARK: Arrays

  private mutating func holdsElements(_ node: Node, _ first: [Int], _ rest: Int?) -> Bool {
    var all = true
    for (index, element) in node.elements.enumerated() {
      guard let part = first.indices.contains(index) ? first[index] : rest else { break }
      if !fits(part, element, at: Text("\(index)")) { all = false }
      if !all, silence > 0 { break }
    }
    return all
  }

  private mutating func contains(_ node: Node, _ part: Int, _ least: Int, _ most: Int?) -> Bool {
    guard node.kind == .array else { return true }
    var count = 0
    for element in node.elements where quietlyFits(part, element) { count += 1 }
    let found = ", and " + Text("\(count)") + " do"
    if count < least {
      return note(node, Text("at least \(least) of the elements must fit a schema") + found)
    }
    if let most, count > most {
      return note(node, Text("at most \(most) of the elements may fit a schema") + found)
    }
    return true
  }

  // MARK: Choices

  private mutating func fitsAny(_ parts: [Int], _ node: Node) -> Bool {
    for part in parts where quietlyFits(part, node) { return true }
    return noteMisfit(parts, node)
  }

  private mutating func fitsOne(_ parts: [Int], _ node: Node) -> Bool {
    var count = 0
    for part in parts where quietlyFits(part, node) { count += 1 }
    if count == 0 { return noteMisfit(parts, node) }
    return count == 1 || note(node, Text("fits \(count) schemas, of which exactly one must fit"))
  }

  /// Says what is wrong with a value that fits none of several schemas: where just one of them is about values of this
  /// kind, what that one says.
  private mutating func noteMisfit(_ parts: [Int], _ node: Node) -> Bool {
    guard silence == 0 else { return false }
    let types = parts.map(types)
    let near = parts.indices.filter { types[$0]?.contains { $0.holds(node) } ?? true }
    if near.count == 1 { return fits(parts[near[0]], node) }
    if near.isEmpty {
      var all: [SchemaType] = []
      for type in types.compactMap({ $0 }).flatMap({ $0 }) where !all.contains(type) {
        all.append(type)
      }
      return note(node, "must be " + Self.words(of: all) + ", not " + node.words)
    }
    return note(node, Text("fits none of the \(parts.count) schemas, one of which must fit"))
  }

  /// The types that a part allows at most; nil where it does not say.
  private func types(of part: Int) -> [SchemaType]? {
    for constraint in schema.parts[part].constraints {
      if case .types(let types) = constraint { return types }
      if case .reference(let target) = constraint, let types = types(of: target) { return types }
    }
    return nil
  }

  // MARK: Words

  private static func words(of types: [SchemaType]) -> Text {
    let words = types.map(\.words)
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    let first = words.dropLast().map(\.bytes).joined(separator: Text(", ").bytes)
    return Text(wellFormed: Array(first)) + " or " + last
  }

  private static func quoted(_ text: Text) -> Text { Text(wellFormed: JSONText.quoted(text)) }
}

extension Schema.Limit {
  /// Whether an order of value and bound is allowed.
  fileprivate func holds(_ order: Int) -> Bool {
    switch self {
    case .atLeast: order >= 0
    case .atMost: order <= 0
    case .above: order > 0
    case .below: order < 0
    }
  }

  fileprivate var words: Text {
    switch self {
    case .atLeast: "at least "
    case .atMost: "at most "
    case .above: "above "
    case .below: "below "
    }
  }
}

extension Schema.Counted {
  fileprivate var kind: Kind {
    switch self {
    case .characters: .string
    case .elements: .array
    case .members: .object
    }
  }

  /// Characters are code points; bytes that continue one are left out of the count.
  fileprivate func count(_ node: Node) -> Int {
    switch self {
    case .characters: node.text?.bytes.count { $0 & 0xC0 != 0x80 } ?? 0
    case .elements: node.elements.count
    case .members: node.entries.count
    }
  }

  fileprivate func words(_ number: Int) -> Text {
    let word =
      switch self {
      case .characters: "character"
      case .elements: "element"
      case .members: "member"
      }
    return Text("\(number) \(word)\(number == 1 ? "" : "s")")
  }
}
