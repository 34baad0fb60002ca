import JSONText
import Synchronization

/// A rule that is to be asked: its place in the set, and what it asks, without the rest of it.
struct Candidate: Sendable {
  let place: Int
  let condition: Condition
}

/// The command rules of a set by what they can only be about, their conditions read when they are asked.
final class RuleIndex: Sendable {
  /// A question to which the same rules are always the answer.
  private struct Lists: Sendable {
    var plain: [Text: [Candidate]] = [:]
    var withScripts: [Text: [Candidate]] = [:]
  }

  private let rules: [Rule]
  private let byProgram: [Text: [Int]]
  private let onScripts: [Int]
  private let general: [Int]
  /// The lists that were asked for, each put together once.
  private let lists = Mutex(Lists())

  init(_ set: RuleSet, where isAsked: (Rule) -> Bool) {
    rules = set.rules
    var byProgram: [Text: [Int]] = [:]
    byProgram.reserveCapacity(rules.count * 4)
    var onScripts: [Int] = []
    var general: [Int] = []
    func note(_ place: Int, in places: inout [Int]) {
      if places.last != place { places.append(place) }
    }
    for (place, rule) in rules.enumerated()
    where rule.phases.contains(.command) && isAsked(rule) {
      guard let bearing = rule.bearing else {
        general.append(place)
        continue
      }
      if bearing.isAboutScripts { onScripts.append(place) }
      for name in bearing.programs {
        note(place, in: &byProgram[set.shell == .powershell ? name.lowercase : name, default: []])
      }
    }
    self.byProgram = byProgram
    self.onScripts = onScripts
    self.general = general
  }

  /// The rules that may speak of a program, which runs scripts or does not.
  func candidates(for name: Text, runningScripts: Bool) -> [Candidate] {
    let own = byProgram[name] ?? []
    let scripts = runningScripts ? onScripts.filter { !own.contains($0) } : []
    // All programs of which no rule speaks by name share one list.
    let key = own.isEmpty ? "" : name
    return lists.withLock { lists in
      let known = runningScripts ? lists.withScripts[key] : lists.plain[key]
      if let known { return known }
      let found = (general + own + scripts).map {
        Candidate(place: $0, condition: rules[$0].condition)
      }
      if runningScripts { lists.withScripts[key] = found } else { lists.plain[key] = found }
      return found
    }
  }
}

/// What every judgement of a command needs to know of the rules of all sets.
struct CommandPlan: Sendable {
  let hasCommandRules: Bool
  /// How many command rules there are, each counted once however often its set is loaded.
  let ruleCount: Int
  private let named: Deferred<[Text]>
  private let indexes: [RuleIndex]
  private let shells: [RuleSet.Shell]

  init(_ sets: [RuleSet]) {
    ruleCount = sets.ruleCount { $0.phases.contains(.command) }
    hasCommandRules = ruleCount > 0
    named = Deferred {
      var names: Set<Text> = []
      for set in sets {
        for rule in set.rules where rule.guards { names.formUnion(rule.condition.namedPrograms) }
      }
      return names.sorted()
    }
    indexes = sets.map { RuleIndex($0) { _ in true } }
    shells = sets.map(\.shell)
  }

  /// The programs that rules with a verdict above allow name, without wildcards.
  var guarded: [Text] { named.value }

  /// The indexes of the sets that read lines as a shell does.
  func indexes(of shell: RuleSet.Shell) -> [RuleIndex] {
    zip(indexes, shells).filter { $0.1 == shell }.map(\.0)
  }
}

extension [RuleSet] {
  /// How many rules are asked, each counted once however often its set is loaded.
  func ruleCount(_ isAsked: (Rule) -> Bool) -> Int {
    var counted: [Text: Set<Text>] = [:]
    for set in self {
      for rule in set.rules where isAsked(rule) {
        counted[set.name, default: []].insert(rule.id)
      }
    }
    return counted.values.reduce(0) { $0 + $1.count }
  }
}

extension Condition {
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
