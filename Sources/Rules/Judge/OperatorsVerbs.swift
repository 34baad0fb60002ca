import JSONText
import ShellText

/// What of conductor itself only an operator may use, as far as a command line tells.
enum OperatorsVerbs {
  /// The words of the commands that decide for an operator.
  static let verbs: [[Spelling]] = [
    ["approve"], ["resume"], ["mode", "set"], ["plugin", "trust"], ["contract", "grant"],
  ]

  /// The options of these commands that take the next argument.
  private static let valued: Set<Spelling> = [
    "--root", "--by", "--item", "--environment", "--path", "--expires", "--work-order",
    "--rollback", "--reason", "--key",
  ]

  static let own: Spelling = "conductor"
  private static let enders: Set<Text> = ["kill", "pkill", "killall", "skill", "xkill"]

  /// Whether a command uses such a verb, or would end conductor; doubtful where its arguments do not tell.
  static func use(_ command: CommandSubject) -> Degree {
    if enders.contains(command.name) {
      let ends = command.vector.arguments.contains {
        Mention.of(own, in: $0.written) || Mention.of("PPID", in: $0.written)
      }
      return ends ? .yes : .no
    }
    guard command.name == Text(own), !onlyAsksForHelp(command) else { return .no }
    let operands = command.operands(valued: valued, mindingCase: true)
    return verbs.map { fits(operands, $0) }.max() ?? .no
  }

  /// Whether a text that is not understood names conductor and all words of a verb.
  static func areMentioned(_ isNamed: (Spelling) -> Bool) -> Bool {
    isNamed(own) && verbs.contains { $0.allSatisfy(isNamed) }
  }

  private static func fits(_ operands: [Argument], _ verb: [Spelling]) -> Degree {
    for (operand, word) in zip(operands, verb) {
      guard let text = operand.text, !operand.isSeveral else { return .doubtful }
      if text != word { return .no }
    }
    return operands.count < verb.count ? .no : .yes
  }

  private static func onlyAsksForHelp(_ command: CommandSubject) -> Bool {
    let words = command.vector.arguments.map(\.text)
    guard let last = words.last, last == "--help" || last == "-h", !words.contains("--") else {
      return false
    }
    return words.dropLast().last.map { before in before.map { !valued.contains($0) } ?? false }
      ?? true
  }
}

extension CommandJudge {
  /// Stops what decides for the operator, whatever the sets say.
  func refuseOperatorsVerbs(_ subject: CommandSubject) {
    switch OperatorsVerbs.use(subject) {
    case .yes:
      tally.add(
        "operators-verb", .stop, "only an operator may do this, in a terminal of their own",
        saw: subject.saw)
    case .doubtful, .unknown:
      tally.add(
        "operators-verb", .ask, "whether this is for an operator alone cannot be told",
        saw: subject.saw)
    case .no: break
    }
  }

  /// Stops text of which nothing more is known than that it names such a verb.
  func refuseOperatorsVerbs(saw: Text, _ isNamed: (Spelling) -> Bool) {
    guard OperatorsVerbs.areMentioned(isNamed) else { return }
    tally.add(
      "operators-verb", .stop, "it names what of conductor only an operator may do", saw: saw)
  }
}
