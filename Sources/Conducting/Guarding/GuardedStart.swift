import JSONText
package import Machine
import Rules

/// The start of a program that a guarded run watches over: judged by its real arguments, then let through or not.
package struct GuardedStart {
  /// What is to happen.
  package enum Outcome {
    /// The program is to take the place of this process.
    case start(Path, arguments: [[UInt8]])
    /// A rule speaks against it.
    case refused(RefusedDeed)
  }

  private let folder: RunFolder
  private let context: Context

  /// A start through one of the programs of a run's folder.
  package init(_ folder: RunFolder, _ context: Context) {
    self.folder = folder
    self.context = context
  }

  /// Judges by the sets as they are and as they were when the run began; the strictest verdict of both holds.
  ///
  /// - Parameters:
  ///   - name: The name of the program, which the folder has and the arguments need not have.
  ///   - arguments: All arguments as they were given, the name first.
  package func decide(_ name: Path, _ arguments: [[UInt8]]) throws(Refusal) -> Outcome {
    let charter = try RunCharter(from: folder.path, context.machine.files)
    var context = context
    try charter.restore(&context.machine)
    let project = try Project.find(charter.root, in: context)
    let shelf = try RuleShelf(project, context)
    shelf.book.keepToTheEnd()
    let item = try charter.item.map { (bytes) throws(Refusal) in
      try Document.read(bytes, of: folder.path, .inputOutput).root
    }
    var circumstances = Circumstances(
      project, context, shelf: shelf, item: item, level: charter.level,
      environment: charter.environment, approvals: try Approvals.read(project, context, shelf))
    circumstances.isActual = true
    let vector = [name.text] + arguments.dropFirst().map { Text(bytes: $0) }
    var judgement = shelf.book.judgement(ofVector: vector, circumstances)
    if !charter.isSame(as: shelf.book) {
      let before = try Self.book(charter)
      judgement = judgement.joined(with: before.judgement(ofVector: vector, circumstances))
    }
    guard judgement.verdict == .allow else {
      return .refused(
        RefusedDeed(
          judgement, kind: "command", subject: CommandWords.line(vector), item: item?["id"]?.text,
          project, context, shelf))
    }
    return try start(name, arguments, context.machine)
  }

  private static func book(_ charter: RunCharter) throws(Refusal) -> RuleBook {
    do {
      return try charter.book()
    } catch {
      throw Refusal(
        .rulesInvalid,
        "the rule sets of the run's beginning do not load: " + error.sentence)
    }
  }

  /// The real program is what the PATH has behind the folder, which may be the program of an outer run.
  private func start(
    _ name: Path, _ arguments: [[UInt8]], _ machine: Machine
  ) throws(Refusal) -> Outcome {
    var search = ProgramSearch(list: machine.environment.bytes("PATH"), calls: machine.calls)
    do {
      if let own = try machine.files.identity(folder.programs) { try search.skip(through: own) }
    } catch {
      throw Refusal(error)
    }
    let program = try search.program(name)
    var arguments = arguments
    // A program that looks for itself on the PATH by its name would find this one.
    if arguments.isEmpty || Path(bytes: arguments[0]).name == name {
      arguments = [program.bytes] + arguments.dropFirst()
    }
    return .start(program, arguments: arguments)
  }
}
