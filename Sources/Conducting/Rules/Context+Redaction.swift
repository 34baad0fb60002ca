import Evidence
import Rules

extension Context {
  /// The same context, which also hides what a project's rule sets call secret; a set that does not load hides nothing.
  func redacting(for project: Project) -> Context {
    redacting(by: RuleShelf(surveying: project, self))
  }

  /// The same context, which also hides what rule sets call secret.
  func redacting(by shelf: RuleShelf) -> Context {
    let patterns = shelf.book.sets.flatMap(\.redact).map { Pattern($0, wholeWords: false) }
    guard !patterns.isEmpty else { return self }
    var context = self
    context.redaction = Redaction(finders: patterns.map(\.finder))
    return context
  }
}

extension Pattern {
  /// Finds every match in a text, from left to right. A pattern that does not compile was refused when its set loaded.
  fileprivate var finder: Redaction.Finder {
    { text in
      guard let expression = try? self.expression() else { return [] }
      return expression.matches(in: text)
    }
  }
}
