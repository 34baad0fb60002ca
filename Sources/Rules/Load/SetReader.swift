import JSONText

/// What the parts of a set may refer to.
struct Names: Sendable {
  var params = Params()
  var shell: RuleSet.Shell = .posix
  var actors: [Text] = []
  /// Actors of an inherited chain that the set's own chain has replaced.
  var formerActors: Set<Text> = []
  /// The source whose chain holds; it can only speak of those who are in it.
  var chainSource: Text?
  var environments: [Text] = []
  /// The levels, the lowest first; nil for a set without any.
  var levels: [Text]?
  var detectors: Set<Text> = []
}

/// The names of a set while it is made, and those that it was seen to use.
final class Vocabulary {
  var names: Names
  var usedParams: Set<Text> = []
  var usedDetectors: Set<Text> = []

  init(_ names: Names = Names()) { self.names = names }

  /// The value of a param, which then counts as used.
  func value(ofParam name: Text) -> Params.Value? {
    guard let value = names.params[name] else { return nil }
    note(param: name)
    return value
  }

  /// Notes that a param is used, unless that was settled when the program was built.
  func note(param name: Text) {
    if !names.params.isUnread { usedParams.insert(name) }
  }

  /// The same for a detector.
  func note(detector name: Text) {
    if !names.params.isUnread { usedDetectors.insert(name) }
  }
}

/// Reads values of one source of a set, puts params in, and says where it cannot.
final class SetReader {
  let source: RuleSource
  let vocabulary: Vocabulary
  /// Whether references are checked and patterns compiled, so that a fault is found now. A built-in set was proved before,
  /// and a part of it is read without the others that it refers to.
  let isEager: Bool
  /// Positions are asked for in rising order, as long as a file is read from its start to its end.
  private var places: Places

  init(_ source: RuleSource, _ vocabulary: Vocabulary, isEager: Bool) {
    self.source = source
    self.vocabulary = vocabulary
    self.isEager = isEager
    places = Places(source.bytes)
  }

  var names: Names { vocabulary.names }

  /// What is read of a built-in set, in which the tests have found no fault.
  static func proved<Value>(_ read: () throws(RuleFault) -> Value) -> Value {
    do throws(RuleFault) {
      return try read()
    } catch {
      preconditionFailure("a built-in rule set cannot be read: \(error.text)")
    }
  }

  // MARK: Places and faults

  /// Where a value stands.
  func place(_ node: Node) -> RulePlace {
    RulePlace(file: source.name, line: places.place(of: node.sourceRange.lowerBound).line)
  }

  /// The column in which a value begins.
  func column(_ node: Node) -> Int {
    places.place(of: node.sourceRange.lowerBound).column
  }

  func fault(_ text: Text, _ node: Node) -> RuleFault { fault(text, at: node.sourceRange) }

  func fault(_ text: Text, at range: Range<Int>) -> RuleFault {
    let place = places.place(of: range.lowerBound)
    return RuleFault(file: source.name, line: place.line, column: place.column, text: text)
  }

  /// A name that nothing has, with the one that was probably meant.
  func unknown(_ what: Text, _ word: Text, among known: [Text], _ node: Node) -> RuleFault {
    fault("unknown " + what + " " + Self.named(word, among: known), node)
  }

  func unknownKey(_ range: Range<Int>, among words: [Text], later: [Text] = []) -> RuleFault {
    let key = decodedString(source.bytes, range)
    if later.contains(key) {
      let text = Text(bytes: quoted(key)) + " needs a later version of conductor"
      return fault(text, at: range)
    }
    return fault("unknown key " + Self.named(key, among: words), at: range)
  }

  private static func named(_ word: Text, among known: [Text]) -> Text {
    let nearest = NearestWord.find(word.string, among: known.map(\.string)).first
    let hint: Text = nearest.map { "; did you mean " + Text(bytes: quoted(Text($0))) + "?" } ?? ""
    return Text(bytes: quoted(word)) + hint
  }

  // MARK: Texts

  /// A string, params put in.
  func text(_ node: Node, _ style: Params.Style = .plain) throws(RuleFault) -> Text {
    guard let text = node.text else {
      throw fault("expected a string, not " + node.words, node)
    }
    return Params.isPlain(text) ? text : try filled(text, style, node)
  }

