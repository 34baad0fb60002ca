import Backlog
package import Evidence
package import JSONText
package import Machine

/// What the operator allows unattended work to do; what is not said is not allowed.
package struct Consent: Equatable, Sendable {
  /// How far unattended work may go within a period, where the consent says so.
  package struct Budget: Equatable, Sendable {
    package var cyclesPerDay: Int?
    package var minutesPerRun: Double?
    package var costPerDay: Amount?
    package var failuresInARow: Int?
  }

  package var autoEnabled = false
  package var continuous = false
  package var requireExecute = true
  package var allowApply = false
  package var haltOnAttentionFeeds = true
  package var haltOnCIFailure = true
  /// Whether work for which no test was asked counts as refused rather than as merely unverified.
  package var requireTests = false
  /// The number of cycles of one run; 0 means as many as the backlog holds.
  package var maxIterations = 1
  package var expires: Timestamp?
  package var plans: [Text]?
  package var budget = Budget()
  /// Keys that mean nothing here, which are warned of.
  package var unknownKeys: [Text] = []

  /// What holds without a consent file.
  package init() {}

  private static let keys: [Text] = [
    "auto_enabled", "continuous", "require_execute", "allow_apply", "halt_on_attention_feeds",
    "halt_on_ci_failure", "max_iterations", "notes", "expires", "plans", "budget", "require_tests",
  ]
  private static let budgetKeys: [Text] = [
    "cycles_per_day", "minutes_per_run", "cost_per_day", "failures_in_a_row",
  ]

  /// Reads a consent; a key of the wrong type refuses the whole of it.
  package init(_ bytes: Bytes, path: Path) throws(Refusal) {
    let root = try Document.read(bytes, of: path, .consentInvalid).root
    let reader = Reader(path: path, code: .consentInvalid)
    guard root.kind == .object else {
      throw reader.fault("a consent must be an object, not " + root.words, root)
    }
    func flag(_ key: Text, _ preset: Bool) throws(Refusal) -> Bool {
      guard let value = root[key] else { return preset }
      return try reader.flag(value, key)
    }
    autoEnabled = try flag("auto_enabled", autoEnabled)
    continuous = try flag("continuous", continuous)
    requireExecute = try flag("require_execute", requireExecute)
    allowApply = try flag("allow_apply", allowApply)
    haltOnAttentionFeeds = try flag("halt_on_attention_feeds", haltOnAttentionFeeds)
    haltOnCIFailure = try flag("halt_on_ci_failure", haltOnCIFailure)
    requireTests = try flag("require_tests", requireTests)
    if let value = root["max_iterations"] {
      guard let count = value.integer, count >= 0 else {
        throw reader.fault("max_iterations must be a whole number, not " + value.words, value)
      }
      maxIterations = count
    }
    if let value = root["notes"], value.text == nil {
      throw reader.fault("notes must be a string, not " + value.words, value)
    }
    if let value = root["expires"] {
      guard let time = value.text.flatMap({ Timestamp($0) }) else {
        throw reader.fault("expires must be a date or a time, not " + value.words, value)
      }
      expires = time
    }
    if let value = root["plans"] { plans = try reader.texts(value, "plans") }
    unknownKeys = root.members.map(\.key).filter { !Self.keys.contains($0) }
    if let value = root["budget"] { budget = try Self.budget(value, reader) }
  }

  private static func budget(_ node: Node, _ reader: Reader) throws(Refusal) -> Budget {
    guard node.kind == .object else {
      throw reader.fault("budget must be an object, not " + node.words, node)
    }
    // A cap that vanished would let through what it was to keep back.
    try reader.object(node, keys: budgetKeys)
    func count(_ key: Text) throws(Refusal) -> Int? {
      guard let value = node[key] else { return nil }
      guard let count = value.integer, count > 0 else {
        throw reader.fault(key + " must be a whole number above 0, not " + value.words, value)
      }
      return count
    }
    func amount(_ key: Text) throws(Refusal) -> Number? {
      guard let value = node[key] else { return nil }
      guard let amount = value.number, let double = amount.double, double > 0 else {
        throw reader.fault(key + " must be a number above 0, not " + value.words, value)
      }
      return amount
    }
    return Budget(
      cyclesPerDay: try count("cycles_per_day"),
      minutesPerRun: try amount("minutes_per_run")?.double,
      costPerDay: try amount("cost_per_day").flatMap { Amount($0) },
      failuresInARow: try count("failures_in_a_row"))
  }

  /// What deserves a look in it: each key that means nothing, with the one that was probably meant.
  package var notes: [Reason] {
    unknownKeys.map { key in
      let nearest = NearestWord.find(key.string, among: Self.keys.map(\.string)).first
      return ReasonCode.consentUnknownKey.reason(
        "the consent has the key " + Text(bytes: quoted(key)) + ", which means nothing"
          + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""))
    }
  }

  /// Whether the consent's time has run out, which makes it count as absent.
  package func isExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }

  /// The form that receipts hold: what was in force, presets included.
  package var json: JSON {
    [
      "auto_enabled": .bool(autoEnabled), "continuous": .bool(continuous),
      "require_execute": .bool(requireExecute), "allow_apply": .bool(allowApply),
      "halt_on_attention_feeds": .bool(haltOnAttentionFeeds),
      "halt_on_ci_failure": .bool(haltOnCIFailure), "max_iterations": .integer(maxIterations),
      "require_tests": .bool(requireTests),
      "expires": expires.map { .string($0.text) } ?? .null,
    ]
  }
}
