import JSONText

/// Makes a set of its parts: first what others refer to, then what refers to it.
struct SetBuilder {
  let parts: Parts
  let vocabulary: Vocabulary
  /// What was read so far.
  var contents: ReadContents

  init(_ parts: Parts, _ vocabulary: Vocabulary, _ contents: ReadContents = ReadContents()) {
    self.parts = parts
    self.vocabulary = vocabulary
    self.contents = contents
  }

  /// A set of the parts that says what was read of them.
  func set(_ contents: any SetContents) throws(RuleFault) -> RuleSet {
    let own = parts.own
    return RuleSet(
      name: own.name, version: try own.reader.text(try own.needed(.version)),
      sources: parts.list.reversed().map(\.source), shell: names.shell, unmatched: try unmatched(),
      contents)
  }

  /// Reads all parts.
  mutating func wholeSet() throws(RuleFault) -> RuleSet {
    try readParams()
    try readTitle()
    vocabulary.names.shell = try parts.shell()
    try readAuthority()
    vocabulary.names.environments = try parts.named(.environments).map(\.name)
    try nameDetectors()
    try readEnvironments()
    try readHints()
    try readPrograms()
    try readTargets()
    try readDetectors()
    try readLevels()
    try readRules()
    try readDeliverables()
    try readWaivers()
    try readPrompt()
    try readRedact()
    try readResponse()
    try readReview()
    try noteUnused()
    return try set(contents)
  }

  private var names: Names { vocabulary.names }

  // MARK: Params

  private func readParams() throws(RuleFault) {
    for entry in try parts.named(.params) {
      let reader = parts.reader(entry)
      guard Self.isParamName(entry.name) else {
        throw reader.fault(
          "the name of a param is letters, digits and _, and begins with a letter: "
            + Text(bytes: quoted(entry.name)), entry.node)
      }
      if entry.node.kind == .array {
        var values: [JSON] = []
        for element in entry.node.elements { values.append(try scalar(element, reader)) }
        vocabulary.names.params.values[entry.name] = .list(values)
      } else {
        vocabulary.names.params.values[entry.name] = .scalar(try scalar(entry.node, reader))
      }
    }
  }

  /// Notes what nothing refers to; a built-in set that is extended need not be used up.
  private mutating func noteUnused() throws(RuleFault) {
    let isBuiltIn = parts.own.source.isBuiltIn
    let open = parts.list.filter { isBuiltIn || !$0.source.isBuiltIn }.map(\.source.name)
    for name in names.detectors.subtracting(vocabulary.usedDetectors).sorted() {
      guard let place = contents.detectors[name]?.place, open.contains(place.file) else { continue }
      contents.unused.append((place, "no rule uses the detector " + Text(bytes: quoted(name))))
    }
    for entry in try parts.named(.params) where !vocabulary.usedParams.contains(entry.name) {
      let place = parts.reader(entry).place(entry.node)
      guard open.contains(place.file) else { continue }
      contents.unused.append((place, "nothing uses the param " + Text(bytes: quoted(entry.name))))
    }
  }

