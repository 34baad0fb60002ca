package import JSONText
package import Machine

/// What was asked of `loop`, as far as the command line said it.
package struct LoopRequest: Sendable {
  /// What holds for each claim.
  package var next = NextRequest()
  /// The executor that runs the agent; nil prints the prompts.
  package var executor: Text?
  /// How many cycles there may be; nil leaves it to the consent.
  package var maxCycles: Int?
  /// Seconds between two cycles, and between two looks at a backlog that has nothing to hand out.
  package var interval: Double?
  /// Whether the run waits for work where there is none.
  package var watches = false
  /// The longest that the run may take, in seconds.
  package var maxRuntime: Double?
  /// The longest that it may wait for work, in seconds.
  package var maxIdle: Double?
  /// A file whose appearance ends the run, absolute.
  package var stopFile: Path?
  /// Whether work reaches the user's own tree.
  package var applies = false

  /// Asks for a run with every preset.
  package init() {}

  /// How long a run that watches waits between two looks, unless it was said.
  static let usualInterval = 30.0
}
