import JSONText

/// Conditions about what stands in JSON, CSV and Markdown files.
extension Evaluator {
  // MARK: JSON

  func answer(json question: JSONQuestion) throws(JudgingFault) -> Answer {
    try some(question.choice) { (path) throws(JudgingFault) in
      guard let bytes = content(path), let root = Self.document(bytes) else {
        return unreadable(path)
      }
      let place = path + " " + question.pointer
      let value = JSONPointer.value(at: question.pointer, in: root)
      var answer = try test(question.test, value)
      if answer.degree != .yes {
        let seen = value.map { " is " + Text(bytes: $0.raw.array).shortened(80) }
        answer.lacks = place + (seen ?? " is missing")
      }
      return answer
    }
  }

  /// One document, or the array of those that each stand on a line of their own.
  private static func document(_ bytes: Bytes) -> Node? {
    if let document = try? Document(bytes) { return document.root }
    let lines = bytes.array.split(separator: UInt8(ascii: "\n")).filter { line in
      line.contains { $0 > 0x20 }
    }
    guard lines.count > 1, lines.allSatisfy({ (try? Document(Bytes(Array($0)))) != nil }) else {
      return nil
    }
    let joined = [UInt8](lines.joined(separator: [UInt8(ascii: ",")]))
    return try? Document(Bytes([UInt8(ascii: "[")] + joined + [UInt8(ascii: "]")])).root
  }

  private func test(_ test: ValueTest, _ value: Node?) throws(JudgingFault) -> Answer {
    switch test {
    case .compare(let comparison): return try compare(value, comparison)
    case .count(let comparison):
      guard let elements = Self.elements(value) else { return .unknown }
      return try compare(elements.count, comparison)
    case .each(let pointer, let comparison):
      // That nothing was looked at is no answer.
      guard let elements = Self.elements(value), !elements.isEmpty else { return .unknown }
      var answer = Answer(.yes)
      for element in elements {
        answer = answer.and(try compare(JSONPointer.value(at: pointer, in: element), comparison))
      }
      return answer
    case .some(let pointer, let comparison):
      guard let elements = Self.elements(value) else { return .unknown }
      var answer = Answer.no
      for element in elements {
        answer = answer.or(try compare(JSONPointer.value(at: pointer, in: element), comparison))
      }
      return answer
    }
  }

  /// The elements of an array; an object stands for the only one, as PowerShell writes it.
  private static func elements(_ value: Node?) -> [Node]? {
    guard let value else { return nil }
    switch value.kind {
    case .array: return value.elements
    case .object: return [value]
    case .string, .number, .bool, .null: return nil
    }
  }

  // MARK: CSV

  func answer(table question: TableQuestion) throws(JudgingFault) -> Answer {
    try some(question.choice) { (path) throws(JudgingFault) in
      guard let bytes = content(path), let table = Table(bytes.array) else {
        return unreadable(path)
      }
      var answer = try self.answer(question, table, path)
      if answer.degree != .yes, answer.lacks == nil { answer.lacks = path }
      return answer
    }
  }

  private func answer(
    _ question: TableQuestion, _ table: Table, _ path: Text
  ) throws(JudgingFault) -> Answer {
    switch question.test {
    case .sound(let expected):
      let rows = Text.joined(table.malformed.map { "\($0)" }, by: ", ")
      return Answer(
        Degree(table.malformed.isEmpty == expected), saw: path,
        lacks: path + " has malformed rows at line " + rows)
    case .columns(let names):
      let missing = names.filter { table.column($0) == nil }
      return Answer(
        Degree(missing.isEmpty), saw: path,
        lacks: path + " has no column " + Text.joined(missing, by: ", "))
    case .unique(let name):
      guard let cells = table.cells(of: name) else { return noColumn(name, path) }
      var seen: Set<Text> = []
      let doubled = cells.first { $0.isEmpty || !seen.insert($0).inserted }
      return Answer(
        Degree(doubled == nil), saw: path,
        lacks: doubled.map {
          path + ($0.isEmpty ? " has an empty " + name : " has " + $0 + " twice")
        })
    case .deleted(let comparison):
      guard let changes = circumstances.checkout?.changes else {
        return Answer(.unknown, lacks: "what changed since the claim is not known")
      }
      let deleted = changes.first { $0.path == path }.map { Table.deleted($0) } ?? 0
      var answer = try compare(deleted, comparison)
      answer.saw = path
      answer.lacks = path + Text(": \(deleted) rows deleted")
      return answer
    case .count(let comparison):
      guard let rows = try rows(question.rows, table) else {
        return noColumn(Text.joined(question.rows.map(\.column), by: ", "), path)
      }
      var answer = try compare(rows.count, comparison)
      answer.saw = path
      answer.lacks = path + Text(": \(rows.count) such rows")
      return answer
    case .cell(let name, let comparison):
      guard let column = table.column(name), let rows = try rows(question.rows, table) else {
        return noColumn(name, path)
      }
      if rows.isEmpty { return Answer(.unknown, lacks: path + ": no such row") }
      var answer = Answer(.yes, saw: path)
      for row in rows {
        let cell = column < row.count ? row[column] : nil
        var one = try compare(cell.flatMap { Self.node($0, comparison) }, comparison)
        one.lacks = path + ": " + name + " is " + (cell ?? "missing")
        answer = answer.and(one)
      }
      return answer
    }
  }

