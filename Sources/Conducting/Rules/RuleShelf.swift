package import Evidence
package import JSONText
package import Machine
package import Rules

/// The rule sets that are in force, with the files that they were read from.
package struct RuleShelf: Sendable {
  /// The sets that loaded.
  package private(set) var book = RuleBook([])
  /// The files that were read, in the order of reading.
  package private(set) var inputs: [Input] = []
  /// What keeps sets from loading; as long as there is anything, nothing that needs rules goes on.
  package private(set) var faults: [Reason] = []

  /// How every example of each set came out, in the order of the sets; empty unless that was asked for.
  package private(set) var outcomes: [[ExampleOutcome]] = []

  /// A shelf without any set.
  package init() {}

  /// Loads what the configuration names and every file of the project's own folder of rules; a set that does not load
  /// refuses the whole of it.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    self.init(surveying: project, context)
    if let refusal { throw refusal }
  }

  /// Loads what loads and notes what does not, for those who only look; tries all examples where that is asked for.
  package init(surveying project: Project, _ context: Context, proving: Bool = false) {
    var library = RuleLibrary(root: project.root, files: context.machine.files)
    var wanted: [Named] = project.configuration.rules.enumerated().map { index, name in
      Named(name: name, origin: Self.place(of: index, in: project) + "rules names " + name)
    }
    do {
      wanted += try Self.ownFiles(of: project, context).map { Named(name: $0.text, origin: nil) }
    } catch {
      faults.append(
        ReasonCode.rulesInvalid.reason("rule sets cannot be looked for: " + error.words))
    }
    load(wanted, &library, proving: proving)
  }

  /// Loads sets by name or path without a project, the paths as seen from a folder.
  package init(sets names: [Text], from folder: Path, _ context: Context) throws(Refusal) {
    self.init(surveying: names, from: folder, context)
    if let refusal { throw refusal }
  }

  /// The same for those who only look.
  package init(
    surveying names: [Text], from folder: Path, _ context: Context, proving: Bool = false
  ) {
    var library = RuleLibrary(root: folder, files: context.machine.files)
    load(names.map { Named(name: $0, origin: nil) }, &library, proving: proving)
  }

  /// What a set is called, and who calls for it.
  private struct Named {
    var name: Text
    /// The place and the words of whatever names it; nil for a file that loads without being named.
    var origin: Text?
  }

  /// The same set counts once, however often it is named.
  private mutating func load(_ wanted: [Named], _ library: inout RuleLibrary, proving: Bool) {
    var sets: [RuleSet] = []
    var seen: [RuleLibrary.Identity] = []
    for named in wanted {
      do throws(RuleFault) {
        guard let found = try library.find(named.name) else {
          faults.append(
            ReasonCode.rulesInvalid.reason(
              (named.origin.map { $0 + ", but " } ?? "") + RuleLibrary.absence(of: named.name)))
          continue
        }
        if seen.contains(found.identity) { continue }
        seen.append(found.identity)
        guard proving else {
          sets.append(try library.load(found.source))
          continue
        }
        let (set, outcomes) = try library.prove(found.source)
        sets.append(set)
        self.outcomes.append(outcomes)
        faults += outcomes.filter { !$0.passed }.map(\.fault.reason)
      } catch {
        faults.append(error.reason)
      }
    }
    book = RuleBook(sets)
    inputs = library.inputs
  }

  /// What stands in the way of everything that needs rules; nil where all sets loaded.
  package var refusal: Refusal? {
    guard !faults.isEmpty else { return nil }
    var refusal = Refusal(.rulesInvalid, "", hint: "Mend the rule set at the place that is named.")
    refusal.reasons = faults
    return refusal
  }

  /// The text of the set that a name stands for in a project, or from the working directory outside of one.
  package static func source(
    named name: Text, _ project: Project?, _ context: Context
  ) throws(Refusal) -> RuleSource {
    var library = RuleLibrary(
      root: project?.root ?? context.machine.workingDirectory, files: context.machine.files)
    do {
      if let found = try library.find(name) { return found.source }
    } catch {
      throw Refusal([(.rulesInvalid, error.sentence)])
    }
    throw Refusal(.rulesInvalid, RuleLibrary.absence(of: name))
  }

  /// The files that lie in the project's own folder of rules, in the order of their bytes.
  private static func ownFiles(
    of project: Project, _ context: Context
  ) throws(SystemError) -> [Path] {
    let folder = project.place(Configuration.rulesFolder)
    guard try context.machine.files.identity(folder)?.kind == .directory else { return [] }
    return try context.machine.files.list(folder).map(\.name)
      .filter { $0.text.hasSuffix(".json") }.sorted().map { Configuration.rulesFolder / $0 }
  }

  /// Where the configuration names a set.
  private static func place(of index: Int, in project: Project) -> Text {
    let entries = project.configurationBytes.flatMap { try? Document(Bytes($0)).root["rules"] }?
      .elements
    guard let entries, entries.indices.contains(index) else { return "" }
    let place = entries[index].place
    return placePrefix(Configuration.path, line: place.line, column: place.column)
  }
}

