/// What a shell would remember between commands, as far as the text tells.
struct ShellState {
  /// A variable's value, or the texts from which it may have come.
  enum Value: Hashable {
    case scalar(Argument)
    case array([Argument])
    case unknown([Spelling])
  }

  /// A value and whether started programs see it.
  struct Variable: Hashable {
    var value: Value
    var isExported: Bool
  }

  /// The bodies that a name may call.
  struct Function {
    var bodies: [ShellCommand]
    var isCertain: Bool
  }

  var variables: [Spelling: Variable] = [:]
  var functions: [Spelling: Function] = [:]
  var aliases: [Spelling: Argument] = [:]
  /// Variables whose values the shell takes for arithmetic.
  var integers: Set<Spelling> = []
  var directory = Directory.start
  var previousDirectory = Directory.unknown
  /// `$1` and so on; nil when they are unknown.
  var positional: [Argument]?
  /// `$0` where a text is given one.
  var zero: Argument?
  var exportsFunctions = false
  var exportsAll = false

  /// What is certain after either of two ways.
  func merged(with other: ShellState) -> ShellState {
    var result = self
    for (name, variable) in variables where other.variables[name] != variable {
      let theirs = other.variables[name]
      result.variables[name] = Variable(
        value: Self.merged(variable.value, theirs?.value),
        isExported: variable.isExported || theirs?.isExported == true)
    }
    for (name, variable) in other.variables where variables[name] == nil {
      result.variables[name] = Variable(
        value: Self.merged(variable.value, nil), isExported: variable.isExported)
    }
    for (name, function) in functions where other.functions[name] == nil {
      result.functions[name] = Function(bodies: function.bodies, isCertain: false)
    }
    for (name, function) in other.functions {
      guard var mine = functions[name] else {
        result.functions[name] = Function(bodies: function.bodies, isCertain: false)
        continue
      }
      mine.isCertain = mine.isCertain && function.isCertain
      for body in function.bodies
      where !mine.bodies.contains(where: { $0.raw.elementsEqual(body.raw) }) {
        mine.bodies.append(body)
      }
      result.functions[name] = mine
    }
    result.aliases.merge(other.aliases) { mine, theirs in
      mine == theirs ? mine : .unknown(mine.written + " " + theirs.written)
    }
    result.integers.formUnion(other.integers)
    if directory != other.directory { result.directory = .unknown }
    if previousDirectory != other.previousDirectory { result.previousDirectory = .unknown }
    if positional != other.positional { result.positional = nil }
    if zero != other.zero { result.zero = nil }
    result.exportsFunctions = exportsFunctions || other.exportsFunctions
    result.exportsAll = exportsAll || other.exportsAll
    return result
  }

  /// A value that may be either; where both came from is kept.
  static func merged(_ mine: Value, _ theirs: Value?) -> Value {
    var sources = sources(of: mine)
    if let theirs {
      for source in Self.sources(of: theirs) where sources.count < 8 && !sources.contains(source) {
        sources.append(source)
      }
    }
    return .unknown(sources)
  }

  /// The texts from which a value came, for what is said about unknown parts.
  static func sources(of value: Value) -> [Spelling] {
    switch value {
    case .scalar(let argument): [argument.written]
    case .array(let arguments): arguments.prefix(8).map(\.written)
    case .unknown(let sources): sources
    }
  }

  /// Nothing that decides what runs differs; what an unknown value came from is no difference.
  func agrees(with other: ShellState) -> Bool {
    guard directory == other.directory, positional == other.positional,
      variables.count == other.variables.count, functions.count == other.functions.count,
      aliases == other.aliases, integers == other.integers
    else { return false }
    for (name, variable) in variables {
      guard let theirs = other.variables[name], theirs.isExported == variable.isExported else {
        return false
      }
      if case .unknown = variable.value, case .unknown = theirs.value { continue }
      if variable.value != theirs.value { return false }
    }
    for (name, function) in functions {
      guard let theirs = other.functions[name], theirs.isCertain == function.isCertain,
        theirs.bodies.count == function.bodies.count
      else { return false }
    }
    return true
  }
}
