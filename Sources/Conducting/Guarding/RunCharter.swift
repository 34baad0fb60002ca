import Evidence
package import JSONText
package import Machine
package import Rules

/// What a guarded run was started with: what its shims judge by, whatever happens to the project meanwhile.
package struct RunCharter: Sendable {
  /// One text of a rule set; the bytes are nil for one that comes with the program.
  package struct Source: Sendable {
    package var name: Text
    package var bytes: Bytes?
  }

  /// The directory that the project was found by.
  package var root: Path
  /// The item that is worked on, as its object stood in the backlog.
  package var item: Bytes?
  package var level: Text?
  package var environment: Text?
  /// What fixed clock and chance when the run began.
  private var fixed: [(name: Text, value: Text)]
  /// Each set that was in force: its own text first, then those that it extends.
  package var sets: [[Source]]

  /// States what a run begins with.
  package init(
    root: Path, item: Node?, level: Text?, environment: Text?, book: RuleBook, _ context: Context
  ) {
    self.root = root
    fixed = context.fixed
    self.item = item?.raw
    self.level = level
    self.environment = environment
    sets = book.sets.map { set in
      set.sources.map { Source(name: $0.name, bytes: $0.isBuiltIn ? nil : $0.bytes) }
    }
  }

  private static let format: Text = "conductor/exec/1"
  /// The file that holds it.
  static let name: Path = "charter.json"

  // MARK: On the disk

  /// Writes it into the folder of a run.
  func write(into folder: Path, _ files: Files) throws(SystemError) {
    var number = 0
    var list: [JSON] = []
    for sources in sets {
      var entries: [JSON] = []
      for source in sources {
        guard let bytes = source.bytes else {
          entries.append(["name": .string(source.name)])
          continue
        }
        number += 1
        let file = Text("rules-\(number).json")
        try files.create(bytes.array, at: folder / Path(file))
        entries.append([
          "name": .string(source.name), "file": .string(file),
          "sha256": .string(SHA256.hash(bytes).hex),
        ])
      }
      list.append(.array(entries))
    }
    let charter: JSON = [
      "format": .string(Self.format), "root": .string(root.text),
      "item": item.flatMap { try? Document($0).root.json } ?? .null,
      "level": level.map { .string($0) } ?? .null,
      "environment": environment.map { .string($0) } ?? .null,
      "fixed": .object(fixed.map { .init(key: $0.name, value: .string($0.value)) }),
      "sets": .array(list),
    ]
    try files.create(charter.written(indent: 2) + [0x0A], at: folder / Self.name)
  }

  /// Reads it from the folder of a run.
  init(from folder: Path, _ files: Files) throws(Refusal) {
    func read(_ name: Path) throws(Refusal) -> Bytes {
      do {
        return Bytes(try files.read(folder / name, limit: Project.smallSizeLimit))
      } catch {
        throw Refusal(error)
      }
    }
    let document = try Document.read(
      try read(Self.name), of: folder / Self.name, .inputOutput
    ).root
    guard document["format"]?.text == Self.format, let root = document["root"]?.text,
      let item = document["item"], let list = document["sets"], list.kind == .array
    else {
      throw Refusal(.inputOutput, (folder / Self.name).text + " is not what a run wrote there")
    }
    self.root = Path(root)
    self.item = item.isNull ? nil : item.raw
    level = document["level"]?.text
    environment = document["environment"]?.text
    fixed = (document["fixed"]?.members ?? []).compactMap { member in
      member.value.text.map { (member.key, $0) }
    }
    var sets: [[Source]] = []
    for entries in list.elements {
      var sources: [Source] = []
      for entry in entries.elements {
        guard let name = entry["name"]?.text else {
          throw Refusal(.inputOutput, (folder / Self.name).text + " names a set without its name")
        }
        let bytes = try entry["file"]?.text.map { (file) throws(Refusal) in try read(Path(file)) }
        sources.append(Source(name: name, bytes: bytes))
      }
      sets.append(sources)
    }
    self.sets = sets
  }

  // MARK: What held at the start

  /// The run's clock and chance. What the variables say by now counts for nothing: whoever runs under guard can set
  /// them, and with them the time at which approvals and waivers end.
  func restore(_ machine: inout Machine) throws(Refusal) {
    let changed = Context.fixing.map { name in
      (name: name, value: fixed.first { $0.name == Text(name) }?.value.string)
    }
    do {
      machine = try machine.changing(changed)
    } catch {
      throw Refusal(.inputOutput, "the clock of the run cannot be set as it was")
    }
  }

  /// Whether a book was made from the very same texts.
  func isSame(as book: RuleBook) -> Bool {
    sets.elementsEqual(book.sets) { mine, other in
      mine.elementsEqual(other.sources) { source, present in
        source.name == present.name
          && (source.bytes.map { $0 == present.bytes } ?? present.isBuiltIn)
      }
    }
  }

  /// The sets as they were at the start, loaded anew.
  func book() throws(RuleFault) -> RuleBook {
    var loaded: [RuleSet] = []
    for sources in sets {
      let texts = sources.compactMap { source in
        source.bytes.map { RuleSource(name: source.name, bytes: $0) }
      }
      guard let first = sources.first else { continue }
      let builtIn = BuiltIn.names.compactMap { BuiltIn.source($0) }.first { $0.name == first.name }
      guard let own = texts.first(where: { $0.name == first.name }) ?? builtIn else {
        throw RuleFault(
          file: first.name, line: 1, column: 1, text: "the text of this set was not kept")
      }
      loaded.append(
        try RuleSet.load(own) { (name, from) throws(RuleFault) in
          guard RuleLibrary.isPath(name) else { return BuiltIn.source(name) }
          let path = RuleLibrary.folder(of: from).appending(Path(name)).normalized.text
          return texts.first { $0.name == path }
        })
    }
    return RuleBook(loaded)
  }
}
