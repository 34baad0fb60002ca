import JSONText

/// A rule that is to be asked: its place in the set, and what it asks, without the rest of it.
struct Candidate: Sendable {
  let place: Int
  let condition: Condition
}

/// The command rules of a set by the program that they can only be about.
struct RuleIndex: Sendable {
  private var byProgram: [Text: [Candidate]] = [:]
  private var general: [Candidate] = []

  init(_ set: RuleSet, where isAsked: (Rule) -> Bool) {
    for (place, rule) in set.rules.enumerated()
    where rule.phases.contains(.command) && isAsked(rule) {
      let candidate = Candidate(place: place, condition: rule.condition)
      guard let names = candidate.condition.programs else {
        general.append(candidate)
        continue
      }
      for name in Set(names.map { set.shell == .powershell ? $0.lowercase : $0 }) {
        byProgram[name, default: []].append(candidate)
      }
    }
  }

  /// The rules that may speak of a program.
  func candidates(for name: Text) -> [Candidate] {
    guard let own = byProgram[name] else { return general }
    return general + own
  }
}

/// What every judgement of a command needs to know of the rules of all sets.
struct CommandPlan: Sendable {
  /// The programs that rules with a verdict above allow name, without wildcards.
  let guarded: [Text]
  let hasCommandRules: Bool
  /// How many command rules there are, each counted once however often its set is loaded.
  let ruleCount: Int
  private let indexes: [RuleIndex]
  private let shells: [RuleSet.Shell]

  init(_ sets: [RuleSet]) {
    var guarded: Set<Text> = []
    var names: Set<Text> = []
    for set in sets {
      for rule in set.rules where rule.phases.contains(.command) {
        names.insert(set.name + "/" + rule.id)
        if rule.guards { guarded.formUnion(rule.condition.namedPrograms) }
      }
    }
    self.guarded = guarded.sorted()
    hasCommandRules = !names.isEmpty
    ruleCount = names.count
    indexes = sets.map { RuleIndex($0) { _ in true } }
    shells = sets.map(\.shell)
  }

  /// The indexes of the sets that read lines as a shell does.
  func indexes(of shell: RuleSet.Shell) -> [RuleIndex] {
    zip(indexes, shells).filter { $0.1 == shell }.map(\.0)
  }
}

extension Condition {
  /// The programs without which it cannot hold; nil where it may hold of any.
  var programs: [Text]? {
    switch self {
    case .program(let names): return names.contains(where: NamePattern.isWild) ? nil : names
    case .all(let parts):
      for part in parts {
        if let names = part.programs { return names }
      }
      return nil
    case .any(let parts):
      var union: [Text] = []
      for part in parts {
        guard let names = part.programs else { return nil }
        union += names
      }
      return parts.isEmpty ? nil : union
    case .settled(let part, _): return part.programs
    default: return nil
    }
  }

  /// Every program that it names without wildcards, those aside that it excepts.
  var namedPrograms: [Text] {
    switch self {
    case .program(let names): names.filter { !NamePattern.isWild($0) }
    case .all(let parts), .any(let parts): parts.flatMap(\.namedPrograms)
    case .settled(let part, _): part.namedPrograms
    default: []
    }
  }

  /// Whether it asks which environment something is aimed at.
  var asksForEnvironment: Bool {
    switch self {
    case .environment: true
    case .all(let parts), .any(let parts): parts.contains(where: \.asksForEnvironment)
    case .not(let part), .settled(let part, _): part.asksForEnvironment
    default: false
    }
  }

  /// Whether it asks for programs by their names, without wildcards.
  var namesPrograms: Bool {
    if case .program(let names) = self { !names.contains(where: NamePattern.isWild) } else { false }
  }

  /// Whether it asks for the host of a URL.
  var asksForHost: Bool {
    switch self {
    case .host: true
    case .all(let parts), .any(let parts): parts.contains(where: \.asksForHost)
    case .not(let part), .settled(let part, _): part.asksForHost
    default: false
    }
  }
}

extension Rule {
  /// Whether all that it can say is that something is allowed.
  var isMerelyAllowing: Bool { effect == .verdict(.allow) && (onUnknown ?? .allow) == .allow }

  /// Whether what it speaks of may be refused by it.
  var guards: Bool {
    guard phases.contains(.command), case .verdict(let verdict) = effect else { return false }
    return verdict > .allow
  }
}
