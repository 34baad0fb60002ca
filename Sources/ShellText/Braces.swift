/// Brace lists: `{a,b}` and `{1..3}`.
extension Interpreter {
  /// One step of a word: a byte that may be brace syntax, or a part that may not.
  private enum Item {
    case byte(UInt8)
    case part(ShellWord.Part)

    var plain: UInt8? { if case .byte(let byte) = self { byte } else { nil } }
  }

  /// The words that a word with brace lists stands for; more than some hundreds are not followed.
  func bracesExpanded(_ word: ShellWord) -> [[ShellWord.Part]] {
    let hasBrace = word.parts.contains { part in
      if case .plain(let bytes) = part { bytes.contains(UInt8(ascii: "{")) } else { false }
    }
    guard hasBrace else { return [word.parts] }
    var items: [Item] = []
    for part in word.parts {
      if case .plain(let bytes) = part {
        items += bytes.map { .byte($0) }
      } else {
        items.append(.part(part))
      }
    }
    var count = 0
    guard let results = expandedBraces(items[...], &count, depth: 0) else {
      note(.tooMuch, word.raw)
      return [word.parts]
    }
    return results.map(Self.parts)
  }

  private static func parts(_ items: [Item]) -> [ShellWord.Part] {
    var parts = ShellParser.Parts()
    for item in items {
      switch item {
      case .byte(let byte): parts.append(byte)
      case .part(let part): parts.add(part)
      }
    }
    return parts.finished()
  }

  private func expandedBraces(
    _ items: ArraySlice<Item>, _ count: inout Int, depth: Int
  ) -> [[Item]]? {
    if depth > 30 { return nil }
    var results: [[Item]] = [[]]
    let closes = Self.closingBraces(items)
    var index = items.startIndex
    while index < items.endIndex {
      if let close = closes[index], let alternatives = alternatives(items[(index + 1)..<close]) {
        var choices: [[Item]] = []
        for alternative in alternatives {
          guard let expanded = expandedBraces(alternative, &count, depth: depth + 1) else {
            return nil
          }
          choices += expanded
        }
        var next: [[Item]] = []
        for result in results {
          for choice in choices {
            count += result.count + choice.count + 1
            if count > 20_000 || next.count > 500 { return nil }
            next.append(result + choice)
          }
        }
        results = next
        index = close + 1
      } else {
        for position in results.indices { results[position].append(items[index]) }
        count += results.count
        if count > 200_000 { return nil }
        index += 1
      }
    }
    return results
  }

  private static func closingBraces(_ items: ArraySlice<Item>) -> [Int: Int] {
    var closes: [Int: Int] = [:]
    var open: [Int] = []
    for index in items.indices {
      if items[index].plain == UInt8(ascii: "{") { open.append(index) }
      if items[index].plain == UInt8(ascii: "}"), let start = open.popLast() {
        closes[start] = index
      }
    }
    return closes
  }

  private func alternatives(_ items: ArraySlice<Item>) -> [ArraySlice<Item>]? {
    var result: [ArraySlice<Item>] = []
    var start = items.startIndex
    var depth = 0
    for index in items.indices {
      switch items[index].plain {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        result.append(items[start..<index])
        start = index + 1
      default: break
      }
    }
    if result.isEmpty { return sequence(items) }
    result.append(items[start...])
    return result
  }

  private func sequence(_ items: ArraySlice<Item>) -> [ArraySlice<Item>]? {
    let bytes = items.compactMap(\.plain)
    guard bytes.count == items.count, bytes.count < 60 else { return nil }
    let ends = String(decoding: bytes, as: UTF8.self).utf8.split(separator: UInt8(ascii: "."))
      .map { String(decoding: $0, as: UTF8.self) }
    guard ends.count == 2 || ends.count == 3,
      bytes.filter({ $0 == UInt8(ascii: ".") }).count == 2 * (ends.count - 1)
    else { return nil }
    let step = max(1, ends.count == 3 ? (Int(ends[2])?.magnitude ?? 1) : 1)
    let isNumber: Bool
    let first: Int
    let last: Int
    if let low = Int(ends[0]), let high = Int(ends[1]) {
      (first, last, isNumber) = (low, high, true)
    } else if ends[0].utf8.count == 1, ends[1].utf8.count == 1, let low = ends[0].utf8.first,
      let high = ends[1].utf8.first
    {
      (first, last, isNumber) = (Int(low), Int(high), false)
    } else {
      return nil
    }
    let distance = max(first, last).subtractingReportingOverflow(min(first, last))
    if distance.overflow { return nil }
    // A list too long to follow is cut: its elements are digits, and none of them starts a program.
    let stride = Int(clamping: step)
    let count = min(100, distance.partialValue / stride)
    return (0...count).map { position in
      let value = first < last ? first + position * stride : first - position * stride
      let spelled = isNumber ? Array(String(value).utf8) : [UInt8(truncatingIfNeeded: value)]
      return spelled.map { Item.byte($0) }[...]
    }
  }
}
