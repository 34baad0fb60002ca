extension Schema {
  /// Reads a schema, which may stand inside of a larger document; references begin at the schema itself.
  ///
  /// Refused are unknown keywords, values of the wrong kind, references that lead nowhere, out of the schema or in a
  /// circle, and patterns that the compiler of patterns refuses.
  package convenience init(
    _ node: Node, patterns compile: PatternCompiler
  ) throws(SchemaFault) {
    var reader = SchemaReader(root: node)
    _ = try reader.part(node)
    while let next = reader.open.popLast() {
      reader.parts[next.part].constraints = try reader.constraints(next.node, compile)
    }
    try reader.checkReferences()
    self.init(parts: reader.parts)
  }
}

/// Turns the nodes of a schema into parts, each once, however many references lead to it.
struct SchemaReader {
  /// The longest way of references and combinations from one schema to another about the same value.
  static let longestWay = 100

  let root: Node
  let id: Text?
  var parts: [Schema.Part] = []
  /// The parts that still have to be read.
  var open: [(node: Node, part: Int)] = []
  private var known: [Int: Int] = [:]
  /// Where each part stands.
  var nodes: [Node] = []
  /// The members of objects by way of which references lead.
  var members: [Int: [Text: Node]] = [:]

  init(root: Node) {
    self.root = root
    id = root["$id"]?.text
  }

  // MARK: Parts

  /// The part that stands for a schema.
  mutating func part(_ node: Node) throws(SchemaFault) -> Int {
    guard node.kind == .object || node.kind == .bool else {
      throw fault("a schema is an object, true or false, not " + node.words, node)
    }
    if let part = known[node.index] {
      parts[part].isShared = true
      return part
    }
    known[node.index] = parts.count
    open.append((node, parts.count))
    parts.append(Schema.Part())
    nodes.append(node)
    return parts.count - 1
  }

  private mutating func part(_ node: Node?) throws(SchemaFault) -> Int? {
    guard let node else { return nil }
    return try part(node) as Int
  }

  private mutating func parts(_ node: Node) throws(SchemaFault) -> [Int] {
    guard node.kind == .array, !node.elements.isEmpty else {
      throw fault("expected an array of schemas that is not empty, not " + node.words, node)
    }
    var result: [Int] = []
    for element in node.elements { result.append(try part(element)) }
    return result
  }

  private mutating func named(_ node: Node?) throws(SchemaFault) -> [(key: Node, part: Int)] {
    guard let node else { return [] }
    guard node.kind == .object else {
      throw fault("expected an object of schemas, not " + node.words, node)
    }
    var result: [(key: Node, part: Int)] = []
    for entry in node.entries { result.append((entry.key, try part(entry.value))) }
    return result
  }

  // MARK: Constraints

  /// What a schema asks.
  mutating func constraints(
    _ node: Node, _ compile: Schema.PatternCompiler
  ) throws(SchemaFault) -> [Schema.Constraint] {
    if let allows = node.bool { return allows ? [] : [.never] }
    var found: [SchemaKeyword: Node] = [:]
    for entry in node.entries {
      let name = entry.key.text ?? ""
      guard let keyword = SchemaKeyword(name) else { throw unknown(name, entry.key) }
      found[keyword] = entry.value
    }
    try checkNames(found, node)
    _ = try named(found[.definitions])
    var result: [Schema.Constraint] = []
    try addScalars(found, to: &result)
    if let node = found[.pattern] {
      result.append(.pattern(try expression(node, compile), words: words(node)))
    }
    try addArrays(found, to: &result)
    try addObjects(found, compile, to: &result)
    try addCombinations(found, to: &result)
    return result
  }

  private func unknown(_ name: Text, _ key: Node) -> SchemaFault {
    let nearest = NearestWord.find(name.string, among: SchemaKeyword.allCases.map(\.rawValue)).first
    let hint: Text = nearest.map { "; did you mean " + Text(bytes: quoted(Text($0))) + "?" } ?? ""
    return fault("unknown keyword " + Text(bytes: quoted(name)) + hint, key)
  }

