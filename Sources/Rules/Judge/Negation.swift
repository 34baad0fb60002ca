import JSONText

/// Finds the clauses of a text that say of something that it is not so.
struct Negation {
  private let text: [UInt8]

  /// From each of the words to the end of its clause.
  static func clauses(in text: [UInt8], by words: [Text]) -> [Range<Int>] {
    let negation = Negation(text: text)
    var clauses: [Range<Int>] = []
    for word in words {
      var from = 0
      while let start = negation.place(of: word.bytes, from: from) {
        let behind = start + word.bytes.count
        from = behind
        if negation.isOnlySeeming(behind) { continue }
        let end = negation.clauseEnd(behind, endsAtColon: Self.plain.contains(word.lowercase))
        clauses.append(start..<end)
        from = max(end, start + 1)
      }
    }
    return clauses
  }

  /// What stands behind a negating word and takes its meaning away: *not null*, *no longer*, *do not forget to*.
  private static let affirming: [Text] = [
    "null", "nulls", "nullable", "be null", "be nullable", "be empty", "allow null", "allow nulls",
    "accept null", "contain null", "contain nulls", "if exists", "exist", "exists", "only", "just",
    "merely", "simply", "longer", "op", "ops", "doubt", "matter", "more than", "less than",
    "fewer than", "later than", "sooner than", "forget", "forgetting", "fail to", "failing to",
    "neglect", "omit", "omitting", "skip", "skipping", "miss", "delay", "postpone", "hesitate",
    "downtime", "data loss", "further ado", "interruption", "interruptions", "delays", "locking",
  ]

  /// Words that end a clause, since what follows them is not negated.
  private static let contrasting: [Text] = [
    "but", "except", "however", "besides", "other than", "apart from", "by adding", "by creating",
    "by running", "by altering", "by dropping", "by changing",
  ]

  /// Words that negate what they stand before, and no list that follows.
  private static let plain: Set<Text> = [
    "no", "not", "never", "without", "cannot", "don't", "doesn't", "didn't", "zero",
  ]

  /// Words behind which a colon begins a list of what is negated, and no clause of its own.
  private static let listing: [Text] = [
    "scope", "goal", "goals", "following", "do", "does", "include", "includes", "included", "part",
    "cover", "covers", "covered", "touch", "touches", "touched", "allowed", "permitted", "needed",
    "required", "planned", "here", "this", "these", "task", "item",
  ]

  private func isOnlySeeming(_ behind: Int) -> Bool {
    var at = behind
    while at < text.count, text[at] == UInt8(ascii: "-") || text[at] <= 0x20 && text[at] > 0 {
      at += 1
    }
    return at > behind && Self.affirming.contains { stands($0, at) }
  }

  /// A clause ends at `;`, at a line's end, at the end of a sentence, of a plain word at a colon that begins no list, and
  /// where a contrast begins. Every full stop counts as the end of a sentence.
  private func clauseEnd(_ start: Int, endsAtColon: Bool) -> Int {
    var at = min(start, text.count)
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: ";"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), 10, 13:
        return at
      case UInt8(ascii: ":") where endsAtColon && at > start && endsWord(at) && !beginsList(at):
        return at
      case 0x20 where Self.contrasting.contains { stands($0, at + 1) }: return at
      default: at += 1
      }
    }
    return at
  }

  private func endsWord(_ place: Int) -> Bool {
    place + 1 == text.count || text[place + 1] <= 0x20
  }

  private func beginsList(_ colon: Int) -> Bool {
    var first = colon
    while first > 0, text[first - 1].isWord { first -= 1 }
    return Self.listing.contains { text[first..<colon].equalsIgnoringCase($0.bytes) }
  }

  /// Whether a phrase stands at a place, not as a part of longer words; a space of it stands for any blanks.
  private func stands(_ phrase: Text, _ start: Int) -> Bool {
    var at = start
    for byte in phrase.bytes {
      guard at < text.count else { return false }
      if byte == 0x20 {
        guard text[at] <= 0x20 else { return false }
        while at < text.count, text[at] <= 0x20 { at += 1 }
      } else {
        guard text[at].folded == byte else { return false }
        at += 1
      }
    }
    return at == text.count || !text[at].isWord
  }

  /// Where a word next stands by itself.
  private func place(of word: [UInt8], from start: Int) -> Int? {
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