  /// A string that says something.
  func phrase(_ node: Node) throws(RuleFault) -> Text {
    let text = try text(node)
    let isBlank = text.bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    if isBlank { throw fault("expected a text that is not empty", node) }
    return text
  }

  private func filled(_ text: Text, _ style: Params.Style, _ node: Node) throws(RuleFault) -> Text {
    do {
      return try names.params.filled(text, style, noting: vocabulary.note(param:))
    } catch {
      switch error {
      case .unknown(let name): throw unknownParam(name, node)
      case .open: throw fault("${ without }; write $${ for the text ${ itself", node)
      case .list(let name):
        let param = "the param " + Text(bytes: quoted(name))
        throw fault(param + " is an array, which can only be a whole element of an array", node)
      }
    }
  }

  /// The value of a param that stands inside a text.
  func param(
    _ name: Text, _ style: Params.Style, _ node: Node
  ) throws(RuleFault) -> [UInt8] {
    switch vocabulary.value(ofParam: name) {
    case .scalar(let value): return Params.spelled(value, style)
    case .list:
      throw fault(
        "the param " + Text(bytes: quoted(name))
          + " is an array, which can only be a whole element of an array", node)
    case nil: throw unknownParam(name, node)
    }
  }

  private func unknownParam(_ name: Text, _ node: Node) -> RuleFault {
    var fault = unknown("param", name, among: names.params.values.keys.sorted(), node)
    fault.text = fault.text + "; write $${ for the text ${ itself"
    return fault
  }

  /// Each text of an array, or the one that stands for it; an array param takes the place of the element that
  /// names it.
  func eachText(
    _ node: Node, _ style: Params.Style = .plain,
    _ body: (Text, Node) throws(RuleFault) -> Void
  ) throws(RuleFault) {
    let elements = node.kind == .array ? node.elements : [node]
    for element in elements {
      guard let text = element.text else {
        throw fault("expected a string, not " + element.words, element)
      }
      if Params.isPlain(text) {
        try body(text, element)
      } else if let name = Params.name(text),
        case .list(let values) = vocabulary.value(ofParam: name)
      {
        for value in values { try body(Text(bytes: Params.spelled(value, style)), element) }
      } else {
        try body(try filled(text, style, element), element)
      }
    }
  }

  /// The texts of an array, or the one that stands for it.
  func texts(_ node: Node, mayBeEmpty: Bool = false) throws(RuleFault) -> [Text] {
    var result: [Text] = []
    try eachText(node) { (text, _) throws(RuleFault) in result.append(text) }
    if result.isEmpty, !mayBeEmpty { throw isEmpty(node) }
    return result
  }

  private func isEmpty(_ node: Node) -> RuleFault {
    fault("expected at least one element", node)
  }

  /// The texts of an array, each of which must be known.
  func texts(
    _ node: Node, each what: Text, among known: [Text], mayBeEmpty: Bool = false
  ) throws(RuleFault) -> [Text] {
    var result: [Text] = []
    try eachText(node) { (text, element) throws(RuleFault) in
      guard !isEager || known.contains(text) else {
        throw unknown(what, text, among: known, element)
      }
      result.append(text)
    }
    if result.isEmpty, !mayBeEmpty { throw isEmpty(node) }
    return result
  }

  /// A text that must be known.
  func word(_ node: Node, _ what: Text, among known: [Text]) throws(RuleFault) -> Text {
    let text = try text(node)
    guard !isEager || known.contains(text) else { throw unknown(what, text, among: known, node) }
    return text
  }

  /// The members of an object whose keys are names that its author chose, params put in.
  func named(
    _ node: Node, _ body: (Text, Node) throws(RuleFault) -> Void
  ) throws(RuleFault) {
    guard node.kind == .object else { throw fault("expected an object, not " + node.words, node) }
    var filledKeys: Set<Text> = []
    try node.forEachMember { (range, value) throws(RuleFault) in
      var key = decodedString(source.bytes, range)
      if !Params.isPlain(key) {
        key = try filled(key, .plain, value)
        if !filledKeys.insert(key).inserted || node[key] != nil {
          throw fault(Text(bytes: quoted(key)) + " stands there twice", at: range)
        }
      }
      if key.isEmpty { throw fault("expected a name that is not empty", at: range) }
      try body(key, value)
    }
  }

