package import Evidence
package import JSONText
import Machine
package import Rules

/// The rule sets that somebody can look at: those of the project, those that come with the program, or a file.
package struct RuleCatalogue: Sendable {
  /// The sets that are in force.
  package let loaded: [RuleSet]
  /// Why others are not.
  package let faults: [Reason]
  /// How the examples of each loaded set came out; empty unless they were tried.
  package let outcomes: [[ExampleOutcome]]
  private let context: Context

  /// The sets of a project, with what keeps others from loading; without a project there are none.
  package init(_ project: Project?, _ context: Context, proving: Bool = false) {
    self.init(
      project.map { RuleShelf(surveying: $0, context, proving: proving) } ?? RuleShelf(), context)
  }

  private init(_ shelf: RuleShelf, _ context: Context) {
    loaded = shelf.book.sets
    faults = shelf.faults
    outcomes = shelf.outcomes
    self.context = context
  }

  /// One set by the path of a file, seen from the working directory, or by a built-in name; its examples are tried.
  package init(file name: Text, _ context: Context) throws(Refusal) {
    let place = context.machine.workingDirectory / Path(name)
    if BuiltIn.names.contains(name) {
      self.init(RuleShelf(surveying: [name], from: ".", context, proving: true), context)
      return
    }
    let isThere: Bool
    do {
      isThere = try context.machine.files.identity(place) != nil
    } catch {
      throw Refusal(error)
    }
    guard isThere else {
      throw Refusal(
        .inputMissing, "there is no file " + name,
        hint: "Name the file of a rule set, or one of the sets that come with conductor: "
          + BuiltIn.names.reduce("") { $0.isEmpty ? $1 : $0 + ", " + $1 } + ".")
    }
    let folder = context.machine.workingDirectory
    self.init(
      RuleShelf(
        surveying: [Path(name).isAbsolute ? name : "./" + name], from: folder, context,
        proving: true), context)
  }

  /// The refusal that the faults amount to; nil where there are none.
  package var refusal: Refusal? {
    guard !faults.isEmpty else { return nil }
    var refusal = Refusal(.rulesInvalid, "", hint: "Mend the rule set at the place that is named.")
    refusal.reasons = faults
    return refusal
  }

  /// The sets that come with the program and are not in force.
  package func others() throws(Refusal) -> [RuleSet] {
    let names = BuiltIn.names.filter { name in !loaded.contains { $0.name == name } }
    return try RuleShelf(sets: names, from: context.machine.workingDirectory, context).book.sets
  }

  /// A set by its name, by a built-in name, or by the path of a file.
  package func set(_ name: Text) throws(Refusal) -> RuleSet {
    if let set = loaded.first(where: { $0.name == name }) { return set }
    if let set = try others().first(where: { $0.name == name }) { return set }
    if name.bytes.contains(UInt8(ascii: "/")) || name.hasSuffix(".json") {
      let file = try RuleCatalogue(file: name, context)
      if let refusal = file.refusal { throw refusal }
      if let set = file.loaded.first { return set }
    }
    throw Refusal(
      .ruleSetUnknown,
      "there is no rule set " + name + Self.meant(name, loaded.map(\.name) + BuiltIn.names),
      hint: "\"conductor rules list\" shows the sets there are.")
  }

  /// The rules of an id, or of set and id, in the order of the sets; those in force go before others.
  package func rules(_ name: Text) throws(Refusal) -> [(set: RuleSet, rule: Rule)] {
    let sets = try loaded + others()
    for candidates in [loaded, sets] {
      let found = candidates.flatMap { set in
        set.allRules.filter { $0.id == name || set.name + "/" + $0.id == name }.map { (set, $0) }
      }
      if !found.isEmpty { return found }
    }
    throw Refusal(
      .ruleUnknown, "there is no rule " + name + Self.meant(name, in: sets),
      hint: "\"conductor rules show NAME\" shows the rules of a set.")
  }

  /// The nearest id, or where a set is named, the nearest of its own.
  private static func meant(_ name: Text, in sets: [RuleSet]) -> Text {
    for set in sets where name.hasPrefix(set.name + "/") {
      let prefix = set.name + "/"
      let id = Text(bytes: Array(name.bytes.dropFirst(prefix.bytes.count)))
      let nearest = NearestWord.find(id.string, among: set.allRules.map(\.id.string)).first
      return nearest.map { "; did you mean " + prefix + Text($0) + "?" } ?? ""
    }
    return meant(name, sets.flatMap { $0.allRules.map(\.id) })
  }

  private static func meant(_ name: Text, _ known: [Text]) -> Text {
    let nearest = NearestWord.find(name.string, among: known.map(\.string)).first
    return nearest.map { "; did you mean " + Text($0) + "?" } ?? ""
  }

  // MARK: Taking elsewhere

  /// Writes the text of a built-in set into a new file.
  package func export(_ name: Text, to file: Text) throws(Refusal) {
    guard let source = BuiltIn.source(name) else {
      throw Refusal(
        .ruleSetUnknown,
        "there is no rule set " + name + " that comes with conductor"
          + Self.meant(name, BuiltIn.names),
        hint: "\"conductor rules list\" shows the sets there are.")
    }
    try write(source.bytes.array, to: file)
  }

  /// Writes a text into a new file.
  package func write(_ bytes: [UInt8], to file: Text) throws(Refusal) {
    let isNew: Bool
    do {
      let place = (context.machine.workingDirectory / Path(file)).normalized
      isNew = try NewFile.write(bytes, at: place, context.machine.files)
    } catch {
      throw Refusal(error, relativeTo: context.machine.workingDirectory)
    }
    guard isNew else {
      throw Refusal(
        .fileExists, file + " exists already, and is left as it is",
        hint: "Name a file that does not exist yet.")
    }
  }
}
