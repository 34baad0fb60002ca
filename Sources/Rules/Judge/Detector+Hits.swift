import JSONText

extension Detector {
  /// The stretch of a text that the detector finds; nil where it finds none.
  func hit(_ text: Text) throws(JudgingFault) -> Text? {
    if try hitsPath(text) { return text }
    guard !any.isEmpty else { return nil }
    for pattern in all where try pattern.ready().firstMatch(in: text.bytes) == nil { return nil }
    let open = try outsideExceptions(text.bytes)
    var best: Range<Int>?
    for pattern in any {
      guard let match = try pattern.ready().firstMatch(in: open) else { continue }
      guard let known = best else {
        best = match
        continue
      }
      if (match.lowerBound, -match.upperBound) < (known.lowerBound, -known.upperBound) {
        best = match
      }
    }
    return best.map { Text(bytes: Array(text.bytes[$0])) }
  }

  private func hitsPath(_ text: Text) throws(JudgingFault) -> Bool {
    guard !globs.isEmpty else { return false }
    let path = Paths.normal(text.bytes)
    for glob in globs where try glob.ready().matches(path) { return true }
    return false
  }

  /// The text with everything that an exception takes out made blank, at the same length.
  private func outsideExceptions(_ text: [UInt8]) throws(JudgingFault) -> [UInt8] {
    var open = text
    for pattern in unless {
      for range in try pattern.ready().matches(in: text) { open.blank(range) }
    }
    for range in try negatedClauses(text) { open.blank(range) }
    return open
  }

  /// From each negating word to the end of its clause.
  private func negatedClauses(_ text: [UInt8]) throws(JudgingFault) -> [Range<Int>] {
    var clauses: [Range<Int>] = []
    for word in negatedBy {
      var from = 0
      while let start = Self.wholeWord(word.bytes, in: text, from: from) {
        let end = Self.clauseEnd(text, start + word.bytes.count)
        clauses.append(start..<end)
        from = max(end, start + 1)
      }
    }
    return clauses
  }

  /// A clause ends at `;`, at a line's end, and at a full stop that ends a sentence and is no part of a name.
  private static func clauseEnd(_ text: [UInt8], _ start: Int) -> Int {
    var at = min(start, text.count)
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: ";"), UInt8(ascii: "."), 10, 13: return at
      default: at += 1
      }
    }
    return at
  }

  private static func wholeWord(_ word: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let first = word.first, text.count >= word.count else { return nil }
    var at = start
    while at + word.count <= text.count {
      if text[at].folded == first.folded, text[at..<(at + word.count)].equalsIgnoringCase(word),
        at == 0 || !text[at - 1].isWord || !first.isWord,
        at + word.count == text.count || !text[at + word.count].isWord
          || word.last?.isWord == false
      {
        return at
      }
      at += 1
    }
    return nil
  }
}

extension Pattern {
  /// The compiled expression; loading has shown that it is one.
  func ready() throws(JudgingFault) -> Expression {
    do { return try expression() } catch {
      throw JudgingFault(text: "bad expression \(source): \(Text(error.reason.rawValue))")
    }
  }
}

extension PathPattern {
  /// The compiled glob; loading has shown that it is one.
  func ready() throws(JudgingFault) -> Glob {
    do { return try glob() } catch {
      throw JudgingFault(text: "bad glob \(source): \(Text(error.reason.rawValue))")
    }
  }
}
