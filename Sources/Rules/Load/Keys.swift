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
  case prompt, redact, response, deliverables

  static let table = KnownKeys([
    "ruleset", "version", "language", "title", "reviewed_against", "extends", "shell", "unmatched",
    "params", "authority", "environments", "hints", "levels", "programs", "targets", "detectors",
    "rules", "waivers", "prompt", "redact", "response", "deliverables",
  ])

  /// Keys whose meaning is settled and that no command obeys yet: a set that needs them must not load without them.
  static let reserved: [Text] = [
    "modes", "budgets", "sources", "artifacts", "transitions", "incidents",
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
  case requires, prompt, changes
  static let table = KnownKeys(["requires", "prompt", "changes"])
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

enum DeliverableKey: Int, KeyList {
  case id, needs, when, code, because, instead, verdict, escalateTo, onUnknown, approval, cites

  static let table = KnownKeys([
    "id", "needs", "when", "code", "because", "instead", "verdict", "escalate_to", "on_unknown",
    "approval", "cites",
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
  case csv, markdown, tracked, clean, tested, changed, outside, headings

  static let table = KnownKeys([
    "all", "any", "not", "program", "subcommand", "option", "value", "operand", "argument", "sets",
    "script", "writes", "stages", "pipes", "redirects", "chained", "host", "environment",
    "elsewhere", "text", "fields", "item", "artifacts", "path", "change", "added", "removed",
    "also", "count", "variable", "file", "json", "approval", "level", "time", "documented",
    "csv", "markdown", "tracked", "clean", "tested", "changed", "outside", "headings",
  ])

  /// Whether a rule of any phase may ask this.
  var isFact: Bool {
    switch self {
    case .all, .any, .not, .variable, .file, .json, .approval, .level, .time, .csv, .markdown,
      .clean, .tested, .changed, .outside:
      true
    default: false
    }
  }

  /// Whether a rule of a phase may ask this.
  func fits(_ phase: Phase) -> Bool {
    switch self {
    case .program, .subcommand, .option, .value, .operand, .argument, .sets, .script, .writes,
      .stages, .pipes, .redirects, .chained, .host, .environment, .elsewhere:
      phase == .command
    case .text: [.command, .item, .response, .close].contains(phase)
    case .headings: phase == .response || phase == .close
    case .fields: phase == .item
    case .item, .artifacts: [.item, .diff, .response, .close].contains(phase)
    case .path, .change, .added, .removed, .also, .tracked: phase == .diff
    case .count: phase == .diff || phase == .close
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
  case files, lines, new, deleted, commits
  static let table = KnownKeys(["files", "lines", "new", "deleted", "commits"])
}

enum VariableKey: Int, KeyList {
  case name, isOneOf, set, onUnknown
  static let table = KnownKeys(["name", "is", "set", "on_unknown"])
}

/// What says which files `file`, `json`, `csv` and `markdown` are about, behind the path itself.
protocol ChoiceKeyList: KeyList {
  static var newest: Self { get }
  static var newerThan: Self { get }
  static var names: Self { get }
  static var mentions: Self { get }
}

enum FileKey: Int, ChoiceKeyList {
  case path, exists, contains, newerThan, onUnknown, newest, names, mentions, count, every, commands
  static let table = KnownKeys([
    "path", "exists", "contains", "newer_than", "on_unknown", "newest", "names", "mentions",
    "count", "every", "commands",
  ])
}

enum PageKey: Int, ChoiceKeyList {
  case file, newest, newerThan, names, mentions, section, headings, boxes, row, onUnknown
  static let table = KnownKeys([
    "file", "newest", "newer_than", "names", "mentions", "section", "headings", "boxes", "row",
    "on_unknown",
  ])
}

enum BoxKey: Int, KeyList {
  case checked, unchecked
  static let table = KnownKeys(["checked", "unchecked"])
}

enum OutsideKey: Int, KeyList {
  case paths, item
  static let table = KnownKeys(["paths", "item"])
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

/// What `item`, `json`, `csv` and `count` may compare with, and the keys that say what is compared.
enum ComparisonKey: Int, ChoiceKeyList {
  case field, file, pointer, equals, among, notAmong, less, atMost, more, atLeast, matches, exists
  case type, onUnknown, within
  case newest, newerThan, names, mentions
  case each, some, count
  case rows, column, columns, unique, deleted, sound

  static let table = KnownKeys([
    "field", "file", "pointer", "is", "in", "not_in", "lt", "le", "gt", "ge", "matches", "exists",
    "type", "on_unknown", "within", "newest", "newer_than", "names", "mentions", "each", "some",
    "count", "where", "column", "columns", "unique", "deleted", "sound",
  ])

  /// The comparisons themselves.
  static let operators: [ComparisonKey] = [
    .equals, .among, .notAmong, .less, .atMost, .more, .atLeast, .matches, .exists, .type, .within,
  ]
  /// The comparisons of counts.
  static let counting: [ComparisonKey] = [
    .equals, .among, .notAmong, .less, .atMost, .more, .atLeast,
  ]
  /// What says which files are meant.
  static let choosing: [ComparisonKey] = [.file, .newest, .newerThan, .names, .mentions]
}

enum CommandExampleKey: Int, KeyList {
  case command, environment
  static let table = KnownKeys(["command", "environment"])
}

enum ChangeKey: Int, KeyList {
  case path, change, added, removed, from, binary, tracked, item
  static let table = KnownKeys([
    "path", "change", "added", "removed", "from", "binary", "tracked", "item",
  ])
}
