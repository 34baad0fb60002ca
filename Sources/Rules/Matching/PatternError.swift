/// Why a pattern cannot be used, and the byte of it where that shows.
package struct PatternError: Error, Equatable, Sendable {
  /// What is wrong with it.
  package enum Reason: String, Sendable {
    case empty = "empty pattern or branch"
    case unclosedGroup = "unclosed group"
    case unopenedGroup = "closing parenthesis without a group"
    case unclosedSet = "unclosed bracket expression"
    case badRange = "range out of order"
    case unknownClass = "unknown character class"
    case nothingToRepeat = "nothing to repeat"
    case badRepetition = "bad repetition"
    case unknownEscape = "unknown escape"
    case trailingBackslash = "backslash at the end"
    case tooDeep = "nested too deeply"
    case tooLarge = "too large"
    case lookaround = "groups that look ahead or behind are not known here"
    case backReference = "references back to a group are not known here"
    case unknownProperty = "unknown property of characters; general categories are known"
  }

  package var reason: Reason
  package var offset: Int

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