  // MARK: Patterns

  /// The expressions of an array, or the one that stands for it.
  func patterns(
    _ node: Node, wholeWords: Bool = true, ignoringCase: Bool = true, byLine: Bool = false
  ) throws(RuleFault) -> [Pattern] {
    var result: [Pattern] = []
    try eachText(node, .expression) { (text, element) throws(RuleFault) in
      let pattern = Pattern(
        text, wholeWords: wholeWords, ignoringCase: ignoringCase, byLine: byLine)
      if isEager {
        do throws(PatternError) {
          _ = try pattern.expression()
        } catch {
          throw bad("expression", error, element)
        }
      }
      result.append(pattern)
    }
    if result.isEmpty { throw isEmpty(node) }
    return result
  }

  /// The globs of an array, or the one that stands for it.
  func globs(_ node: Node, ignoringCase: Bool? = nil) throws(RuleFault) -> [PathPattern] {
    var result: [PathPattern] = []
    try eachText(node, .glob) { (text, element) throws(RuleFault) in
      let pattern = PathPattern(text, ignoringCase: ignoringCase ?? (names.shell == .powershell))
      if isEager {
        do throws(PatternError) {
          _ = try pattern.glob()
        } catch {
          throw bad("glob", error, element)
        }
      }
      result.append(pattern)
    }
    if result.isEmpty { throw isEmpty(node) }
    return result
  }

  /// One expression.
  func pattern(_ node: Node) throws(RuleFault) -> Pattern {
    if node.kind == .array { throw fault("expected a string, not an array", node) }
    guard let pattern = try patterns(node).first else { throw isEmpty(node) }
    return pattern
  }

  private func bad(_ what: Text, _ error: PatternError, _ node: Node) -> RuleFault {
    let place = Text(", at byte \(error.offset + 1) of it")
    return fault("bad " + what + ": " + Text(error.reason.rawValue) + place, node)
  }

  // MARK: Other values

  func flag(_ node: Node) throws(RuleFault) -> Bool {
    guard let flag = node.bool else {
      throw fault("expected true or false, not " + node.words, node)
    }
    return flag
  }

  func verdict(_ node: Node) throws(RuleFault) -> Verdict {
    let word = try text(node)
    guard let verdict = Verdict(word) else {
      throw unknown("verdict", word, among: Verdict.allCases.map(\.word), node)
    }
    return verdict
  }

  func time(_ node: Node) throws(RuleFault) -> Timestamp {
    guard let time = Timestamp(try text(node)) else {
      throw fault(
        "expected a time such as \"2027-01-31T00:00:00Z\" or \"2027-01-31\", not " + node.words,
        node)
    }
    return time
  }

  /// Any value, params put in: a text that is just `${name}` becomes the value with its own type.
  func json(_ node: Node) throws(RuleFault) -> JSON {
    switch node.kind {
    case .string:
      guard let text = node.text else { return .null }
      if Params.isPlain(text) { return .string(text) }
      if let name = Params.name(text), case .scalar(let value) = vocabulary.value(ofParam: name) {
        return value
      }
      return .string(try filled(text, .plain, node))
    case .array: return .array(try jsons(node))
    case .object:
      var members: [JSON.Member] = []
      for member in node.members {
        members.append(JSON.Member(key: member.key, value: try json(member.value)))
      }
      return .object(members)
    case .number, .bool, .null: return node.json
    }
  }

  /// The values of an array, array params put in.
  func jsons(_ node: Node) throws(RuleFault) -> [JSON] {
    guard node.kind == .array else { throw fault("expected an array, not " + node.words, node) }
    var result: [JSON] = []
    for element in node.elements {
      if let name = element.text.flatMap(Params.name),
        case .list(let values) = vocabulary.value(ofParam: name)
      {
        result += values
      } else {
        result.append(try json(element))
      }
    }
    return result
  }
}
