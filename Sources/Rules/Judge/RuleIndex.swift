import JSONText
import Synchronization

/// A rule that is to be asked: its place in the set, and what it asks, without the rest of it.
struct Candidate: Sendable {
  let place: Int
  let condition: Condition
}

/// The command rules of a set by what they can only be about, their conditions read when they are asked.
final class RuleIndex: Sendable {
  private let set: RuleSet
  private let names: RuleNames
  /// The facts on which rules depend, with their places in rising order.
  private let facts: [(place: Int, facts: CommandFacts)]
  /// The answers that were asked for, each put together once, by the name with the facts behind it.
  private let lists = Mutex<[Text: [Candidate]]>([:])

  /// Indexes the rules that are asked: all where nothing says which.
  init(_ set: RuleSet, where isAsked: ((Rule) -> Bool)? = nil) {
    self.set = set
    if isAsked == nil, let table = set.table {
      names = .table(table)
      facts = (0..<table.ruleCount).compactMap { place in
        let facts = table.facts(place)
        return table.rule(place, isOf: .command) && !facts.isEmpty ? (place, facts) : nil
      }
      return
    }
    var named = RuleNames.Listed()
    var facts: [(place: Int, facts: CommandFacts)] = []
    for (place, rule) in set.rules.enumerated()
    where rule.phases.contains(.command) && isAsked?(rule) != false {
      let bearing = Bearing(rule.condition)
      if !bearing.facts.isEmpty { facts.append((place, bearing.facts)) }
      for name in bearing.programs {
        named.add(set.shell == .powershell ? name.lowercase : name, place)
      }
    }
    names = .listed(named)
    self.facts = facts
  }

  /// The rules that may speak of a program of which some facts are true.
  func candidates(for name: Text, _ known: CommandFacts) -> [Candidate] {
    let question = Text(bytes: name.bytes + [UInt8(truncatingIfNeeded: known.rawValue)])
    return lists.withLock { lists in
      if let found = lists[question] { return found }
      var places = names.places(of: name)
      for (place, facts) in facts where !facts.isDisjoint(with: known) { places.append(place) }
      places.sort()
      var found: [Candidate] = []
      for place in places where place != found.last?.place {
        found.append(Candidate(place: place, condition: set.rules[place].condition))
      }
      lists[question] = found
      return found
    }
  }
}

/// Which rules name a program.
private enum RuleNames: Sendable {
  /// As a table tells that was made when the program was built.
  case table(RuleTable)
  case listed(Listed)

  /// As the rules themselves tell.
  struct Listed: Sendable {
    private var whole: [Text: [Int]] = [:]
    private var patterns: [(name: Text, place: Int)] = []

    mutating func add(_ name: Text, _ place: Int) {
      if NamePattern.isWild(name) {
        patterns.append((name, place))
      } else {
        whole[name, default: []].append(place)
      }
    }

    func places(of program: Text) -> [Int] {
      (whole[program] ?? [])
        + patterns.filter { NamePattern.matches($0.name, program, ignoringCase: false) }
        .map(\.place)
    }
  }

  /// The places of the rules that name a program, in no order; one may be there twice.
  func places(of program: Text) -> [Int] {
    switch self {
    case .table(let table): table.rules(naming: program)
    case .listed(let listed): listed.places(of: program)
    }
  }
}

/// What every judgement of a command needs to know of the rules of all sets.
final class CommandPlan: Sendable {
  /// The names of programs.
  private final class Names: Sendable {
    let all: [Text]

    init(_ names: Set<Text>) { all = names.sorted() }
  }

  let hasCommandRules: Bool
  /// How many command rules there are, each counted once however often its set is loaded.
  let ruleCount: Int
  private let named: Deferred<Names>
  private let indexes: [RuleIndex]
  private let shells: [RuleSet.Shell]

  init(_ sets: [RuleSet]) {
    ruleCount = sets.ruleCount(of: .command)
    hasCommandRules = ruleCount > 0
    named = Deferred { Names(Set(sets.flatMap(\.guardedPrograms))) }
    indexes = sets.map { RuleIndex($0) }
    shells = sets.map(\.shell)
  }

  /// The programs that rules with a verdict above allow name, without wildcards.
  var guarded: [Text] { named.value.all }

  /// The indexes of the sets that read lines as a shell does.
  func indexes(of shell: RuleSet.Shell) -> [RuleIndex] {
    zip(indexes, shells).filter { $0.1 == shell }.map(\.0)
  }
}

extension RuleSet {
  /// The programs that rules with a verdict above allow name, without wildcards.
  var guardedPrograms: [Text] {
    table?.guarded ?? rules.filter(\.guards).flatMap(\.condition.namedPrograms)
  }

  /// The programs whose starts a rule may refuse or hold to a level, and the build tools of whose targets it says what
  /// they run.
  var watchedPrograms: [Text] {
    if let table { return table.watched }
    let watching = rules.filter { $0.phases.contains(.command) && !$0.isMerelyAllowing }
    return Array(targets.keys) + watching.flatMap(\.condition.namedPrograms)
  }
}

extension [RuleSet] {
  /// How many rules of a phase there are, each counted once however often its set is loaded.
  func ruleCount(of phase: Phase) -> Int {
    let names = map(\.name)
    guard names.indices.allSatisfy({ !names[..<$0].contains(names[$0]) }) else {
      return ruleCount { $0.phases.contains(phase) }
    }
    return reduce(0) { $0 + $1.ruleCount(of: phase) }
  }

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
