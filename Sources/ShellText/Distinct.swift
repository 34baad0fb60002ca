/// Elements in the order in which they came, equal ones once.
///
/// The first few are compared one by one: making the first set of a type costs a start more than that.
package struct Distinct<Element: Hashable & Sendable>: Sendable {
  /// The elements in their order.
  @usableFromInline package internal(set) var all: [Element]
  /// The same, once there are many.
  @usableFromInline var index: Set<Element>?

  @usableFromInline static var few: Int { 8 }

  /// None yet.
  @inlinable package init() {
    all = []
    index = nil
  }

  /// Takes an element in; says whether it is new.
  @inlinable @discardableResult
  package mutating func insert(_ element: Element) -> Bool {
    if index != nil {
      guard index?.insert(element).inserted == true else { return false }
    } else {
      if all.contains(element) { return false }
      if all.count == Self.few { index = Set(all).union([element]) }
    }
    all.append(element)
    return true
  }
}
