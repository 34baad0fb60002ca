package import JSONText

extension Condition {
  /// The condition as a rule set says it.
  package var json: JSON { .object(members) }

  private var members: [JSON.Member] {
    switch self {
    case .all(let parts): Self.together(parts)
    case .any(let parts): [.init(key: "any", value: .array(parts.map(\.json)))]
    case .not(let part): [.init(key: "not", value: part.json)]
    case .settled(let part, let unknown): part.settled(unknown)
    case .lacking(let needed, let place):
      [.init(key: "needs", value: needed.json)]
        + (place.map { [.init(key: "when", value: $0.json)] } ?? [])
    case .text(let detectors, let fields):
      [.init(key: "text", value: .texts(detectors))]
        + (fields.map { [.init(key: "fields", value: .texts($0))] } ?? [])
    default: [single]
    }
  }

  /// Conditions of one object, unless two of them would need the same key.
  private static func together(_ parts: [Condition]) -> [JSON.Member] {
    let members = parts.flatMap(\.members)
    if Set(members.map(\.key)).count == members.count { return members }
    return [.init(key: "all", value: .array(parts.map(\.json)))]
  }

  private func settled(_ unknown: Bool) -> [JSON.Member] {
    members.map { member in
      let extra = JSON.Member(key: "on_unknown", value: .bool(unknown))
      switch member.value {
      case .object(let inner): return .init(key: member.key, value: .object(inner + [extra]))
      default:
        return .init(
          key: member.key, value: .object([.init(key: "right", value: member.value), extra]))
      }
    }
  }

  private var single: JSON.Member {
    switch self {
    case .program(let names): .init(key: "program", value: .texts(names))
    case .subcommand(let names): .init(key: "subcommand", value: .texts(names))
    case .option(let names): .init(key: "option", value: .texts(names))
    case .value(let options, let patterns):
      .init(
        key: "value", value: ["of": .texts(options), "is": .texts(patterns.map(\.source))])
    case .operand(let globs): .init(key: "operand", value: .texts(globs.map(\.source)))
    case .argument(let patterns): .init(key: "argument", value: .texts(patterns.map(\.source)))
    case .sets(let variables):
      .init(
        key: "sets",
        value: .object(
          variables.map { .init(key: $0.name, value: $0.values.map(JSON.texts) ?? true) }))
    case .script(let globs): .init(key: "script", value: .texts(globs.map(\.source)))
    case .writes(let globs): .init(key: "writes", value: .texts(globs.map(\.source)))
    case .stages(let globs): .init(key: "stages", value: .texts(globs.map(\.source)))
    case .pipes(let does): .init(key: "pipes", value: .bool(does))
    case .redirects(let does): .init(key: "redirects", value: .bool(does))
    case .chained(let does): .init(key: "chained", value: .bool(does))
    case .elsewhere(let does): .init(key: "elsewhere", value: .bool(does))
    case .host(let hosts, let isAllowed):
      .init(
        key: "host", value: .object([.init(key: isAllowed ? "in" : "not_in", value: .texts(hosts))])
      )
    case .environment(let names): .init(key: "environment", value: .texts(names))
    default: aboutOthers
    }
  }

  private var aboutOthers: JSON.Member {
    switch self {
    case .item(let field, let comparison):
      .init(
        key: "item",
        value: .object([.init(key: "field", value: .string(field)), comparison.member]))
    case .artifacts(let all, let globs):
      .init(
        key: "artifacts",
        value: .object([.init(key: all ? "all" : "any", value: .texts(globs.map(\.source)))]))
    case .path(let globs): .init(key: "path", value: .texts(globs.map(\.source)))
    case .change(let kinds): .init(key: "change", value: .texts(kinds))
    case .added(let detectors): .init(key: "added", value: .texts(detectors))
    case .removed(let detectors): .init(key: "removed", value: .texts(detectors))
    case .also(let globs): .init(key: "also", value: .texts(globs.map(\.source)))
    case .count(let what, let comparison):
      .init(key: "count", value: .object([.init(key: what, value: .object([comparison.member]))]))
    case .variable(let name, let values, let isSet):
      .init(
        key: "variable",
        value: .members(
          ("name", .string(name)), ("is", values.map(JSON.texts)), ("set", isSet.map(JSON.bool))))
    case .file(let question): .init(key: "file", value: question.json)
    case .json(let question): .init(key: "json", value: question.json)
    case .csv(let question): .init(key: "csv", value: question.json)
    case .markdown(let question): .init(key: "markdown", value: question.json)
    case .tracked(let expected): .init(key: "tracked", value: .bool(expected))
    case .clean(let expected): .init(key: "clean", value: .bool(expected))
    case .tested(let expected): .init(key: "tested", value: .bool(expected))
    case .changed(let all, let paths):
      .init(
        key: "changed",
        value: all ? ["all": .templates(paths.globs)] : .templates(paths.globs))
    case .outside(let paths): .init(key: "outside", value: paths.json)
    case .headings(let headings): .init(key: "headings", value: .array(headings.map(JSON.string)))
    case .approval(let right): .init(key: "approval", value: .string(right))
    case .level(let name): .init(key: "level", value: ["at_least": .string(name)])
    case .time(let after, let before):
      .init(
        key: "time",
        value: .members(
          ("after", after.map { .string($0.text) }), ("before", before.map { .string($0.text) })))
    default: .init(key: "documented", value: true)
    }
  }
}

extension Comparison {
  /// The comparison as a rule set says it.
  var member: JSON.Member {
    switch self {
    case .equals(let value): .init(key: "is", value: value)
    case .among(let values): .init(key: "in", value: .array(values))
    case .notAmong(let values): .init(key: "not_in", value: .array(values))
    case .less(let number): .init(key: "lt", value: JSON(number))
    case .atMost(let number): .init(key: "le", value: JSON(number))
    case .more(let number): .init(key: "gt", value: JSON(number))
    case .atLeast(let number): .init(key: "ge", value: JSON(number))
    case .matches(let pattern): .init(key: "matches", value: .string(pattern.source))
    case .exists(let exists): .init(key: "exists", value: .bool(exists))
    case .type(let name): .init(key: "type", value: .string(name))
    case .newer(let age): .init(key: "within", value: age.json)
    }
  }
}

extension JSON {
  /// Texts as rule sets write them: one by itself, several as an array.
  static func texts(_ texts: [Text]) -> JSON {
    if texts.count == 1, let only = texts.first { return .string(only) }
    return .array(texts.map(JSON.string))
  }

  /// An object of the members that have a value.
  static func members(_ members: (Text, JSON?)...) -> JSON {
    .object(members.compactMap { key, value in value.map { .init(key: key, value: $0) } })
  }
}
