import Testing

@testable import conductor

/// A test's argument is told by its name; the whole table entry would fill the screen.
extension Command: CustomTestStringConvertible {
  /// The words that are typed.
  public var testDescription: String { name.rawValue }
}
