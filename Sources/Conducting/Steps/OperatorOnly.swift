import JSONText
import Machine

/// What only an operator may do, and nothing that conductor itself has started.
package enum OperatorOnly {
  /// Refuses a process that has conductor running an agent's program or a test among its ancestors, whatever its
  /// environment says; and everybody while programs live on whose run was killed, since nothing then tells them from
  /// the operator.
  package static func check(_ project: Project, _ context: Context) throws(Refusal) {
    try checkAncestors(context)
    for folder in RunFolder.abandoned(project, context) {
      guard let left = folder.user(context) else { continue }
      throw Refusal(
        .operatorOnly,
        "this is for an operator, and process " + Text("\(left)")
          + " lives on from a guarded run whose conductor was killed",
        hint: "End that process and those that it started, and then try again.")
    }
  }

  private static func checkAncestors(_ context: Context) throws(Refusal) {
    let ancestors: [Ancestor]
    do {
      ancestors = try context.machine.ancestors()
    } catch {
      throw Refusal(
        .operatorOnly, "the system does not tell what started this process: " + error.words,
        hint: "Run it where the system lists its processes.")
    }
    guard let keeper = ancestors.first(where: isKeeper) else { return }
    throw Refusal(
      .operatorOnly,
      "this is for an operator, and process " + Text("\(keeper.id)")
        + " of conductor has started what asks for it",
      hint: "Run it in a terminal of your own.")
  }

  private static let verbs = ["exec", "loop", "verify", "close"]

  /// Whether a process is conductor keeping watch over what it started.
  private static func isKeeper(_ process: Ancestor) -> Bool {
    guard process.runsThisProgram || names(of: process).contains("conductor") else { return false }
    let own = process.arguments.dropFirst().prefix { !$0.elementsEqual("--".utf8) }
    return own.contains { argument in verbs.contains { argument.elementsEqual($0.utf8) } }
      // Under another name the program stands in for one that it guards.
      || process.runsThisProgram && Path(bytes: process.arguments.first ?? []).name != "conductor"
  }

  private static func names(of process: Ancestor) -> [Text] {
    [process.executable, process.arguments.first.map { Path(bytes: $0) }].compactMap { path in
      guard let name = path?.name.text else { return nil }
      // So Linux marks a program that was replaced while it ran.
      let mark: Text = " (deleted)"
      return name.hasSuffix(mark) ? Text(bytes: Array(name.bytes.dropLast(mark.bytes.count))) : name
    }
  }
}
