import JSONText

extension Age {
  /// The age as a rule set says it.
  var json: JSON {
    switch self {
    case .claim: "claim"
    case .seconds(let seconds): .text("\(seconds)s")
    }
  }
}

extension JSON {
  /// Templates as rule sets write them: one by itself, several as an array.
  static func templates(_ templates: [Template]) -> JSON { .texts(templates.map(\.source)) }
}

extension [JSON.Member] {
  fileprivate mutating func add(_ key: Text, _ value: JSON?) {
    if let value { append(.init(key: key, value: value)) }
  }

  fileprivate mutating func add(_ key: Text, _ comparison: Comparison?) {
    add(key, comparison.map { .object([$0.member]) })
  }

  fileprivate mutating func add(_ key: Text, _ templates: [Template]) {
    if !templates.isEmpty { add(key, .templates(templates)) }
  }
}

extension FileChoice {
  fileprivate func members(_ key: Text) -> [JSON.Member] {
    var members: [JSON.Member] = []
    members.add(key, paths)
    members.add("newest", newest ? true : nil)
    members.add("newer_than", newerThan?.json)
    members.add("names", names)
    members.add("mentions", mentions)
    return members
  }
}

extension FileQuestion {
  var json: JSON {
    var members = choice.members("path")
    members.add("exists", exists.map(JSON.bool))
    members.add("contains", contains.map(JSON.string))
    members.add("commands", commands.map(JSON.string))
    members.add("count", count)
    members.add("every", every ? true : nil)
    return .object(members)
  }
}

extension JSONQuestion {
  var json: JSON {
    var members = choice.members("file")
    members.add("pointer", .string(pointer))
    switch test {
    case .compare(let comparison): members.append(comparison.member)
    case .count(let comparison): members.add("count", comparison)
    case .each(let pointer, let comparison):
      members.add("each", Self.element(pointer, comparison))
    case .some(let pointer, let comparison):
      members.add("some", Self.element(pointer, comparison))
    }
    return .object(members)
  }

  private static func element(_ pointer: Text, _ comparison: Comparison) -> JSON {
    var members: [JSON.Member] = []
    if !pointer.isEmpty { members.add("pointer", .string(pointer)) }
    members.append(comparison.member)
    return .object(members)
  }
}

extension TableQuestion {
  var json: JSON {
    var members = choice.members("file")
    if !rows.isEmpty {
      members.add(
        "where",
        .object(rows.map { .init(key: $0.column, value: .templates($0.values)) }))
    }
    switch test {
    case .cell(let column, let comparison):
      members.add("column", .string(column))
      members.append(comparison.member)
    case .count(let comparison): members.add("count", comparison)
    case .columns(let names): members.add("columns", .texts(names))
    case .unique(let column): members.add("unique", .string(column))
    case .deleted(let comparison): members.add("deleted", comparison)
    case .sound(let expected): members.add("sound", .bool(expected))
    }
    return .object(members)
  }
}

extension PageQuestion {
  var json: JSON {
    var members = choice.members("file")
    members.add("section", section.map { .string($0.source) })
    members.add("headings", headings.map { .array($0.map(JSON.string)) })
    var boxes: [JSON.Member] = []
    boxes.add("checked", checked)
    boxes.add("unchecked", unchecked)
    members.add("boxes", boxes.isEmpty ? nil : .object(boxes))
    members.add("row", row)
    return .object(members)
  }
}

extension ChangedPaths {
  var json: JSON {
    if fields.isEmpty { return .templates(globs) }
    var members: [JSON.Member] = [.init(key: "item", value: .texts(fields))]
    members.add("paths", globs)
    return .object(members)
  }
}
