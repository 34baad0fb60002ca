import JSONText

/// What a set says behind its name.
protocol SetContents: Sendable {
  var title: Text? { get }
  var review: Review? { get }
  var authority: Authority { get }
  var environments: [TargetEnvironment] { get }
  var hints: EnvironmentHints { get }
  var levels: Levels? { get }
  var hasLevels: Bool { get }
  var hasEnvironments: Bool { get }
  var valued: [Text: [Text]] { get }
  var targets: [Text: [Text: BuildTarget]] { get }
  var detectors: [Text: Detector] { get }
  func detector(_ name: Text) -> Detector?
  var rules: [Rule] { get }
  var deliverables: [Rule] { get }
  var waivers: [Waiver] { get }
  var prompt: [Text] { get }
  var redact: [Text] { get }
  var response: [ResponseSchema] { get }
  var unused: [(place: RulePlace, text: Text)] { get }
  /// Where the rules lie, where they are wholly those of a built-in set.
  var table: RuleTable? { get }
}

/// What a set was reviewed against.
struct Review: Sendable {
  let commit: Text
  /// The files that the set names; nil for what its rules cite.
  let files: [Text]?
}

/// What was read of a set.
struct ReadContents: SetContents {
  var title: Text?
  var review: Review?
  var authority = Authority()
  var environments: [TargetEnvironment] = []
  var hints = EnvironmentHints()
  var levels: Levels?
  var valued: [Text: [Text]] = [:]
  var targets: [Text: [Text: BuildTarget]] = [:]
  var detectors: [Text: Detector] = [:]
  var rules: [Rule] = []
  var deliverables: [Rule] = []
  var waivers: [Waiver] = []
  var prompt: [Text] = []
  var redact: [Text] = []
  var response: [ResponseSchema] = []
  var unused: [(place: RulePlace, text: Text)] = []

  func detector(_ name: Text) -> Detector? { detectors[name] }

  var hasLevels: Bool { levels != nil }
  var hasEnvironments: Bool { !environments.isEmpty }
  var table: RuleTable? { nil }
}
