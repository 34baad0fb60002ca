/// One line of a `.gitignore`, matched as git does, in time that grows with pattern times path.
struct IgnorePattern: Sendable {
  /// Whether it takes back what an earlier line ignores.
  let isNegated: Bool
  /// Whether it speaks of directories only.
  let onlyDirectories: Bool
  /// Whether it is matched against the whole path below its file, rather than against the last name.
  let isAnchored: Bool
  private let tokens: [Token]

  private enum Token: Sendable {
    case byte(UInt8)
    /// One byte that is no slash.
    case any
    /// One byte of a set, by bits; never a slash.
    case set([Bool])
    /// Any number of bytes that are no slash.
    case star
    /// Any number of whole directories, each with its slash.
    case directories
    /// Whatever follows.
    case rest
    /// What can match nothing, such as a bracket without an end.
    case never
  }

  /// Reads a line; nil for one that says nothing.
  init?(_ line: ArraySlice<UInt8>) {
    var line = line
    if line.last == 13 { line.removeLast() }
    if line.isEmpty || line.first == UInt8(ascii: "#") { return nil }
    Self.trim(&line)
    isNegated = line.first == UInt8(ascii: "!")
    if isNegated { line.removeFirst() }
    onlyDirectories = line.last == Self.slash
    if onlyDirectories { line.removeLast() }
    if line.isEmpty { return nil }
    isAnchored = line.contains(Self.slash)
    if isAnchored, line.first == Self.slash { line.removeFirst() }
    tokens = Self.tokens(Array(line), isAnchored: isAnchored)
  }

  private static let slash = UInt8(ascii: "/")
  private static let escape = UInt8(ascii: "\\")
  private static let asterisk = UInt8(ascii: "*")

  /// Spaces at the end do not count unless they are escaped.
  private static func trim(_ line: inout ArraySlice<UInt8>) {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == escape {
        index = min(index + 2, line.endIndex)
        end = index
      } else {
        if line[index] != 32 { end = index + 1 }
        index += 1
      }
    }
    line = line[..<end]
  }

  private static func tokens(_ text: [UInt8], isAnchored: Bool) -> [Token] {
    // Git compares what stands before the first wildcard on its own, so that stars behind it begin a pattern.
    let first = isAnchored ? text.firstIndex { "*?[\\".utf8.contains($0) } : nil
    var tokens: [Token] = []
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case asterisk:
        let start = index - 1
        while index < text.count, text[index] == asterisk { index += 1 }
        let opens = start == 0 || start == first || text[start - 1] == slash
        let isDeep = index - start > 1 && opens
        if isDeep, index == text.count {
          tokens.append(.rest)
        } else if isDeep, text[index] == slash {
          tokens.append(.directories)
          index += 1
        } else {
          tokens.append(.star)
        }
      case UInt8(ascii: "?"): tokens.append(.any)
      case UInt8(ascii: "["): tokens.append(set(text, &index))
      case escape:
        guard index < text.count else {
          tokens.append(.never)
          continue
        }
        tokens.append(.byte(text[index]))
        index += 1
      default: tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// A bracket, read from behind its opening.
  private static func set(_ text: [UInt8], _ index: inout Int) -> Token {
    var bits = [Bool](repeating: false, count: 256)
    let isInverted = index < text.count && "!^".utf8.contains(text[index])
    if isInverted { index += 1 }
    var isFirst = true
    var last: UInt8?
    while index < text.count {
      var byte = text[index]
      index += 1
      if byte == UInt8(ascii: "]"), !isFirst {
        if isInverted { bits = bits.map { !$0 } }
        bits[Int(slash)] = false
        return .set(bits)
      }
      isFirst = false
      if byte == UInt8(ascii: "["), index < text.count, text[index] == UInt8(ascii: ":") {
        guard let end = text[index...].firstIndex(of: UInt8(ascii: "]")) else { return .never }
        if end > index + 1, text[end - 1] == UInt8(ascii: ":") {
          let name = String(decoding: text[(index + 1)..<(end - 1)], as: UTF8.self)
          guard let members = members(of: name) else { return .never }
          for member in members { bits[Int(member)] = true }
          index = end + 1
          last = nil
          continue
        }
      } else if byte == UInt8(ascii: "-"), let from = last, index < text.count,
        text[index] != UInt8(ascii: "]")
      {
        byte = text[index]
        index += 1
        if byte == escape, index < text.count {
          byte = text[index]
          index += 1
        }
        if from <= byte { for member in from...byte { bits[Int(member)] = true } }
        last = nil
        continue
      } else if byte == escape {
        guard index < text.count else { return .never }
        byte = text[index]
        index += 1
      }
      bits[Int(byte)] = true
      last = byte
    }
    return .never
  }

  private static func members(of name: String) -> [UInt8]? {
    let all: ClosedRange<UInt8> = 0...127
    let digits = Array(UInt8(ascii: "0")...UInt8(ascii: "9"))
    let lower = Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
    let upper = Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    switch name {
    case "alnum": return digits + lower + upper
    case "alpha": return lower + upper
    case "blank": return [32, 9]
    case "cntrl": return all.filter { $0 < 32 || $0 == 127 }
    case "digit": return digits
    case "graph": return all.filter { $0 > 32 && $0 < 127 }
    case "lower": return lower
    case "print": return all.filter { $0 >= 32 && $0 < 127 }
    case "punct":
      return all.filter { $0 > 32 && $0 < 127 && !(digits + lower + upper).contains($0) }
    case "space": return [32, 9, 10, 11, 12, 13]
    case "upper": return upper
    case "xdigit": return digits + Array("abcdefABCDEF".utf8)
    default: return nil
    }
  }

  /// Whether it matches a path that is told relative to the pattern's own directory.
  func matches(_ path: ArraySlice<UInt8>) -> Bool {
    var text = path
    if !isAnchored, let cut = path.lastIndex(of: Self.slash) { text = path[(cut + 1)...] }
    // All places in the pattern that what was read so far can have led to; inside says that directories have begun.
    var places = [Bool](repeating: false, count: tokens.count + 1)
    var inside = places
    places[0] = true
    for byte in text {
      Self.skip(tokens, &places)
      var next = [Bool](repeating: false, count: tokens.count + 1)
      var nextInside = next
      for (index, token) in tokens.enumerated() {
        if inside[index] || places[index], case .directories = token {
          nextInside[index] = true
          if byte == Self.slash { next[index + 1] = true }
        }
        guard places[index] else { continue }
        switch token {
        case .byte(let wanted): if byte == wanted { next[index + 1] = true }
        case .any: if byte != Self.slash { next[index + 1] = true }
        case .set(let bits): if bits[Int(byte)] { next[index + 1] = true }
        case .star: if byte != Self.slash { next[index] = true }
        case .rest: next[index] = true
        case .directories, .never: break
        }
      }
      places = next
      inside = nextInside
    }
    Self.skip(tokens, &places)
    return places[tokens.count]
  }

  /// Adds the places that are reached without reading on.
  private static func skip(_ tokens: [Token], _ places: inout [Bool]) {
    for (index, token) in tokens.enumerated() where places[index] {
      switch token {
      case .star, .directories, .rest: places[index + 1] = true
      default: break
      }
    }
  }
}
