import JSONText
import Rules
import TestSupport
import Testing

@Suite struct LoadMutationTests {
  /// Objects whose keys are names that the author of a set chose, by the keys that lead to them.
  private static let chosen: Set<[String]> = [
    ["params"], ["authority", "rights"], ["authority", "keys"], ["environments"],
    ["environments", "*", "variables"], ["hints", "options"], ["levels"], ["programs"],
    ["targets", "make"], ["targets", "npm"], ["targets", "just"], ["detectors"],
  ]

  private static func keys(
    _ node: Node, _ path: [String], _ found: inout [(range: Range<Int>, isChosen: Bool)]
  ) {
    let pattern = path.enumerated().map { index, key in
      chosen.contains(Array(path[..<index])) ? "*" : key
    }
    let isChosen = chosen.contains(pattern) || ["sets", "where"].contains(path.last)
    for member in node.members {
      let key = member.key.string
      let isLevelWord = pattern == ["levels"] && ["default", "order"].contains(key)
      found.append((member.keyRange, isChosen && !isLevelWord))
      keys(member.value, path + [key], &found)
    }
    for element in node.elements { keys(element, path, &found) }
  }

  @Test func noKeyCanBeMisspelt() throws {
    var keys: [(range: Range<Int>, isChosen: Bool)] = []
    Self.keys(try Document(Bytes(Array(wholeSet.utf8))).root, [], &keys)
    #expect(keys.count > 200 && keys.count { $0.isChosen } > 20)
    var random = SeededRandom(41)
    for key in keys where !key.isChosen {
      let inner = (key.range.lowerBound + 1)..<(key.range.upperBound - 1)
      let at = inner.lowerBound + random.below(inner.count)
      for change in 0..<3 {
        var bytes = Array(wholeSet.utf8)
        switch change {
        case 0: bytes[at] = bytes[at] == UInt8(ascii: "q") ? UInt8(ascii: "x") : UInt8(ascii: "q")
        case 1: bytes.insert(UInt8(ascii: "q"), at: at)
        default: bytes.remove(at: at)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let fault = try? #require(throws: RuleFault.self) { try Loading.load(text) }
        let shown = String(decoding: Array(wholeSet.utf8)[key.range], as: UTF8.self)
        #expect(fault != nil, "\(shown) changed in way \(change)")
      }
    }
  }

  @Test func whateverHappensToAFileItLoadsOrSaysWhere() throws {
    var random = SeededRandom(42)
    let whole = Array(wholeSet.utf8)
    let words = whole.indices.filter { whole[$0] == UInt8(ascii: "\"") }
    for round in 0..<400 {
      var bytes = whole
      for _ in 0...random.below(3) {
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(12)))
        case 1: bytes.insert(UInt8(random.below(256)), at: at)
        case 2: bytes[at] = random.pick(Array("{}[]\",:${}a1\\\n".utf8))
        case 3:
          let start = random.pick(words)
          let end = min(bytes.count, start + random.below(40))
          if start < end { bytes.insert(contentsOf: bytes[start..<end], at: at) }
        default:
          let start = min(random.pick(words) + 1, bytes.count - 1)
          bytes[start] = UInt8(ascii: "a") + UInt8(random.below(26))
        }
      }
      let source = RuleSource(name: "set.json", bytes: Bytes(bytes))
      do throws(RuleFault) {
        _ = try RuleSet.load(source) { (_, _) in nil }
      } catch {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        #expect(error.file == "set.json", "round \(round)")
        #expect((1...lines.count).contains(error.line), "round \(round): \(error)")
        guard lines.indices.contains(error.line - 1) else { continue }
        #expect(
          (1...(lines[error.line - 1].count + 1)).contains(error.column), "round \(round): \(error)"
        )
      }
    }
  }
}
