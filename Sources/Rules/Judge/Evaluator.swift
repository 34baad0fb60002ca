import JSONText
import ShellText

/// What a condition is asked about.
enum Subject {
  case command(CommandSubject)
  case item(Node)
  case change(Change, of: [Change])
  case texts([Text])
  case nothing
}

/// Answers the conditions of one set about one subject.
struct Evaluator {
  let set: RuleSet
  let circumstances: Circumstances
  let subject: Subject
  let environment: EnvironmentFinding
  /// The place of the level that is needed, while its requirements are asked.
  var neededLevel: Int?
  /// Whether what is asked is asked beside the name of the program.
  var namesProgram = false

  /// Asks about a subject that has an environment of its own, or else the one that item and caller name.
  init(
    set: RuleSet, circumstances: Circumstances, subject: Subject,
    environment: EnvironmentFinding? = nil
  ) {
    self.set = set
    self.circumstances = circumstances
    self.subject = subject
    self.environment =
      environment
      ?? EnvironmentTable(set: set, circumstances: circumstances).hints(circumstances.item).finding
  }

  var paths: PathFinder { PathFinder(circumstances: circumstances) }

  /// How far a condition holds.
  func answer(_ condition: Condition) throws(JudgingFault) -> Answer {
    switch condition {
    case .all(let parts):
      var inner = self
      inner.namesProgram = namesProgram || parts.contains(where: \.namesPrograms)
      var answer = Answer(.yes)
      for part in parts {
        answer = answer.and(try inner.answer(part))
        if answer.degree == .no { break }
      }
      return answer
    case .any(let parts):
      var answer = Answer.no
      for part in parts {
        answer = answer.or(try self.answer(part))
        if answer.degree == .yes { break }
      }
      return answer
    case .not(let part): return try self.answer(part).opposite
    case .settled(let part, let unknown):
      let answer = try self.answer(part)
      return answer.degree.truth == .unknown ? Answer(unknown) : answer
    case .lacking(let needed, let place):
      var applies = Answer(.yes)
      if let place { applies = try answer(place) }
      if applies.degree == .no { return .no }
      return try answer(needed).opposite.and(applies)
    case .environment(let names): return answer(environmentAmong: names)
    case .text(let detectors, let fields): return try answer(text: detectors, fields)
    case .item(let field, let comparison): return try answer(item: field, comparison)
    case .artifacts(let all, let globs): return try answer(artifacts: globs, all: all)
    case .count(let what, let comparison): return try answer(count: what, comparison)
    case .path, .change, .added, .removed, .also, .tracked:
      guard case .change(let change, let changes) = subject else { return .unknown }
      return try answer(condition, change, changes)
    case .variable, .approval, .documented, .level, .time: return try answer(fact: condition)
    case .file(let question): return try answer(file: question)
    case .json(let question): return try answer(json: question)
    case .csv(let question): return try answer(table: question)
    case .markdown(let question): return try answer(page: question)
    case .clean, .tested, .changed, .outside, .headings: return try answer(checkout: condition)
    default:
      guard case .command(let command) = subject else { return .unknown }
      return try answer(condition, command)
    }
  }

  private func answer(environmentAmong names: [Text]) -> Answer {
    switch environment {
    case .none: Answer(names.contains("none"))
    case .resolved(let name): Answer(names.contains(name))
    case .ambiguous: names.contains("ambiguous") ? Answer(.yes) : .unknown
    }
  }

  // MARK: Texts

  /// A detector of the set; every one that a loaded set names exists.
  func detector(_ name: Text) throws(JudgingFault) -> Detector {
    guard let detector = set.detector(name) else {
      throw JudgingFault(text: "no detector \(name)")
    }
    return detector
  }

  /// The first hit of any detector in any text.
  func hit(
    _ names: [Text], in texts: [Text], areProse: Bool = false
  ) throws(JudgingFault) -> Answer {
    for name in names {
      let detector = try detector(name)
      for text in texts {
        if let stretch = try detector.hit(text, isProse: areProse) {
          return Answer(.yes, saw: stretch.shortened())
        }
      }
    }
    return .no
  }

  private func answer(text names: [Text], _ fields: [Text]?) throws(JudgingFault) -> Answer {
    switch subject {
    case .command(let command):
      let arguments = command.vector.arguments
      var texts = arguments.map { Text($0.written) }
      texts.append(Text.joined(texts, by: " "))
      if let input = command.vector.input { texts.append(Text(input)) }
      let answer = try hit(names, in: texts)
      if answer.degree == .yes { return answer }
      return arguments.contains { $0.text == nil || $0.isSeveral } ? Answer(.doubtful) : .no
    case .item(let item):
      return try hit(names, in: ItemTexts.of(item, fields: fields), areProse: true)
    case .texts(let texts): return try hit(names, in: texts, areProse: true)
    case .change(let change, _): return try hit(names, in: [Text.joined(change.added, by: "\n")])
    case .nothing:
      guard let checkout = circumstances.checkout, let analysis = checkout.analysis else {
        return Answer(.unknown, lacks: "no submission")
      }
      return try hit(names, in: [analysis] + (checkout.commands ?? []), areProse: true)
    }
  }
}

/// The texts of an item's fields.
enum ItemTexts {
  static let fields: [Text] = [
    "title", "notes", "artifacts", "tests", "verification_commands", "labels",
  ]

  /// Every text in the named fields, or in those where an item speaks of its work.
  static func of(_ item: Node, fields: [Text]?) -> [Text] {
    (fields ?? Self.fields).flatMap { field in
      Comparing.value(of: field, in: item).map(texts) ?? []
    }
  }

  private static func texts(_ node: Node) -> [Text] {
    switch node.kind {
    case .string: node.text.map { [$0] } ?? []
    case .array: node.elements.flatMap(texts)
    case .object: node.members.flatMap { texts($0.value) }
    case .number, .bool, .null: []
    }
  }

  /// The paths that an item names as what it is about.
  static func artifacts(_ item: Node) -> [Text] { paths("artifacts", in: item) ?? [] }

  /// The paths or globs in a field; nil where there is no such field.
  static func paths(_ field: Text, in item: Node) -> [Text]? {
    guard let node = Comparing.value(of: field, in: item) else { return nil }
    if node.kind == .array { return node.elements.flatMap(texts) }
    guard let text = node.text else { return [] }
    return text.bytes.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 <= 32 }
      .map { Text(bytes: Array($0)) }
  }
}
