import JSONText
import ShellText

/// Conditions about one argument vector.
extension Evaluator {
  func answer(
    _ condition: Condition, _ command: CommandSubject
  ) throws(JudgingFault) -> Answer {
    switch condition {
    case .program(let names):
      return Answer(
        names.contains {
          NamePattern.matches($0, command.name, ignoringCase: command.ignoresCase)
        })
    case .subcommand(let names): return subcommand(names, command)
    case .option(let options):
      return options.reduce(.no) { $0.or(command.has(option: $1)) }
    case .value(let options, let patterns):
      let values = options.flatMap { command.values(of: $0) }
      let answer = try matches(patterns, CommandSubject.words(values))
      if answer.degree != .no { return answer }
      let isDoubtful = options.contains { command.has(option: $0).degree == .doubtful }
      return isDoubtful ? Answer(.doubtful) : .no
    case .operand(let globs):
      let operands = command.operands(valued: valued(command) ?? []).map { argument in
        WrittenPath(
          path: command.ignoresCase ? argument.withSlashes : argument,
          directory: command.placed(command.vector.directory))
      }
      return try matches(globs, operands)
    case .argument(let patterns): return try matches(patterns, command.words)
    case .sets(let variables): return sets(variables, command)
    case .script(let globs):
      let scripts = command.scripts.map { script in
        WrittenPath(
          path: command.ignoresCase ? script.path.withSlashes : script.path,
          directory: command.placed(script.directory))
      }
      let answer = try matches(globs, scripts)
      return answer.degree == .doubtful ? .unknown : answer
    case .writes(let globs):
      return try matches(globs, command.writtenPaths, command.writtenNames(paths))
    case .stages(let globs): return try matches(globs, command.stagedPaths)
    case .pipes(let expected): return Answer(command.vector.isPiped == expected)
    case .redirects(let expected):
      return Answer(command.vector.accesses.contains { $0.kind != .read } == expected)
    case .chained(let expected): return Answer(command.isChained == expected)
    case .elsewhere(let expected):
      return Answer((command.vector.place == .elsewhere) == expected)
    case .host(let hosts, let isAmong): return host(hosts, isAmong, command)
    default: return .unknown
    }
  }

  /// The options of a program that take the next argument, by the set's own word or by what is widely known.
  private func valued(_ command: CommandSubject) -> [Text]? {
    set.valued[command.name] ?? KnownOptions.valued(command.name)
  }

  private func mayBePath(_ name: Text) -> Bool {
    name.bytes.contains { "/*?[".utf8.contains($0) }
  }

  private func subcommand(_ names: [Text], _ command: CommandSubject) -> Answer {
    func isNamed(_ operand: Argument) -> Bool {
      guard let text = operand.text else { return false }
      return names.contains {
        NamePattern.matches($0, Text(text), ignoringCase: command.ignoresCase)
      }
    }
    var operands = command.operands(valued: valued(command) ?? [])[...]
    // What may turn out to be nothing may also leave the next one first.
    var answer = Answer.no
    while let operand = operands.popFirst() {
      guard operand.text != nil, !operand.isSeveral else {
        // A path is none of the names, whatever the rest of it is.
        if !operand.isSeveral, operand.isCertainlyPath, !names.contains(where: mayBePath) { break }
        answer = .unknown
        if operand.isSeveral { continue }
        return answer
      }
      answer = answer.or(Answer(isNamed(operand)))
      break
    }
    // Of a program that nobody has told of, what stands behind an option may be its value.
    if answer.degree == .no, valued(command) == nil,
      command.operandsBehindOptions.contains(where: isNamed)
    {
      return .unknown
    }
    return answer
  }

  private func matches(
    _ patterns: [Pattern], _ words: [(bytes: [UInt8], isKnown: Bool)]
  ) throws(JudgingFault) -> Answer {
    var answer = Answer.no
    for pattern in patterns {
      let expression = try pattern.ready()
      for (text, isKnown) in words {
        if let range = expression.firstMatch(in: text) {
          let saw = Text(bytes: Array(text[range]))
          answer = answer.or(Answer(isKnown ? .yes : .doubtful, saw: saw))
        } else if !isKnown {
          answer = answer.or(Answer(.doubtful))
        }
      }
    }
    return answer
  }

  private func matches(
    _ globs: [PathPattern], _ named: [WrittenPath]
  ) throws(JudgingFault) -> Answer {
    try matches(globs, named, named.map { paths.path($0.path, in: $0.directory) })
  }

  private func matches(
    _ globs: [PathPattern], _ named: [WrittenPath], _ names: [NamedPath]
  ) throws(JudgingFault) -> Answer {
    var answer = Answer.no
    for (one, path) in zip(named, names) {
      var degree = try path.matches(globs)
      if one.reach != .itself, degree != .yes {
        for candidate in path.candidates {
          let inside = try paths.inside(candidate, globs)
          degree = max(degree, one.reach == .everythingInside ? inside : min(inside, .doubtful))
        }
      }
      answer = answer.or(Answer(degree, saw: degree == .no ? nil : path.written))
    }
    return answer
  }

  private func sets(
    _ variables: [(name: Text, values: [Text]?)], _ command: CommandSubject
  ) -> Answer {
    // Who names the program knows that it takes assignments.
    let amongArguments = command.takesAssignments || namesProgram
    var answer = Answer.no
    for variable in variables {
      for value in command.values(ofVariable: variable.name, amongArguments: amongArguments) {
        guard let expected = variable.values else { return Answer(.yes) }
        guard let text = value.text, !value.isSeveral else {
          answer = answer.or(.unknown)
          continue
        }
        answer = answer.or(
          Answer(expected.contains { $0.bytes.equalsIgnoringCase(text.bytes) }))
      }
    }
    let isOpen =
      amongArguments
      && command.vector.arguments.contains {
        $0.text == nil && $0.assignment == nil && $0.knownPrefix.isEmpty
      }
    return isOpen ? answer.or(Answer(.doubtful)) : answer
  }

  private func host(_ hosts: [Text], _ isAmong: Bool, _ command: CommandSubject) -> Answer {
    command.urls.reduce(.no) { answer, url in
      guard let url else { return answer.or(.unknown) }
      return answer.or(Answer(hosts.contains { url.isAt($0) } == isAmong, saw: url.host))
    }
  }
}
