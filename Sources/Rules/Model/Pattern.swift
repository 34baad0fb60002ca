package import JSONText
import Synchronization

/// An expression of a rule set, compiled when it is first needed and then kept.
package final class Pattern: Sendable {
  /// The expression as the set spells it.
  package let source: Text
  /// Whether it matches whole words only.
  package let wholeWords: Bool
  /// Whether capitals and small letters are the same to it.
  package let ignoringCase: Bool
  /// Whether it meets the lines of a text and not the whole.
  package let byLine: Bool
  private let compiled = Mutex<Expression?>(nil)

  /// Names an expression without compiling it.
  package init(
    _ source: Text, wholeWords: Bool = true, ignoringCase: Bool = false, byLine: Bool = false
  ) {
    self.source = source
    self.wholeWords = wholeWords
    self.ignoringCase = ignoringCase
    self.byLine = byLine
  }

  /// The compiled expression.
  package func expression() throws(PatternError) -> Expression {
    if let ready = compiled.withLock({ $0 }) { return ready }
    let made = try Expression(
      source.bytes, wholeWords: wholeWords, ignoringCase: ignoringCase, byLine: byLine)
    compiled.withLock { $0 = made }
    return made
  }
}

/// A glob of a rule set, compiled when it is first needed and then kept.
package final class PathPattern: Sendable {
  /// The glob as the set spells it.
  package let source: Text
  private let ignoringCase: Bool
  private let compiled = Mutex<Glob?>(nil)

  /// Names a glob without compiling it.
  package init(_ source: Text, ignoringCase: Bool = false) {
    self.source = source
    self.ignoringCase = ignoringCase
  }

  /// The compiled glob.
  package func glob() throws(PatternError) -> Glob {
    if let ready = compiled.withLock({ $0 }) { return ready }
    let made = try Glob(source.bytes, ignoringCase: ignoringCase)
    compiled.withLock { $0 = made }
    return made
  }
}
