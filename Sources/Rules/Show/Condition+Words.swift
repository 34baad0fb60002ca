package import JSONText

extension Condition {
  /// One line of a condition in words, with how deep it lies in others.
  package struct Line: Equatable, Sendable {
    package var depth: Int
    package var text: Text
  }

  /// The condition in words, one line for each part; parts that must all hold stand one below the other.
  package var outline: [Line] {
    if case .all(let parts) = self { return parts.flatMap { $0.lines(0) } }
    return lines(0)
  }

  private func lines(_ depth: Int) -> [Line] {
    func group(_ heading: Text, _ parts: [Condition]) -> [Line] {
      [Line(depth: depth, text: heading)] + parts.flatMap { $0.lines(depth + 1) }
    }
    switch self {
    case .all(let parts): return group("all of these hold:", parts)
    case .any(let parts): return group("any of these holds:", parts)
    case .not(let part): return group("this does not hold:", [part])
    case .lacking(let needed, let place):
      return group("this does not hold:", [needed])
        + (place.map { group("where this holds:", [$0]) } ?? [])
    case .settled(let part, let unknown):
      var lines = part.lines(depth)
      guard let last = lines.popLast() else { return [] }
      let note: Text = unknown ? " (yes if that is unknown)" : " (no if that is unknown)"
      return lines + [Line(depth: last.depth, text: last.text + note)]
    default: return [Line(depth: depth, text: words)]
    }
  }

  private var words: Text {
    switch self {
    case .program(let names): "the program is " + names.alternatives
    case .subcommand(let names):
      names == ["*"] ? "a subcommand is given" : "the subcommand is " + names.alternatives
    case .option(let names): "the option " + names.alternatives + " is given"
    case .value(let options, let patterns):
      "the value of " + options.alternatives + " matches " + patterns.map(\.source).alternatives
    case .operand(let globs): "an operand matches the path " + globs.map(\.source).alternatives
    case .argument(let patterns):
      "an argument matches " + patterns.map(\.source).alternatives
    case .sets(let variables):
      variables.map { variable in
        "the variable " + variable.name + " is set"
          + (variable.values.map { " to " + $0.alternatives } ?? "")
      }.joined(", or ")
    case .script(let globs): "the script " + globs.map(\.source).alternatives + " would run"
    case .writes(let globs): "it writes " + globs.map(\.source).alternatives
    case .stages(let globs): "git would stage " + globs.map(\.source).alternatives
    case .pipes(let does): does ? "it is piped" : "it is not piped"
    case .redirects(let does):
      does ? "its output goes to a file" : "its output does not go to a file"
    case .chained(let does):
      does ? "the line runs more than one program" : "the line runs one program only"
    case .elsewhere(let does):
      does ? "it runs on another machine" : "it runs on this machine"
    case .host(let hosts, let isAllowed):
      (isAllowed ? "a host is " : "a host is none of ") + hosts.alternatives
    case .environment(let names): "the environment is " + names.alternatives
    default: wordsAboutOthers
    }
  }

  private var wordsAboutOthers: Text {
    switch self {
    case .text(let detectors, let fields):
      (fields.map { "the field " + $0.alternatives } ?? "the text") + " is hit by "
        + detectors.alternatives
    case .item(let field, let comparison): "the item's " + field + " " + comparison.words
    case .artifacts(let all, let globs):
      (all ? "all artifacts match " : "an artifact matches ") + globs.map(\.source).alternatives
    case .path(let globs): "the path matches " + globs.map(\.source).alternatives
    case .change(let kinds): "the change is " + kinds.alternatives
    case .added(let detectors): "an added line is hit by " + detectors.alternatives
    case .removed(let detectors): "a removed line is hit by " + detectors.alternatives
    case .also(let globs): "another changed file matches " + globs.map(\.source).alternatives
    case .count(let what, let comparison): "the number of " + what + " " + comparison.words
    case .variable(let name, let values, let isSet):
      "the variable " + name
        + (values.map { " is " + $0.alternatives } ?? (isSet == false ? " is not set" : " is set"))
    case .file(let question): question.words
    case .json(let question): question.words
    case .csv(let question): question.words
    case .markdown(let question): question.words
    case .tracked(let expected): expected ? "git knows the file" : "git does not know the file"
    case .clean(let expected):
      expected
        ? "the working tree equals the last commit"
        : "the working tree differs from the last commit"
    case .tested(let expected): expected ? "a test was run" : "no test was run"
    case .changed(let all, let paths):
      (all ? "every changed file matches " : "a changed file matches ")
        + paths.globs.map(\.source).alternatives
    case .outside(let paths):
      "a changed file matches nothing of "
        + (paths.fields.map { "the item's " + $0 } + paths.globs.map(\.source)).alternatives
    case .headings(let headings):
      "the headings of the summary are " + headings.joined(", ")
    case .approval(let right): "the right " + right + " is granted"
    case .level(let name): "the level in force is at least " + name
    case .time(let after, let before):
      "the time is "
        + [after.map { "after " + $0.text }, before.map { "before " + $0.text }]
        .compactMap { $0 }.joined(" and ")
    default: "the item itself names the level that is needed"
    }
  }
}

extension Comparison {
  var words: Text {
    switch self {
    case .equals(let value): "is " + value.words
    case .among(let values): "is " + values.map(\.words).alternatives
    case .notAmong(let values): "is none of " + values.map(\.words).alternatives
    case .less(let number): "is less than " + JSON(number).words
    case .atMost(let number): "is at most " + JSON(number).words
    case .more(let number): "is more than " + JSON(number).words
    case .atLeast(let number): "is at least " + JSON(number).words
    case .matches(let pattern): "matches " + pattern.source
    case .exists(let exists): exists ? "exists" : "does not exist"
    case .type(let name): "is of the type " + name
    case .newer(let age): "is a time " + age.words
    }
  }
}

extension JSON {
  fileprivate var words: Text {
    if case .string(let text) = self { return text }
    return Text(bytes: written(indent: nil))
  }
}

extension [Text] {
  /// The texts with `or` between the last two.
  var alternatives: Text {
    guard let last, count > 1 else { return first ?? "" }
    return Array(dropLast()).joined(", ") + " or " + last
  }

  func joined(_ separator: Text) -> Text {
    let pieces: [[UInt8]] = map(\.bytes)
    return Text(bytes: [UInt8](pieces.joined(separator: separator.bytes)))
  }
}
