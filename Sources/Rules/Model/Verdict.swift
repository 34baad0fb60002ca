package import JSONText

/// What a rule says of what it matched, from the mildest to the strictest.
package enum Verdict: Int, Comparable, CaseIterable, Sendable {
  case allow, ask, deny, stop

  /// The word that rule sets, receipts and `--json` use.
  package var word: Text {
    switch self {
    case .allow: "allow"
    case .ask: "ask"
    case .deny: "deny"
    case .stop: "stop"
    }
  }

  /// Reads the word; nil for any other.
  package init?(_ word: Text) {
    guard let verdict = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = verdict
  }

  /// Orders by strictness.
  package static func < (a: Verdict, b: Verdict) -> Bool { a.rawValue < b.rawValue }
}

/// When a rule is asked.
package enum Phase: Int, CaseIterable, Sendable {
  case item, command, diff, response, close, loop, merge, flip, spawn

  /// The word that rule sets use.
  package var word: Text {
    switch self {
    case .item: "item"
    case .command: "command"
    case .diff: "diff"
    case .response: "response"
    case .close: "close"
    case .loop: "loop"
    case .merge: "merge"
    case .flip: "flip"
    case .spawn: "spawn"
    }
  }

  /// Every word, made once, as the phase of each rule is looked up among them.
  private static let words = allCases.map(\.word)

  /// Reads the word; nil for any other.
  package init?(_ word: Text) {
    guard let place = Self.words.firstIndex(of: word) else { return nil }
    self = Self.allCases[place]
  }
}

/// What can be said of a condition.
package enum Truth: Equatable, Sendable {
  case yes, no, unknown

  /// Both: a no decides, whatever the other says.
  package func and(_ other: Truth) -> Truth {
    if self == .no || other == .no { return .no }
    return self == .yes && other == .yes ? .yes : .unknown
  }

  /// Either: a yes decides, whatever the other says.
  package func or(_ other: Truth) -> Truth {
    if self == .yes || other == .yes { return .yes }
    return self == .no && other == .no ? .no : .unknown
  }

  /// The opposite; what is unknown stays unknown.
  package var opposite: Truth {
    switch self {
    case .yes: .no
    case .no: .yes
    case .unknown: .unknown
    }
  }
}
