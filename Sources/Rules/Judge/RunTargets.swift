import JSONText
import ShellText

/// A target of make, npm or just that a command line asks for.
struct RunTarget: Hashable {
  /// The tool whose table lists it.
  var tool: Text
  /// Nil where the line does not tell it.
  var name: Text?
  /// What to show for it.
  var written: Text
}

/// Finds the targets that the arguments of make, npm and just name.
enum RunTargets {
  private static let makeValued: Set<Spelling> = [
    "-C", "--directory", "-f", "--file", "--makefile", "-I", "--include-dir", "-o", "--old-file",
    "--assume-old", "-W", "--what-if", "--new-file", "--assume-new", "--eval", "-E",
  ]
  /// Options of make that take a number, which may be left out.
  private static let makeNumbers: [Text] = ["-j", "--jobs", "-l", "--load-average"]
  private static let justValued: Set<Spelling> = [
    "-f", "--justfile", "-d", "--working-directory", "--shell", "--shell-arg", "--color",
    "--dotenv-path", "--dotenv-filename", "-c", "--command", "--list-heading", "--list-prefix",
  ]
  private static let nodeValued: Set<Spelling> = [
    "-w", "--workspace", "--prefix", "-C", "--dir", "-F", "--filter", "--cwd", "--loglevel",
    "--script-shell",
  ]
  private static let onlyTells: Set<Text> = [
    "--version", "-v", "--help", "-h", "--list", "-l", "--summary", "--dump", "--evaluate",
  ]

  /// Scripts that projects name alike and that only work on the project itself.
  private static let harmless: Set<Text> = [
    "build", "test", "lint", "start", "dev", "format", "typecheck", "check",
  ]

  /// Whether a script of npm needs no table.
  static func isHarmless(_ target: RunTarget) -> Bool {
    target.tool == "npm" && target.name.map(harmless.contains) ?? false
  }

  /// The targets that a vector asks for; none for other programs.
  static func targets(of command: CommandSubject) -> [RunTarget] {
    switch command.name {
    case "make", "gmake", "bmake": make(command)
    case "just": just(command)
    case "npm", "pnpm", "yarn", "bun": node(command)
    default: []
    }
  }

  private static func onlyTells(_ command: CommandSubject, _ options: Set<Text>) -> Bool {
    let texts = command.vector.arguments.compactMap(\.text).map { Text($0) }
    return texts.count == command.vector.arguments.count && texts.contains(where: options.contains)
  }

  private static func make(_ command: CommandSubject) -> [RunTarget] {
    if onlyTells(command, ["--version", "-v", "--help", "-h"]) { return [] }
    let takesNumber = makeNumbers.contains { command.has(option: $0).degree == .yes }
    let targets = command.operands(valued: makeValued).filter { operand in
      if operand.assignment != nil { return false }
      // The number may stand behind its option as a word of its own.
      return !takesNumber || operand.text?.bytes.allSatisfy { (48...57).contains($0) } != true
    }
    if targets.isEmpty { return [preset("make", command)] }
    return targets.map { target("make", $0, command) }
  }

  private static func just(_ command: CommandSubject) -> [RunTarget] {
    if onlyTells(command, onlyTells) { return [] }
    let operands = command.operands(valued: justValued).filter { $0.assignment == nil }
    return operands.isEmpty
      ? [preset("just", command)] : operands.map { target("just", $0, command) }
  }

  private static func node(_ command: CommandSubject) -> [RunTarget] {
    var operands = command.operands(valued: nodeValued)
    if command.name == "yarn" {
      switch operands.first?.text {
      case "workspace": operands = Array(operands.dropFirst(2))
      case "workspaces": operands = Array(operands.drop { $0.text != "run" })
      default: break
      }
    }
    guard let verb = operands.first else { return [] }
    guard let text = verb.text, !verb.isSeveral else { return [target("npm", verb, command)] }
    switch text {
    case "run", "run-script", "rum", "urn":
      return operands.count > 1 ? [target("npm", operands[1], command)] : []
    case "test", "t", "tst": return [named("test", verb, command)]
    case "start", "stop", "restart": return [target("npm", verb, command)]
    default:
      let name = Spelling(command.name)
      if command.name == "npm" || ShellLine.isVerb(text, of: name) { return [] }
      return [target("npm", verb, command)]
    }
  }

  private static func target(
    _ tool: Text, _ operand: Argument, _ command: CommandSubject
  ) -> RunTarget {
    let isKnown = operand.text != nil && !operand.isSeveral
    return RunTarget(
      tool: tool, name: isKnown ? operand.text.map { Text($0) } : nil,
      written: command.name + " " + Text(operand.written))
  }

  /// What runs where no target is named; a table lists it as `default`.
  private static func preset(_ tool: Text, _ command: CommandSubject) -> RunTarget {
    RunTarget(tool: tool, name: "default", written: command.name)
  }

  private static func named(
    _ name: Text, _ operand: Argument, _ command: CommandSubject
  ) -> RunTarget {
    RunTarget(tool: "npm", name: name, written: command.name + " " + Text(operand.written))
  }
}
