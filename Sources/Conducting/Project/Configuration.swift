import Backlog
package import JSONText
package import Machine

/// Where a project keeps its files and what it presets, read from `docs/automation/conductor.json`.
package struct Configuration: Equatable, Sendable {
  /// The configuration's own place, which nothing can move.
  package static let path: Path = "docs/automation/conductor.json"

  /// Where a project's own rule sets lie; each file there loads without being named.
  package static let rulesFolder: Path = "docs/automation/rules"

  /// The backlog, relative to the root.
  package var backlog: Path = "_plans/next-development.todo.json"
  /// The operator's consent.
  package var consent: Path = "docs/automation/autonomy-consent.json"
  /// The authenticity summary.
  package var authenticity: Path = "_report/usage/external-authenticity.json"
  /// The CI summary.
  package var ci: Path = "_report/planner/validate/summary-latest.json"
  /// Conductor's own folder: receipts, ledger and state.
  package var receipts: Path = "_report/usage/autonomy-conductor"
  /// The rule sets that the project names.
  package var rules: [Text] = []
  /// The plugins that the project declares.
  package var plugins: [PluginDeclaration] = []
  /// The limit of changed lines where neither flag nor item gives one.
  package var diffLimit = 200
  /// The test commands where neither flag nor item gives any.
  package var tests: [Text] = []
  /// How many seconds each test may take.
  package var testTimeout = 600
  /// The length of a claim's lease in seconds.
  package var lease = 7200
  /// The agent on whose behalf items are claimed.
  package var agent: Text?
  /// What can run an agent, in the order of the file.
  package var executors: [ExecutorSetting] = []
  /// Where proposed work is pushed; nil for nowhere.
  package var push: PushSetting?

  /// The places and presets that hold without a configuration.
  package init() {}

  /// Reads a configuration; whatever it cannot mean is refused with its place.
  package init(_ bytes: Bytes) throws(Refusal) {
    let document = try Document.read(bytes, of: Self.path, .configurationInvalid)
    let reader = Reader(path: Self.path, code: .configurationInvalid)
    let root = document.root
    try reader.object(
      root, keys: ["version", "paths", "rules", "defaults", "executors", "plugins", "push"])
    guard let version = root["version"] else {
      throw reader.fault("version is missing; it must be 1", root)
    }
    guard version.integer == 1 else {
      throw reader.fault("version must be 1, not " + version.words, version)
    }
    if let paths = root["paths"] { try read(paths: paths, reader) }
    if let value = root["rules"] { rules = try reader.texts(value, "rules") }
    if let defaults = root["defaults"] { try read(defaults: defaults, reader) }
    if let value = root["executors"] { executors = try ExecutorSetting.all(value, reader) }
    if let value = root["push"] { push = try PushSetting(value, reader) }
    if let value = root["plugins"] {
      plugins = try PluginReader(reader: reader).plugins(value)
      if let name = plugins.map(\.name).first(where: { executors.map(\.name).contains($0) }) {
        throw reader.fault(
          "an executor and a plugin are both called " + name
            + ", and nobody could tell which one is meant", value[name] ?? value)
      }
    }
  }

  private mutating func read(paths: Node, _ reader: Reader) throws(Refusal) {
    try reader.object(paths, keys: ["backlog", "consent", "authenticity", "ci", "receipts"])
    for member in paths.members {
      let text = try reader.text(member.value, member.key)
      let path = Path(text).normalized
      let staysInside = !path.isAbsolute && !text.isEmpty && path.components.first != ".."
      guard staysInside, path != "." else {
        throw reader.fault(
          member.key + " must lead to a place inside the project, not to "
            + Text(bytes: quoted(text)),
          member.value, code: .pathOutside)
      }
      switch member.key {
      case "backlog": backlog = path
      case "consent": consent = path
      case "authenticity": authenticity = path
      case "ci": ci = path
      default: receipts = path
      }
    }
  }

  private mutating func read(defaults: Node, _ reader: Reader) throws(Refusal) {
    try reader.object(defaults, keys: ["diff_limit", "tests", "test_timeout", "lease", "agent"])
    if let value = defaults["diff_limit"] {
      guard let count = value.integer, count > 0 else {
        throw reader.fault("diff_limit must be a whole number above 0, not " + value.words, value)
      }
      diffLimit = count
    }
    if let value = defaults["tests"] { tests = try reader.texts(value, "tests") }
    if let value = defaults["test_timeout"] {
      testTimeout = try reader.seconds(value, "test_timeout")
    }
    if let value = defaults["lease"] { lease = try reader.seconds(value, "lease") }
    if let value = defaults["agent"] { agent = try reader.text(value, "agent") }
  }
}

/// Reads values of a file that people write, and says where it cannot.
struct Reader {
  let path: Path
  let code: ReasonCode

  func fault(_ text: Text, _ node: Node, code: ReasonCode? = nil, hint: Text? = nil) -> Refusal {
    let place = node.place
    return Refusal(
      code ?? self.code, placePrefix(path, line: place.line, column: place.column) + text,
      hint: hint)
  }

  /// Checks that a value is an object with no other keys, since a misspelt key must never vanish.
  func object(_ node: Node, keys: [Text]) throws(Refusal) {
    guard node.kind == .object else { throw fault("expected an object, not " + node.words, node) }
    try node.forEachMember { (range, value) throws(Refusal) in
      let key = decodedString(node.document.bytes, range)
      if keys.contains(key) { return }
      let nearest = NearestWord.find(key.string, among: keys.map(\.string)).first
      let hint: Text = nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""
      throw fault("unknown key " + Text(bytes: quoted(key)) + hint, value)
    }
  }

  func text(_ node: Node, _ key: Text) throws(Refusal) -> Text {
    guard let text = node.text else {
      throw fault(key + " must be a string, not " + node.words, node)
    }
    return text
  }

  func texts(_ node: Node, _ key: Text) throws(Refusal) -> [Text] {
    let texts = node.elements.map(\.text)
    guard node.kind == .array, !texts.contains(nil) else {
      throw fault(key + " must be an array of strings, not " + node.words, node)
    }
    return texts.compactMap { $0 }
  }

  func flag(_ node: Node, _ key: Text) throws(Refusal) -> Bool {
    guard let flag = node.bool else {
      throw fault(key + " must be true or false, not " + node.words, node)
    }
    return flag
  }

  func seconds(_ node: Node, _ key: Text) throws(Refusal) -> Int {
    guard let seconds = node.text.flatMap({ TimeSpan.seconds($0) }) else {
      throw fault(
        key + " must be a duration such as \"90s\", \"45m\", \"2h\" or \"1d\", not " + node.words,
        node)
    }
    return seconds
  }
}

extension Document {
  /// Parses a file's bytes; a fault becomes a refusal that names file, line and column.
  static func read(_ bytes: Bytes, of path: Path, _ code: ReasonCode) throws(Refusal) -> Document {
    do {
      return try Document(bytes)
    } catch {
      throw Refusal(
        code, placePrefix(path, line: error.line, column: error.column) + Text(error.message))
    }
  }
}

/// The usual way to name a place, which editors and terminals understand.
func placePrefix(_ path: Path, line: Int, column: Int) -> Text {
  path.text + ":" + Text("\(line):\(column)") + ": "
}