  /// The dialect must be the one that is known, and only the whole schema may have a name.
  private func checkNames(_ found: [SchemaKeyword: Node], _ schema: Node) throws(SchemaFault) {
    if let node = found[.dialect] {
      let dialect: Text = "https://json-schema.org/draft/2020-12/schema"
      guard let text = node.text, text == dialect || text == dialect + "#" else {
        throw fault("$schema can only be " + Text(bytes: quoted(dialect)), node)
      }
    }
    guard let node = found[.id] else { return }
    guard schema.index == root.index, let text = node.text, !text.bytes.contains(Self.hash) else {
      throw fault("$id can only be a text without # at the top of the whole schema", node)
    }
  }

  /// What a fragment of a URI begins with.
  static let hash = UInt8(ascii: "#")

  private func addScalars(
    _ found: [SchemaKeyword: Node], to result: inout [Schema.Constraint]
  ) throws(SchemaFault) {
    if let node = found[.type] { result.append(.types(try types(node))) }
    if let node = found[.enum] {
      guard node.kind == .array else {
        throw fault("enum is an array of values, not " + node.words, node)
      }
      result.append(
        .values(node.elements.map { ValueKey($0) }, words: "one of " + words(of: node.elements)))
    }
    if let node = found[.const] {
      result.append(.values([ValueKey(node)], words: words(of: [node])))
    }
    for (keyword, limit) in [
      (SchemaKeyword.minimum, Schema.Limit.atLeast), (.maximum, .atMost),
      (.exclusiveMinimum, .above), (.exclusiveMaximum, .below),
    ] {
      guard let node = found[keyword] else { continue }
      result.append(.limit(limit, try number(node), words: words(node)))
    }
    if let node = found[.multipleOf] {
      let divisor = try number(node)
      guard divisor.significand != nil, !divisor.isNegative else {
        throw fault("multipleOf is a number above 0 of at most 18 digits, not " + node.words, node)
      }
      result.append(.multiple(divisor, words: words(node)))
    }
    for (counted, least, most) in [
      (Schema.Counted.characters, SchemaKeyword.minLength, SchemaKeyword.maxLength),
      (.elements, .minItems, .maxItems), (.members, .minProperties, .maxProperties),
    ] where found[least] != nil || found[most] != nil {
      result.append(.count(counted, least: try count(found[least]), most: try count(found[most])))
    }
  }

  private mutating func addArrays(
    _ found: [SchemaKeyword: Node], to result: inout [Schema.Constraint]
  ) throws(SchemaFault) {
    let first = try found[.prefixItems].map { (node) throws(SchemaFault) in try parts(node) } ?? []
    let rest = try part(found[.items])
    if !first.isEmpty || rest != nil { result.append(.elements(first: first, rest: rest)) }
    if let node = found[.uniqueItems] {
      guard let asks = node.bool else {
        throw fault("expected true or false, not " + node.words, node)
      }
      if asks { result.append(.unique) }
    }
    let (least, most) = (try count(found[.minContains]), try count(found[.maxContains]))
    if let part = try part(found[.contains]) {
      result.append(.contains(part, least: least ?? 1, most: most))
    }
  }

  private mutating func addObjects(
    _ found: [SchemaKeyword: Node], _ compile: Schema.PatternCompiler,
    to result: inout [Schema.Constraint]
  ) throws(SchemaFault) {
    if let node = found[.required] { result.append(.required(try texts(node))) }
    if let node = found[.dependentRequired] {
      guard node.kind == .object else {
        throw fault("expected an object, not " + node.words, node)
      }
      var dependent: [(key: Text, on: [Text])] = []
      for entry in node.entries {
        dependent.append((entry.key.text ?? "", try texts(entry.value)))
      }
      result.append(.dependent(dependent))
    }
    var properties: [Text: Int] = [:]
    for (key, part) in try named(found[.properties]) { properties[key.text ?? ""] = part }
    var matching: [(Schema.TextTest, Int)] = []
    for (key, part) in try named(found[.patternProperties]) {
      matching.append((try expression(key, compile), part))
    }
    let others = try part(found[.additionalProperties])
    if !properties.isEmpty || !matching.isEmpty || others != nil {
      result.append(.members(named: properties, matching: matching, others: others))
    }
    if let part = try part(found[.propertyNames]) { result.append(.names(part)) }
  }

