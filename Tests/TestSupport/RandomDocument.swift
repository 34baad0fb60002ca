/// Writes random JSON in a random style, the way that people's tools and hands do.
package struct RandomDocument {
  /// The source of all choices.
  package var random: SeededRandom

  private let newline: String
  private let unit: String
  private let colon: String
  private let gap: String
  private let padding: String
  private let breaks: Bool
  private let hasByteOrderMark: Bool
  private let finalNewline: Bool
  private let leadsWithCommas: Bool

  /// A style of its own.
  package init(_ random: SeededRandom) {
    var random = random
    newline = random.pick(["\n", "\n", "\r\n"])
    unit = random.pick(["  ", "    ", "\t", " ", "   "])
    colon = random.pick([": ", ": ", ":", " : ", " :", ":  "])
    gap = random.pick([" ", " ", "", "  "])
    padding = random.pick(["", "", " ", "  "])
    breaks = !random.oneIn(4)
    hasByteOrderMark = random.oneIn(4)
    finalNewline = !random.oneIn(3)
    leadsWithCommas = random.oneIn(8)
    self.random = random
  }

  /// A document in the shape of a backlog: items, perhaps a history, and whatever else.
  package mutating func backlog() -> [UInt8] {
    var members = ["\"version\"\(colon)0"]
    if random.oneIn(2) { members.append("\"owner\"\(colon)\(stringText())") }
    let items = (0..<random.below(5)).map { item($0) }
    if !random.oneIn(12) { members.append("\"items\"\(colon)\(array(items, depth: 1))") }
    switch random.below(4) {
    case 0: break
    case 1: members.append("\"history\"\(colon)[\(random.oneIn(3) ? " " : "")]")
    default:
      let entries = (0...random.below(3)).map { number in
        let text = "\"ND-\(number)\""
        return object(["\"id\"\(colon)\(text)", "\"n\"\(colon)\(numberText())"], depth: 2)
      }
      members.append("\"history\"\(colon)\(array(entries, depth: 1))")
    }
    if random.oneIn(3) { members.append("\"unknown\"\(colon)\(value(depth: 1))") }
    let text = object(members, depth: 0)
    return Array(
      ((hasByteOrderMark ? "\u{FEFF}" : "") + text + (finalNewline ? newline : "")).utf8)
  }

  private mutating func item(_ number: Int) -> String {
    var members = ["\"id\"\(colon)\"ND-\(number)\""]
    var names = ["title", "é", "a rather long name of a member", "x\\\"y", "k\\u0041", "", "\\\\"]
    while !names.isEmpty, !random.oneIn(3) {
      let name = names.remove(at: random.below(names.count))
      members.append("\"\(name)\"\(colon)\(value(depth: 2))")
    }
    let name = random.oneIn(6) ? "st\\u0061tus" : "status"
    if !random.oneIn(8) {
      members.insert("\"\(name)\"\(colon)\"pending\"", at: random.below(members.count + 1))
    }
    return object(members, depth: 2)
  }

  private mutating func value(depth: Int) -> String {
    switch random.below(depth > 4 ? 4 : 7) {
    case 0: return random.pick(["true", "false", "null"])
    case 1: return numberText()
    case 2, 3: return stringText()
    case 4: return random.pick(["{}", "[]", "{ }", "[ ]", "{\(newline)}"])
    case 5:
      var elements: [String] = []
      while !random.oneIn(3) { elements.append(value(depth: depth + 1)) }
      return array(elements, depth: depth + 1)
    default:
      var members: [String] = []
      while !random.oneIn(3) {
        members.append("\"m\(members.count)\"\(colon)\(value(depth: depth + 1))")
      }
      return object(members, depth: depth + 1)
    }
  }

  private mutating func numberText() -> String {
    random.pick([
      "0", "-0", "1.0", "1e400", "-12345678901234567890123", "0.1E-7", "1E+2", "42", "7e0",
    ])
  }

  private mutating func stringText() -> String {
    random.pick([
      "\"\"", "\"a, b: {c} [d]\"", "\"\\\"},{\\\"\"", "\"\\\\\"", "\"\\ud83d\\ude02 é 😂\"",
      "\"\\n  \\t\"", "\"Слово и ещё слово\"", "\"one line of notes that is longer than a block\"",
    ])
  }

  private mutating func array(_ elements: [String], depth: Int) -> String {
    "[" + entries(elements, depth: depth, breaks: breaks && !random.oneIn(6)) + "]"
  }

  private mutating func object(_ members: [String], depth: Int) -> String {
    "{" + entries(members, depth: depth, breaks: breaks && !random.oneIn(6)) + "}"
  }

  private mutating func entries(_ entries: [String], depth: Int, breaks: Bool) -> String {
    guard !entries.isEmpty else { return random.pick(["", "", " ", newline]) }
    guard breaks else { return padding + entries.joined(separator: ",\(gap)") + padding }
    let outer = newline + String(repeating: unit, count: depth)
    let inner = outer + unit
    let blank = random.oneIn(10) ? newline : ""
    let comma = leadsWithCommas ? "\(inner), " : ",\(blank)\(inner)"
    return inner + entries.joined(separator: comma) + outer
  }
}