  private func noColumn(_ name: Text, _ path: Text) -> Answer {
    Answer(.unknown, lacks: path + " has no column " + name)
  }

  /// The rows that have one of the texts in each of the columns; nil where that cannot be told.
  private func rows(
    _ wanted: [(column: Text, values: [Template])], _ table: Table
  ) throws(JudgingFault) -> [[Text]]? {
    var rows = table.rows
    for (name, templates) in wanted {
      guard let column = table.column(name) else { return nil }
      var values: [Text] = []
      for template in templates {
        guard let texts = texts(of: template) else { return nil }
        values += texts
      }
      rows = rows.filter { column < $0.count && values.contains($0[column]) }
    }
    return rows
  }

  /// A cell as the value that a comparison expects: a number where it orders numbers, else a text.
  private static func node(_ cell: Text, _ comparison: Comparison) -> Node? {
    var value = JSON.string(cell)
    switch comparison {
    case .less, .atMost, .more, .atLeast: if let number = Number(cell) { value = .number(number) }
    case .equals(.integer), .equals(.number):
      if let number = Number(cell) { value = .number(number) }
    default: break
    }
    return try? Document(Bytes(value.written(indent: nil))).root
  }

  // MARK: Markdown

  func answer(page question: PageQuestion) throws(JudgingFault) -> Answer {
    try some(question.choice) { (path) throws(JudgingFault) in
      guard let bytes = content(path) else { return unreadable(path) }
      var page = Page(bytes.array)
      if let template = question.section {
        guard let title = texts(of: template)?.first else {
          return Answer(.unknown, lacks: template.source + " cannot be told of this item")
        }
        guard let section = page.section(title) else {
          return Answer(.no, lacks: path + " has no section " + title)
        }
        page = section
      }
      return try answer(question, page, path)
    }
  }

  private func answer(
    _ question: PageQuestion, _ page: Page, _ path: Text
  ) throws(JudgingFault) -> Answer {
    var answer = Answer(.yes, saw: path)
    if let headings = question.headings {
      answer = answer.and(Self.answer(headings: headings, page, path))
    }
    let boxes = page.boxes
    let counts = [
      (question.checked, boxes.checked, " ticked"),
      (question.unchecked, boxes.unchecked, " unticked"),
    ]
    for (comparison, count, words) in counts {
      guard let comparison else { continue }
      var one = try compare(count, comparison)
      one.saw = path
      one.lacks = path + Text(": \(count)\(words) boxes")
      answer = answer.and(one)
    }
    if question.row.isEmpty { return answer }
    var row = Answer.no
    for template in question.row {
      guard let texts = texts(of: template) else {
        row = row.or(Answer(.unknown, lacks: template.source + " cannot be told of this item"))
        continue
      }
      let isThere = page.firstCells.contains { texts.contains($0) }
      row = row.or(
        Answer(
          Degree(isThere), saw: path,
          lacks: path + " has no row " + Text.joined(texts, by: " or ")))
    }
    return answer.and(row)
  }

  static func answer(headings: [Text], _ page: Page, _ name: Text) -> Answer {
    let found = page.headings(wanted: headings)
    if found == headings { return Answer(.yes, saw: name) }
    let missing = headings.first { !found.contains($0) }
    let lacks: Text =
      if let missing { " has no heading " + missing } else {
        " has other headings: " + Text.joined(found, by: ", ")
      }
    return Answer(.no, lacks: name + lacks)
  }
}

extension Timestamp {
  /// Reads a time as PowerShell writes it into JSON: `/Date(1764892800000)/`.
  init?(serialised text: Text) {
    let start = Array("/Date(".utf8)
    let end = Array(")/".utf8)
    let bytes = text.bytes
    guard bytes.starts(with: start), text.hasSuffix(Text(bytes: end)) else { return nil }
    // A difference from UTC behind the number only says how it is shown.
    let inner = bytes[start.count..<(bytes.count - end.count)]
    let digits = inner.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, digits.count < 16,
      inner.dropFirst(digits.count).first.map({ $0 == 0x2B || $0 == 0x2D }) ?? true,
      inner.dropFirst(digits.count + 1).allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    let (nanoseconds, isTooLarge) = value.multipliedReportingOverflow(by: 1_000_000)
    if isTooLarge { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
