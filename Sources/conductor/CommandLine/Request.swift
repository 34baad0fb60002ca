import Conducting
import JSONText

/// What was typed, with every value checked and turned into what it means.
///
/// All values are checked when it is made, also those that the command never looks at, so that a wrong
/// value is told before anything is done.
struct Request: Equatable, Sendable {
  private enum Value: Equatable, Sendable {
    case none
    case text(String)
    case count(Int)
    case duration(Duration)
  }

  /// The command to carry out.
  let command: CommandName
  /// The arguments in order, checked.
  let arguments: [String]
  private let values: [(word: String, value: Value)]

  /// Weighs what was typed against the table.
  init(_ invocation: Invocation, table: CommandTable = .standard) throws(UsageError) {
    command = invocation.command
    arguments = invocation.arguments
    let known = table.find(command)
    let flags = known.map(table.flags(of:)) ?? table.globalFlags
    var values: [(word: String, value: Value)] = []
    for typed in invocation.flags {
      guard let flag = flags.first(where: { $0.word == typed.word }) else { continue }
      do throws(ValueFault) {
        values.append((flag.word, try Self.value(typed.value, flag.kind)))
      } catch {
        throw Self.unacceptable(flag.spelling, typed.value ?? "", error, flag.kind, command)
      }
    }
    self.values = values
    for (index, argument) in arguments.enumerated() {
      let positionals = known?.positionals ?? []
      guard let positional = index < positionals.count ? positionals[index] : positionals.last
      else { continue }
      do throws(ValueFault) {
        try ValueCheck.text(argument, positional.kind)
      } catch {
        var fault = Self.unacceptable(positional.name, argument, error, positional.kind, command)
        fault.suggestions += Self.completed(arguments, leavingOut: index, positionals, command)
        throw fault
      }
    }
  }

  /// What was meant where the only word that may stand at a place was left out, and what was typed suits the next place.
  private static func completed(
    _ arguments: [String], leavingOut index: Int, _ positionals: [Positional],
    _ command: CommandName
  ) -> [String] {
    guard index + 1 < positionals.count, case .choice(let words) = positionals[index].kind,
      words.count == 1, (try? ValueCheck.text(arguments[index], positionals[index + 1].kind)) != nil
    else { return [] }
    let all = command.words + arguments[..<index] + words + arguments[index...]
    return ["\"conductor " + all.joined(separator: " ") + "\""]
  }

  /// What a start under guard stands for: nothing is typed in it that conductor would read.
  static let guardedStart = Request(command: .exec, arguments: [])

  private init(command: CommandName, arguments: [String]) {
    (self.command, self.arguments, values) = (command, arguments, [])
  }

  /// Tells apart and weighs the arguments of the process, without the program's own name.
  static func read(
    _ arguments: [String], table: CommandTable = .standard
  ) throws(UsageError) -> Request {
    try Request(try Invocation.parse(arguments, table: table), table: table)
  }

  /// Whether a flag that takes no value was given.
  subscript(key: FlagKey<Bool>) -> Bool { values.contains { $0.word == key.word } }

  /// The number that was given.
  subscript(key: FlagKey<Int>) -> Int? {
    guard case .count(let number)? = first(key.word) else { return nil }
    return number
  }

  /// The length of time that was given.
  subscript(key: FlagKey<Duration>) -> Duration? {
    guard case .duration(let duration)? = first(key.word) else { return nil }
    return duration
  }

  /// The text that was given.
  subscript(key: FlagKey<String>) -> String? {
    guard case .text(let text)? = first(key.word) else { return nil }
    return text
  }

  /// All texts that were given, in order; empty when none was.
  subscript(key: FlagKey<[String]>) -> [String] {
    values.compactMap { entry in
      guard entry.word == key.word, case .text(let text) = entry.value else { return nil }
      return text
    }
  }

  /// The first argument of a command that needs one.
  ///
  /// Telling the command line apart has seen to it that it is there; only for a command that takes no
  /// argument is this empty.
  var operand: String { arguments.first ?? "" }

  static func == (left: Request, right: Request) -> Bool {
    left.command == right.command && left.arguments == right.arguments
      && left.values.elementsEqual(right.values) { $0.word == $1.word && $0.value == $1.value }
  }

  private func first(_ word: String) -> Value? { values.first { $0.word == word }?.value }

  private static func value(_ typed: String?, _ kind: ValueKind) throws(ValueFault) -> Value {
    guard let typed else { return .none }
    switch kind {
    case .count:
      if typed.isEmpty { throw .blank }
      return .count(try ValueCheck.count(typed))
    case .limit:
      if typed.isEmpty { throw .blank }
      return .count(try ValueCheck.limit(typed))
    case .duration:
      if typed.isEmpty { throw .blank }
      return .duration(try ValueCheck.duration(typed))
    default:
      try ValueCheck.text(typed, kind)
      return .text(typed)
    }
  }

  private static func unacceptable(
    _ subject: String, _ value: String, _ fault: ValueFault, _ kind: ValueKind,
    _ command: CommandName
  ) -> UsageError {
    var suggestions: [String] = []
    if case .choice(let words) = kind { suggestions = NearestWord.find(value, among: words) }
    return UsageError(
      .unacceptable(subject: subject, value: value, fault), command: command.words,
      suggestions: suggestions)
  }
}
