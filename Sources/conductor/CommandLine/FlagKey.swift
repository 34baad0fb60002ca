/// The name of a flag together with the type of its value, so that a command cannot read a count as text.
///
/// A flag means the same, and has the same type, in every command that takes it.
struct FlagKey<Value: Sendable>: Sendable {
  /// The long spelling without its two hyphens.
  let word: String

  fileprivate init(_ word: String) { self.word = word }
}

extension FlagKey where Value == Bool {
  /// Answer with one JSON document.
  static var json: Self { Self("json") }
  /// Say less on standard error.
  static var quiet: Self { Self("quiet") }
  /// Explain instead of doing.
  static var help: Self { Self("help") }
  /// Go through everything but claim nothing.
  static var dryRun: Self { Self("dry-run") }
  /// Leave a released item blocked.
  static var blocked: Self { Self("blocked") }
  /// Only what could be claimed now.
  static var eligible: Self { Self("eligible") }
  /// Take the arguments as they are and not as a line.
  static var argv: Self { Self("argv") }
  /// Wait for work where there is none.
  static var watch: Self { Self("watch") }
  /// Let work reach the user's own tree.
  static var apply: Self { Self("apply") }
  /// Only what git has staged.
  static var staged: Self { Self("staged") }
}

extension FlagKey where Value == Int {
  /// How many lines may change.
  static var diffLimit: Self { Self("diff-limit") }
  /// The number of a claim.
  static var claim: Self { Self("claim") }
  /// How many cycles a run may have.
  static var maxCycles: Self { Self("max-cycles") }
  /// How many entries are shown at most.
  static var limit: Self { Self("limit") }
}

extension FlagKey where Value == Duration {
  /// How long a claim holds without being renewed.
  static var lease: Self { Self("lease") }
}

extension FlagKey where Value == Duration {
  /// How long a decision holds.
  static var expires: Self { Self("expires") }
  /// The pause between two cycles or looks.
  static var interval: Self { Self("interval") }
  /// How long a run may last.
  static var maxRuntime: Self { Self("max-runtime") }
  /// How long a run may wait for work.
  static var maxIdle: Self { Self("max-idle") }
}

extension FlagKey where Value == String {
  /// Who decides.
  static var by: Self { Self("by") }
  /// What runs the agent.
  static var executor: Self { Self("executor") }
  /// A file whose appearance ends a run.
  static var stopFile: Self { Self("stop-file") }
  /// The work order that a decision rests on.
  static var workOrder: Self { Self("work-order") }
  /// How what is approved would be undone.
  static var rollback: Self { Self("rollback") }
  /// The key to sign with.
  static var key: Self { Self("key") }
  /// The project root.
  static var root: Self { Self("root") }
  /// Where the agent leaves its receipts.
  static var receiptsDirectory: Self { Self("receipts-dir") }
  /// The plan that the next item must belong to.
  static var planID: Self { Self("plan-id") }
  /// An item by its id.
  static var item: Self { Self("item") }
  /// Who the claim is for.
  static var agent: Self { Self("agent") }
  /// How much the agent may do.
  static var level: Self { Self("level") }
  /// Why something is done.
  static var reason: Self { Self("reason") }
  /// The status of an item.
  static var status: Self { Self("status") }
  /// The title of a new item.
  static var title: Self { Self("title") }
  /// The id of a new item.
  static var id: Self { Self("id") }
  /// The plan of a new item.
  static var plan: Self { Self("plan") }
  /// The notes of a new item.
  static var notes: Self { Self("notes") }
  /// The priority of a new item.
  static var priority: Self { Self("priority") }
  /// The time before which a new item is not eligible.
  static var notBefore: Self { Self("not-before") }
  /// The kind of a receipt.
  static var kind: Self { Self("kind") }
  /// The target that a command is aimed at.
  static var environment: Self { Self("environment") }
  /// The file that holds an agent's answer.
  static var response: Self { Self("response") }
  /// A file that holds the text of an item.
  static var text: Self { Self("text") }
  /// The commit that changes are measured from.
  static var base: Self { Self("base") }
  /// The file that is written.
  static var to: Self { Self("to") }
  /// The form in which something is written.
  static var format: Self { Self("format") }
}

extension FlagKey where Value == [String] {
  /// The commands that must succeed, in order.
  static var tests: Self { Self("test") }
  /// The rule sets that a new project loads.
  static var rules: Self { Self("rules") }
  /// The files that a decision is about.
  static var paths: Self { Self("path") }
  /// The items that must be done first.
  static var dependsOn: Self { Self("depends-on") }
}