/// Finds the texts of rule sets by name or path, each file read once.
struct RuleLibrary {
  /// What makes two names the same set: the built-in name, or the file itself.
  enum Identity: Equatable {
    case builtIn(Text)
    case file(device: UInt64, inode: UInt64)
  }

  let root: Path
  let files: Files
  private(set) var inputs: [Input] = []
  private var read: [Text: (source: RuleSource, identity: Identity)?] = [:]

  init(root: Path, files: Files) {
    self.root = root
    self.files = files
  }

  /// Whether a name is a path rather than the name of a built-in set.
  static func isPath(_ name: Text) -> Bool {
    name.bytes.contains(UInt8(ascii: "/")) || name.hasSuffix(".json")
  }

  /// The set that a name stands for, seen from a folder that is relative to the root; nil where there is none.
  mutating func find(
    _ name: Text, from folder: Path = "."
  ) throws(RuleFault) -> (source: RuleSource, identity: Identity)? {
    guard Self.isPath(name) else {
      return BuiltIn.source(name).map { ($0, .builtIn(name)) }
    }
    let path = folder.appending(Path(name)).normalized
    if let known = read[path.text] { return known }
    let found = try open(path)
    read.updateValue(found, forKey: path.text)
    return found
  }

  private mutating func open(
    _ path: Path
  ) throws(RuleFault) -> (source: RuleSource, identity: Identity)? {
    do {
      let place = root / path
      guard let bytes = try files.readIfPresent(place, limit: Project.smallSizeLimit),
        let identity = try files.identity(place)
      else { return nil }
      inputs.append(Input(path: path.text, content: (bytes.count, SHA256.hash(bytes))))
      return (
        RuleSource(name: path.text, bytes: Bytes(bytes)),
        .file(device: identity.device, inode: identity.inode)
      )
    } catch {
      throw RuleFault(file: path.text, line: 1, column: 1, text: error.words)
    }
  }

  /// Loads a set with everything that it extends.
  mutating func load(_ source: RuleSource) throws(RuleFault) -> RuleSet {
    var library = self
    defer { self = library }
    return try RuleSet.load(source) { (name, from) throws(RuleFault) in
      try library.find(name, from: Self.folder(of: from))?.source
    }
  }

  /// The same, with every example tried.
  mutating func prove(
    _ source: RuleSource
  ) throws(RuleFault) -> (set: RuleSet, outcomes: [ExampleOutcome]) {
    var library = self
    defer { self = library }
    return try RuleSet.prove(source) { (name, from) throws(RuleFault) in
      try library.find(name, from: Self.folder(of: from))?.source
    }
  }

  /// The folder from which a text names other sets, relative to the root.
  static func folder(of source: RuleSource) -> Path {
    source.isBuiltIn ? "." : Path(source.name).parent
  }

  /// That there is no such set, with the name that was probably meant.
  static func absence(of name: Text) -> Text {
    if isPath(name) { return "there is no rule set at " + name }
    let nearest = NearestWord.find(name.string, among: BuiltIn.names.map(\.string)).first
    return "there is no built-in rule set " + Text(bytes: quoted(name))
      + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? "")
  }
}

extension RuleFault {
  /// The fault on one line, the place first.
  package var sentence: Text { file + ":" + Text("\(line):\(column)") + ": " + text }

  /// The fault as receipts and messages state it.
  package var reason: Reason { ReasonCode.rulesInvalid.reason(sentence) }
}
