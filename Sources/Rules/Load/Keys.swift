import JSONText

/// The keys that one kind of object may have, numbered in the order of their words.
protocol KeyList: RawRepresentable<Int>, Sendable {
  static var table: KnownKeys { get }
}

extension KeyList {
  /// Every key as sets spell it.
  static var words: [Text] { table.words }

  /// The key as sets spell it.
  var word: Text { Self.words[rawValue] }
}

enum SetKey: Int, KeyList {
  case ruleset, version, language, title, reviewedAgainst, extends, shell, unmatched, params
  case authority, environments, hints, levels, programs, targets, detectors, rules, waivers
  case prompt, redact, response

  static let table = KnownKeys([
    "ruleset", "version", "language", "title", "reviewed_against", "extends", "shell", "unmatched",
    "params", "authority", "environments", "hints", "levels", "programs", "targets", "detectors",
    "rules", "waivers", "prompt", "redact", "response",
  ])

  /// Keys whose meaning is settled and that no command obeys yet: a set that needs them must not load without them.
  static let reserved: [Text] = [
    "modes", "budgets", "sources", "artifacts", "deliverables", "transitions", "incidents",
    "alerts", "contract", "plugins", "applies_to",
  ]
}

enum ReviewKey: Int, KeyList {
  case commit, files
  static let table = KnownKeys(["commit", "files"])
}

enum AuthorityKey: Int, KeyList {
  case chain, escalateTo, rights, keys
  static let table = KnownKeys(["chain", "escalate_to", "rights", "keys"])
}

enum EnvironmentKey: Int, KeyList {
  case apps, hosts, urls, branches, variables, approve, needs
  static let table = KnownKeys([
    "apps", "hosts", "urls", "branches", "variables", "approve", "needs",
  ])
}

enum HintKey: Int, KeyList {
  case options, variables, operands
  static let table = KnownKeys(["options", "variables", "operands"])
}

enum LevelKey: Int, KeyList {
  case requires, prompt
  static let table = KnownKeys(["requires", "prompt"])
}

enum ProgramKey: Int, KeyList {
  case valued
  static let table = KnownKeys(["valued"])
}

enum ToolKey: Int, KeyList {
  case make, npm, just
  static let table = KnownKeys(["make", "npm", "just"])
}

enum TargetKey: Int, KeyList {
  case runs, environment, because
  static let table = KnownKeys(["runs", "environment", "because"])
}

enum DetectorKey: Int, KeyList {
  case any, all, unless, negatedBy, letterCase, wholeWords, globs, match, notMatch
  static let table = KnownKeys([
    "any", "all", "unless", "negated_by", "case", "words", "globs", "match", "not_match",
  ])
}

enum RuleKey: Int, KeyList {
  case id, phase, when, verdict, level, because, instead, escalateTo, onUnknown, environment
  case approval, code, cites, match, notMatch

  static let table = KnownKeys([
    "id", "phase", "when", "verdict", "level", "because", "instead", "escalate_to", "on_unknown",
    "environment", "approval", "code", "cites", "match", "not_match",
  ])
}

enum ApprovalKey: Int, KeyList {
  case right, by, needs
  static let table = KnownKeys(["right", "by", "needs"])
}

enum WaiverKey: Int, KeyList {
  case rule, scope, reason, who, expires
  static let table = KnownKeys(["rule", "scope", "reason", "who", "expires"])
}

enum ScopeKey: Int, KeyList {
  case item, path, command
  static let table = KnownKeys(["item", "path", "command"])
}

enum ConditionKey: Int, KeyList {
  case all, any, not
  case program, subcommand, option, value, operand, argument, sets, script, writes, stages, pipes
  case redirects, chained, host, environment, elsewhere
  case text, fields
  case item, artifacts
  case path, change, added, removed, also, count
  case variable, file, json, approval, level, time
  case documented

  static let table = KnownKeys([
    "all", "any", "not", "program", "subcommand", "option", "value", "operand", "argument", "sets",
    "script", "writes", "stages", "pipes", "redirects", "chained", "host", "environment",
    "elsewhere", "text", "fields", "item", "artifacts", "path", "change", "added", "removed",
    "also", "count", "variable", "file", "json", "approval", "level", "time", "documented",
  ])

  /// Whether a rule of any phase may ask this.
  var isFact: Bool {
    switch self {
    case .all, .any, .not, .variable, .file, .json, .approval, .level, .time: true
    default: false
    }
  }

  /// Whether a rule of a phase may ask this.
  func fits(_ phase: Phase) -> Bool {
    switch self {
    case .program, .subcommand, .option, .value, .operand, .argument, .sets, .script, .writes,
      .stages, .pipes, .redirects, .chained, .host, .environment, .elsewhere:
      phase == .command
    case .text: phase == .command || phase == .item || phase == .response
    case .fields, .item, .artifacts: phase == .item
    case .path, .change, .added, .removed, .also, .count: phase == .diff
    case .documented: false
    default: true
    }
  }
}

enum ValueKey: Int, KeyList {
  case of, isOneOf
  static let table = KnownKeys(["of", "is"])
}

enum HostKey: Int, KeyList {
  case among, notAmong
  static let table = KnownKeys(["in", "not_in"])
}

enum ArtifactKey: Int, KeyList {
  case all, any
  static let table = KnownKeys(["all", "any"])
}

enum CountKey: Int, KeyList {
  case files, lines, new, deleted
  static let table = KnownKeys(["files", "lines", "new", "deleted"])
}

enum VariableKey: Int, KeyList {
  case name, isOneOf, set, onUnknown
  static let table = KnownKeys(["name", "is", "set", "on_unknown"])
}

enum FileKey: Int, KeyList {
  case path, exists, contains, newerThan, onUnknown
  static let table = KnownKeys(["path", "exists", "contains", "newer_than", "on_unknown"])
}

enum ApprovedKey: Int, KeyList {
  case right, onUnknown
  static let table = KnownKeys(["right", "on_unknown"])
}

enum ReachedKey: Int, KeyList {
  case atLeast, onUnknown
  static let table = KnownKeys(["at_least", "on_unknown"])
}

enum TimeKey: Int, KeyList {
  case after, before, onUnknown
  static let table = KnownKeys(["after", "before", "on_unknown"])
}

/// What `item`, `json` and `count` may compare with, behind the keys that say what is compared.
enum ComparisonKey: Int, KeyList {
  case field, file, pointer, equals, among, notAmong, less, atMost, more, atLeast, matches, exists
  case type, onUnknown

  static let table = KnownKeys([
    "field", "file", "pointer", "is", "in", "not_in", "lt", "le", "gt", "ge", "matches", "exists",
    "type", "on_unknown",
  ])
}

enum CommandExampleKey: Int, KeyList {
  case command, environment
  static let table = KnownKeys(["command", "environment"])
}

enum ChangeKey: Int, KeyList {
  case path, change, added, removed, from, binary
  static let table = KnownKeys(["path", "change", "added", "removed", "from", "binary"])
}