  private static func isParamName(_ name: Text) -> Bool {
    name.bytes.first.map { (0x61...0x7A).contains($0 | 0x20) } == true
      && name.bytes.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  private func scalar(_ node: Node, _ reader: SetReader) throws(RuleFault) -> JSON {
    switch node.kind {
    case .object, .array, .null:
      throw reader.fault(
        "a param is a text, a number, true, false, or an array of these, not " + node.words, node)
    case .string where reader.isEager && node.text.map(Params.isPlain) != true:
      throw reader.fault("a param cannot be made of other params", node)
    case .string, .number, .bool: return node.json
    }
  }

  // MARK: Single values

  /// Its own word, else the strictest of those that it extends.
  private func unmatched() throws(RuleFault) -> Verdict {
    var verdicts: [Verdict] = []
    for part in parts.list {
      let inherited = part.direct.map { verdicts[$0] }.max() ?? .allow
      verdicts.append(try part.fields[.unmatched].map(part.reader.verdict) ?? inherited)
    }
    return verdicts[verdicts.count - 1]
  }

  mutating func readTitle() throws(RuleFault) {
    if let title = parts.own.fields[.title] { contents.title = try parts.own.reader.text(title) }
  }

  mutating func readReview() throws(RuleFault) {
    guard let entry = try parts.single(.reviewedAgainst) else { return }
    let reader = parts.reader(entry)
    guard entry.node.kind == .object else {
      contents.review = Review(commit: try reader.phrase(entry.node), files: nil)
      return
    }
    let fields = try Fields(entry.node, reader, ReviewKey.self)
    contents.review = Review(
      commit: try reader.phrase(try fields.needed(.commit, reader)),
      files: try reader.texts(try fields.needed(.files, reader)))
  }

  /// The lines for the prompt, which add up over all parts.
  mutating func readPrompt() throws(RuleFault) {
    for part in parts.list {
      guard let node = part.fields[.prompt] else { continue }
      contents.prompt += try Self.promptLines(node, part.reader)
    }
  }

  /// The expressions to redact, which add up over all parts.
  mutating func readRedact() throws(RuleFault) {
    for part in parts.list {
      guard let node = part.fields[.redact] else { continue }
      contents.redact += try part.reader.patterns(node, ignoringCase: false).map(\.source)
    }
  }

  private static func promptLines(
    _ node: Node, _ reader: SetReader
  ) throws(RuleFault) -> [Text] {
    var lines: [Text] = []
    try reader.eachText(node) { (line, element) throws(RuleFault) in
      if reader.isEager, let objection = PromptLine.objection(line) {
        throw reader.fault(objection, element)
      }
      lines.append(line)
    }
    return lines
  }

  /// Lines for the prompt, which of a built-in set are read when they are asked for.
  private static func lines(
    _ node: Node, _ reader: SetReader
  ) throws(RuleFault) -> Deferred<Levels.Level.Lines> {
    if reader.isEager { return Deferred(Levels.Level.Lines(try promptLines(node, reader))) }
    let (source, names) = (reader.source, reader.names)
    return Deferred {
      SetReader.proved { () throws(RuleFault) in
        let reader = SetReader(source, Vocabulary(names), isEager: false)
        return Levels.Level.Lines(try promptLines(node, reader))
      }
    }
  }

  // MARK: Authority

  mutating func readAuthority() throws(RuleFault) {
    var scalars: [Parts.Entry] = []
    var rights: [Parts.Entry] = []
    var keys: [Parts.Entry] = []
    for (index, part) in parts.list.enumerated() {
      guard let node = part.fields[.authority] else { continue }
      let fields = try Fields(node, part.reader, AuthorityKey.self)
      for (key, name) in [(AuthorityKey.chain, "chain" as Text), (.escalateTo, "escalate_to")] {
        if let node = fields[key] {
          scalars.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
      if let node = fields[.rights] {
        try part.reader.named(node) { (name, node) throws(RuleFault) in
          rights.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
      if let node = fields[.keys] {
        try part.reader.named(node) { (name, node) throws(RuleFault) in
          keys.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
    }
    // "chain" stands before "escalate_to", which has to be one of it.
    for entry in try parts.merged("authority", scalars).sorted(by: { $0.name < $1.name }) {
      let reader = parts.reader(entry)
      if entry.name == "chain" {
        contents.authority.chain = try chain(entry.node, reader)
        vocabulary.names.actors = contents.authority.chain
        vocabulary.names.chainSource = reader.source.name
        for other in scalars where other.name == entry.name && other.part != entry.part {
          vocabulary.names.formerActors.formUnion(try chain(other.node, parts.reader(other)))
        }
        vocabulary.names.formerActors.subtract(contents.authority.chain)
      } else if names.actors.isEmpty {
        contents.authority.escalateTo = try reader.phrase(entry.node)
        vocabulary.names.actors = [try reader.text(entry.node)]
      } else {
        contents.authority.escalateTo = try reader.actor(entry.node)
      }
    }
    for entry in try parts.merged("authority.rights", rights) {
      contents.authority.rights[entry.name] = try parts.reader(entry).actor(entry.node)
    }
    for entry in try parts.merged("authority.keys", keys) {
      let reader = parts.reader(entry)
      guard names.actors.contains(entry.name) else {
        throw reader.unknown("actor", entry.name, among: names.actors, entry.node)
      }
      contents.authority.keys[entry.name] = try key(entry.node, reader)
    }
  }

  private func chain(_ node: Node, _ reader: SetReader) throws(RuleFault) -> [Text] {
    var chain: [Text] = []
    for actor in try reader.texts(node) {
      if actor.isEmpty || actor == "anyone" {
        throw reader.fault(
          "no actor can be called " + Text(bytes: quoted(actor)), node)
      }
      if chain.contains(actor) {
        throw reader.fault(
          Text(bytes: quoted(actor)) + " stands in the chain twice", node)
      }
      chain.append(actor)
    }
    return chain
  }

  private func key(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Text {
    let key = try reader.text(node)
    let words = key.bytes.split(separator: 0x20)
    guard words.count >= 2, words[0].elementsEqual("ssh-ed25519".utf8), words[1].count == 68,
      words[1].starts(with: "AAAAC3NzaC1lZDI1NTE5AAAAI".utf8)
    else {
      throw reader.fault("expected a key such as \"ssh-ed25519 AAAAC3Nza…\"", node)
    }
    return key
  }

  // MARK: Environments

  static let needs: [Text] = ["work_order", "rollback", "documentation"]

  mutating func readEnvironments() throws(RuleFault) {
    for entry in try parts.named(.environments) {
      contents.environments.append(try environment(entry))
    }
  }

  private func environment(_ entry: Parts.Entry) throws(RuleFault) -> TargetEnvironment {
    let reader = parts.reader(entry)
    if entry.name == "ambiguous" || entry.name == "none" || entry.name == "required" {
      throw reader.fault(
        "no environment can be called " + Text(bytes: quoted(entry.name)), entry.node)
    }
    let fields = try Fields(entry.node, reader, EnvironmentKey.self)
    func texts(_ key: EnvironmentKey) throws(RuleFault) -> [Text] {
      guard let node = fields[key] else { return [] }
      return try reader.texts(node, mayBeEmpty: true)
    }
    var variables: [(name: Text, values: [Text])] = []
    if let node = fields[.variables] {
      try reader.named(node) { (name, value) throws(RuleFault) in
        variables.append((name: name, values: try reader.texts(value)))
      }
    }
    var approver: Text?
    if let node = fields[.approve], !node.isNull {
      approver = try reader.actor(node, orAnyone: true)
    }
    var needs: [Text] = []
    if let node = fields[.needs] {
      needs = try reader.texts(node, each: "need", among: Self.needs, mayBeEmpty: true)
    }
    return TargetEnvironment(
      name: entry.name, apps: try texts(.apps), hosts: try texts(.hosts), urls: try texts(.urls),
      branches: try texts(.branches), variables: variables, approver: approver, needs: needs)
  }

  mutating func readHints() throws(RuleFault) {
    var options: [Parts.Entry] = []
    var lists: [Parts.Entry] = []
    for (index, part) in parts.list.enumerated() {
      guard let node = part.fields[.hints] else { continue }
      let fields = try Fields(node, part.reader, HintKey.self)
      if let node = fields[.options] {
        try part.reader.named(node) { (name, node) throws(RuleFault) in
          options.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
      for (key, name) in [(HintKey.variables, "variables" as Text), (.operands, "operands")] {
        if let node = fields[key] {
          lists.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
    }
    for entry in try parts.merged("hints.options", options) {
      contents.hints.options[entry.name] = try parts.reader(entry).texts(entry.node)
    }
    for entry in try parts.merged("hints", lists) {
      let texts = try parts.reader(entry).texts(entry.node, mayBeEmpty: true)
      if entry.name == "variables" {
        contents.hints.variables = texts
      } else {
        contents.hints.operands = texts
      }
    }
  }

  // MARK: Programs and targets

  mutating func readPrograms() throws(RuleFault) {
    for entry in try parts.named(.programs) {
      let reader = parts.reader(entry)
      let fields = try Fields(entry.node, reader, ProgramKey.self)
      contents.valued[entry.name] = try reader.texts(
        try fields.needed(.valued, reader), mayBeEmpty: true)
    }
  }

  mutating func readTargets() throws(RuleFault) {
    for tool in [ToolKey.make, .npm, .just] {
      let word = tool.word
      var entries: [Parts.Entry] = []
      for (index, part) in parts.list.enumerated() {
        guard let node = part.fields[.targets] else { continue }
        guard let section = try Fields(node, part.reader, ToolKey.self)[tool] else { continue }
        try part.reader.named(section) { (name, node) throws(RuleFault) in
          entries.append(Parts.Entry(name: name, part: index, node: node))
        }
      }
      for entry in try parts.merged("targets." + word, entries) {
        contents.targets[word, default: [:]][entry.name] = try target(entry)
      }
    }
  }

  private func target(_ entry: Parts.Entry) throws(RuleFault) -> BuildTarget {
    let reader = parts.reader(entry)
    let fields = try Fields(entry.node, reader, TargetKey.self)
    var target = BuildTarget(runs: [])
    if let node = fields[.runs] { target.runs = try reader.texts(node, mayBeEmpty: true) }
    if let node = fields[.environment] {
      target.environment = try reader.word(node, "environment", among: names.environments)
    }
    if let node = fields[.because] { target.because = try reader.phrase(node) }
    return target
  }

  // MARK: Levels

  private static let presetKey: Text = "default"
  private static let orderKey: Text = "order"

  private func readLevelNames(_ entries: [Parts.Entry]) throws(RuleFault) {
    guard let first = entries.first else {
      for part in parts.list {
        if let node = part.fields[.levels] {
          throw part.reader.fault("\"order\" is missing", node)
        }
      }
      return
    }
    guard let order = entries.first(where: { $0.name == Self.orderKey }) else {
      throw parts.reader(first).fault("\"order\" of the levels is missing", first.node)
    }
    let levels = try parts.reader(order).texts(order.node)
    for (index, level) in levels.enumerated() {
      let isTaken = [Self.presetKey, Self.orderKey, ""].contains(level)
      if isTaken || levels[..<index].contains(level) {
        let text = Text(bytes: quoted(level)) + " cannot be a level, or stands there twice"
        throw parts.reader(order).fault(text, order.node)
      }
    }
    vocabulary.names.levels = levels
  }

  mutating func readLevels() throws(RuleFault) {
    let entries = try parts.named(.levels)
    try readLevelNames(entries)
    guard let order = names.levels, let first = entries.first else { return }
    var levels = order.map { Levels.Level(name: $0, requires: [], lines: nil) }
    var preset: Text?
    for entry in entries where entry.name != Self.orderKey {
      let reader = parts.reader(entry)
      if entry.name == Self.presetKey {
        preset = try reader.word(entry.node, "level", among: order)
        continue
      }
      guard let place = order.firstIndex(of: entry.name) else {
        throw reader.unknown(
          "level", entry.name, among: order + [Self.presetKey, Self.orderKey], entry.node)
      }
      let fields = try Fields(entry.node, reader, LevelKey.self)
      if let node = fields[.requires] {
        let conditions = ConditionReader(reader, phases: nil)
        levels[place].requires = try conditions.each(node, mayBeEmpty: true)
      }
      if let node = fields[.changes] { levels[place].changesFiles = try reader.flag(node) }
      if let node = fields[.prompt] { levels[place].lines = try Self.lines(node, reader) }
    }
    guard let preset else {
      throw parts.reader(first).fault("\"default\" of the levels is missing", first.node)
    }
    contents.levels = Levels(levels: levels, preset: preset)
  }
}
