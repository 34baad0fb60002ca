import JSONText
import ShellText

/// What a command has about it besides its name, as far as rules can do without it.
struct CommandFacts: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  /// It runs, or is, a script.
  static let script = CommandFacts(rawValue: 1 << 0)
  /// It writes to a path.
  static let writes = CommandFacts(rawValue: 1 << 1)
  /// It gives paths to git.
  static let stages = CommandFacts(rawValue: 1 << 2)
  /// It redirects what it writes.
  static let redirects = CommandFacts(rawValue: 1 << 3)
  /// It sets a variable, or an argument of it is not known, which might.
  static let sets = CommandFacts(rawValue: 1 << 4)
  /// Something names an environment.
  static let environment = CommandFacts(rawValue: 1 << 5)
  /// What every command has.
  static let any = CommandFacts(rawValue: 1 << 6)

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// What holds of a command that is aimed at an environment.
  init(_ command: CommandSubject, _ environment: EnvironmentFinding) {
    self = .any
    if !command.scripts.isEmpty { insert(.script) }
    if !command.writtenPaths.isEmpty { insert(.writes) }
    if !command.stagedPaths.isEmpty { insert(.stages) }
    if command.vector.accesses.contains(where: { $0.kind != .read }) { insert(.redirects) }
    if !command.vector.environment.isEmpty
      || command.vector.arguments.contains(where: { $0.text == nil || $0.assignment != nil })
    {
      insert(.sets)
    }
    if environment != .none { insert(.environment) }
  }
}

/// What a command must be so that a condition can hold of it, or be unknown: a program of one of these names, which may
/// hold wildcards, or something of which one of these facts is true.
struct Bearing {
  var programs: [Text] = []
  var facts: CommandFacts = []

  /// What may be about any command.
  static let any = Bearing(facts: .any)

  /// How many commands it lets through, as far as the kinds of its words tell.
  private var breadth: Int {
    if facts.contains(.any) { return 3 }
    if !facts.isEmpty { return 2 }
    return programs.contains(where: NamePattern.isWild) ? 1 : 0
  }

  init(programs: [Text] = [], facts: CommandFacts = []) {
    self.programs = programs
    self.facts = facts
  }

  /// What a condition bears on: the narrowest of what must hold together, and the whole of what may hold instead.
  init(_ condition: Condition) {
    switch condition {
    case .program(let names): self.init(programs: names)
    case .script: self.init(facts: .script)
    case .writes: self.init(facts: .writes)
    case .stages: self.init(facts: .stages)
    case .redirects(true): self.init(facts: .redirects)
    case .sets: self.init(facts: .sets)
    case .environment(let names) where !names.contains("none"): self.init(facts: .environment)
    case .settled(let part, _): self.init(part)
    case .all(let parts):
      self = parts.map { Bearing($0) }.min { $0.breadth < $1.breadth } ?? .any
    case .any(let parts):
      self.init()
      for part in parts {
        let bearing = Bearing(part)
        programs += bearing.programs
        facts.formUnion(bearing.facts)
      }
    default: self = .any
    }
  }
}