  private mutating func addCombinations(
    _ found: [SchemaKeyword: Node], to result: inout [Schema.Constraint]
  ) throws(SchemaFault) {
    if let node = found[.reference] { result.append(.reference(try part(target(of: node)))) }
    if let node = found[.allOf] { result.append(.all(try parts(node))) }
    if let node = found[.anyOf] { result.append(.any(try parts(node))) }
    if let node = found[.oneOf] { result.append(.one(try parts(node))) }
    if let part = try part(found[.not]) { result.append(.not(part)) }
    let (then, otherwise) = (try part(found[.then]), try part(found[.else]))
    if let part = try part(found[.if]) {
      result.append(.condition(part, then: then, otherwise: otherwise))
    }
  }

  // MARK: Values

  private func types(_ node: Node) throws(SchemaFault) -> [SchemaType] {
    let elements = node.kind == .array ? node.elements : [node]
    var result: [SchemaType] = []
    for element in elements {
      guard let word = element.text?.string, let type = SchemaType(rawValue: word) else {
        let known = SchemaType.allCases.map(\.rawValue)
        let nearest = element.text.flatMap { NearestWord.find($0.string, among: known).first }
        let hint: Text =
          nearest.map { "; did you mean " + Text(bytes: quoted(Text($0))) + "?" } ?? ""
        throw fault("type names one of " + Text(known.joined(separator: ", ")) + hint, element)
      }
      result.append(type)
    }
    if result.isEmpty { throw fault("type names at least one type", node) }
    return result
  }

  private func number(_ node: Node) throws(SchemaFault) -> Decimal {
    guard let number = node.number else {
      throw fault("expected a number, not " + node.words, node)
    }
    return number.decimal
  }

  private func count(_ node: Node?) throws(SchemaFault) -> Int? {
    guard let node else { return nil }
    guard let count = node.integer, count >= 0 else {
      throw fault("expected a whole number from 0, not " + node.words, node)
    }
    return count
  }

  private func texts(_ node: Node) throws(SchemaFault) -> [Text] {
    let texts = node.elements.compactMap(\.text)
    guard node.kind == .array, texts.count == node.elements.count else {
      throw fault("expected an array of strings, not " + node.words, node)
    }
    return texts
  }

  private func expression(
    _ node: Node, _ compile: Schema.PatternCompiler
  ) throws(SchemaFault) -> Schema.TextTest {
    guard let text = node.text else { throw fault("expected a string, not " + node.words, node) }
    do {
      return try compile(text)
    } catch {
      throw fault("bad pattern: " + error.text, node)
    }
  }

  // MARK: Words and places

  /// A value as it is spelled, cut where it is long.
  private func words(_ node: Node) -> Text {
    let limit = 60
    if node.raw.count <= limit { return Text(bytes: node.raw.array) }
    return Text(bytes: node.raw[0..<limit].array) + "…"
  }

  private func words(of nodes: [Node]) -> Text {
    let shown = nodes.prefix(8).map(words)
    let text = Text(bytes: Array(shown.map(\.bytes).joined(separator: Text(", ").bytes)))
    return nodes.count > shown.count ? text + ", …" : text
  }

  func fault(_ text: Text, _ node: Node) -> SchemaFault {
    SchemaFault(range: node.sourceRange, text: text)
  }

  func fault(_ text: Text, _ part: Int) -> SchemaFault { fault(text, nodes[part]) }
}
