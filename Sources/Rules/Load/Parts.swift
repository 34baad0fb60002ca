import JSONText

/// One source that a set is made from, opened but not yet read.
struct Part {
  let source: RuleSource
  let reader: SetReader
  let fields: Sections
  /// The parts that it extends, by their places in the list, directly or through others.
  var bases: Set<Int> = []
  /// The ones that it names itself.
  var direct: [Int] = []

  /// The name that it gives itself.
  let name: Text

  /// The value of a key that has to be there.
  func needed(_ key: SetKey) throws(RuleFault) -> Node {
    if let value = fields[key] { return value }
    throw reader.fault(Text(bytes: quoted(key.word)) + " is missing", at: fields.range(key))
  }
}

/// A set's own source with all that it extends, each once, and each behind those that it extends itself.
struct Parts {
  private(set) var list: [Part] = []
  private let vocabulary: Vocabulary
  private var places: [Text: Int] = [:]
  private var open: [Text] = []

  typealias Find = (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?

  /// Opens a source and everything that it extends.
  init(_ source: RuleSource, _ vocabulary: Vocabulary, find: Find) throws(RuleFault) {
    self.vocabulary = vocabulary
    _ = try add(source, find)
  }

  /// Takes a built-in source that extends nothing, without reading any of it.
  init(unread source: RuleSource, _ table: RuleTable, _ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    let reader = SetReader(source, vocabulary, isEager: false)
    list = [
      Part(
        source: source, reader: reader, fields: Sections(table, source.bytes), name: table.name)
    ]
  }

  /// The set's own source.
  var own: Part { list[list.count - 1] }

  private mutating func add(_ source: RuleSource, _ find: Find) throws(RuleFault) -> Int {
    open.append(source.name)
    defer { open.removeLast() }
    let reader = SetReader(source, vocabulary, isEager: true)
    let document: Document
    do {
      document = try Document(source.bytes)
    } catch {
      throw RuleFault(
        file: source.name, line: error.line, column: error.column, text: Text(error.message))
    }
    let fields = try Fields(document.root, reader, SetKey.self, later: SetKey.reserved)
    let name = try Self.head(fields, reader)
    var part = Part(source: source, reader: reader, fields: Sections(fields), name: name)
    if let value = fields[.extends] {
      try reader.eachText(value) { (name, element) throws(RuleFault) in
        let base = try self.base(name, element, of: part, find)
        if part.direct.contains(base) {
          throw reader.fault("extends names " + Text(bytes: quoted(name)) + " twice", element)
        }
        part.direct.append(base)
        part.bases.formUnion(list[base].bases.union([base]))
      }
    }
    list.append(part)
    places[source.name] = list.count - 1
    return list.count - 1
  }

  private mutating func base(
    _ name: Text, _ element: Node, of part: Part, _ find: Find
  ) throws(RuleFault) -> Int {
    guard let source = try find(name, part.source) else {
      throw part.reader.unknown("rule set", name, among: BuiltIn.names, element)
    }
    if let place = places[source.name] { return place }
    if let start = open.firstIndex(of: source.name) {
      let circle = (open[start...] + [source.name]).map(\.bytes)
      let text = Text(bytes: Array(circle.joined(separator: Array(" → ".utf8))))
      throw part.reader.fault("sets extend each other in a circle: " + text, element)
    }
    return try add(source, find)
  }

  /// Checks the keys that every source needs, and gives its name.
  private static func head(
    _ fields: Fields<SetKey>, _ reader: SetReader
  ) throws(RuleFault) -> Text {
    // Asked first: a set of a later language may differ in everything else.
    let language = try fields.needed(.language, reader)
    guard let number = language.integer, number >= 1 else {
      throw reader.fault("language must be 1, not " + language.words, language)
    }
    if number > 1 {
      throw reader.fault(
        "language " + Text("\(number)") + " needs a later version of conductor", language)
    }
    let node = try fields.needed(.ruleset, reader)
    let name = try reader.text(node)
    let isName =
      name.bytes.first.map { (0x61...0x7A).contains($0) } == true
      && name.bytes.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
    guard isName else {
      throw reader.fault(
        "a set's name is small letters, digits and dashes, and begins with a letter", node)
    }
    if name == "conductor" {
      throw reader.fault("the name \"conductor\" is taken by the program's own rules", node)
    }
    _ = try reader.phrase(try fields.needed(.version, reader))
    return name
  }

  // MARK: What several parts say

  /// One thing that a part says under a name.
  struct Entry {
    var name: Text
    var part: Int
    var node: Node
  }

  /// What holds of a name that several parts define: the word of the part that extends all the others.
  ///
  /// Two parts that do not extend each other must say the same, or the set itself must settle it.
  func merged(_ section: Text, _ entries: [Entry]) throws(RuleFault) -> [Entry] {
    if list.count == 1 { return entries }
    var result: [Entry] = []
    var index: [Text: Int] = [:]
    var others: [Text: [Entry]] = [:]
    for entry in entries {
      if let place = index[entry.name] {
        others[entry.name, default: []].append(result[place])
        result[place] = entry
      } else {
        index[entry.name] = result.count
        result.append(entry)
      }
    }
    for (name, losers) in others.sorted(by: { $0.key < $1.key }) {
      guard let place = index[name] else { continue }
      let winner = result[place]
      for loser in losers where !list[winner.part].bases.contains(loser.part) {
        if loser.node.json == winner.node.json { continue }
        throw own.reader.fault(
          list[loser.part].name + " and " + list[winner.part].name + " differ in " + section + " "
            + Text(bytes: quoted(name)) + "; say here what holds",
          at: own.fields.range(.extends))
      }
    }
    return result
  }

  /// The members of a section over all parts, merged.
  func named(_ key: SetKey) throws(RuleFault) -> [Entry] {
    var entries: [Entry] = []
    for (index, part) in list.enumerated() {
      guard let section = part.fields[key] else { continue }
      try part.reader.named(section) { (name, node) throws(RuleFault) in
        entries.append(Entry(name: name, part: index, node: node))
      }
    }
    return try merged(key.word, entries)
  }

  /// A key of the top level over all parts; nil where none has it.
  func single(_ key: SetKey) throws(RuleFault) -> Entry? {
    let word = key.word
    var entries: [Entry] = []
    for (index, part) in list.enumerated() {
      if let node = part.fields[key] { entries.append(Entry(name: word, part: index, node: node)) }
    }
    return try merged("key", entries).first
  }

  /// The reader of the part that an entry came from.
  func reader(_ entry: Entry) -> SetReader { list[entry.part].reader }

  /// Which shell the command rules read; every part has to read the same one.
  func shell() throws(RuleFault) -> RuleSet.Shell {
    var shells: [RuleSet.Shell] = []
    for part in list {
      var shell: RuleSet.Shell?
      if let node = part.fields[.shell] {
        let known: [Text] = ["posix", "powershell"]
        let word = try part.reader.word(node, "shell", among: known)
        shell = word == known[0] ? .posix : .powershell
      }
      for base in part.direct {
        if let shell, shell != shells[base] {
          throw part.reader.fault(
            "the command rules of " + list[base].name + " read another shell, so that one set "
              + "cannot hold both; load them as two sets",
            at: part.fields.range(part.fields[.shell] == nil ? .extends : .shell))
        }
        shell = shells[base]
      }
      shells.append(shell ?? .posix)
    }
    return shells[shells.count - 1]
  }
}
