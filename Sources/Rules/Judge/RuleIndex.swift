import JSONText

/// The command rules of a set by the program that they can only be about.
struct RuleIndex {
  private var byProgram: [Text: [Int]] = [:]
  private var general: [Int] = []

  init(_ set: RuleSet, where isAsked: (Rule) -> Bool) {
    for (index, rule) in set.rules.enumerated()
    where rule.phases.contains(.command) && isAsked(rule) {
      guard let names = rule.condition.programs else {
        general.append(index)
        continue
      }
      for name in Set(names.map { set.shell == .powershell ? $0.lowercase : $0 }) {
        byProgram[name, default: []].append(index)
      }
    }
  }

  /// The places of the rules that may speak of a program.
  func rules(for name: Text) -> [Int] { general + (byProgram[name] ?? []) }
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

  /// Every program that it names without wildcards, in whatever way.
  var namedPrograms: [Text] {
    switch self {
    case .program(let names): names.filter { !NamePattern.isWild($0) }
    case .all(let parts), .any(let parts): parts.flatMap(\.namedPrograms)
    case .not(let part), .settled(let part, _): part.namedPrograms
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
