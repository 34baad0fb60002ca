import JSONText

extension Detector {
  /// The stretch of a text that the detector finds; nil where it finds none.
  ///
  /// In prose the break of a line within a paragraph counts as a space besides. Exceptions never reach over it.
  func hit(_ text: Text, isProse: Bool = false) throws(JudgingFault) -> Text? {
    if try hitsPath(text) { return text }
    guard !any.isEmpty else { return nil }
    let open = try outsideExceptions(text.bytes)
    if let found = try hit(open, within: text.bytes) { return found }
    guard isProse, let flowing = Prose.flowing(open) else { return nil }
    return try hit(flowing, within: Prose.flowing(text.bytes) ?? text.bytes)
  }

  private func hit(_ open: [UInt8], within text: [UInt8]) throws(JudgingFault) -> Text? {
    for pattern in all where try pattern.ready().firstMatch(in: text) == nil { return nil }
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
    return best.map { Text(bytes: Array(open[$0])) }
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
    for range in Negation.clauses(in: text, by: negatedBy) { open.blank(range) }
    return open
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
