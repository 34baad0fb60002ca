import CRules
import JSONText

/// A built-in set as it lies in the program: its text, and a table of where everything lies in that, which a test
/// makes and proves, so that a load reads no more than what it is asked for.
@safe
struct RuleTable: @unchecked Sendable {
  // Part of the program, and never written.
  private let set: UnsafePointer<rules_set>

  @unsafe
  init(_ set: UnsafePointer<rules_set>) { unsafe self.set = set }

  var name: Text { unsafe Self.text(set.pointee.name) }

  func isNamed(_ name: Text) -> Bool { unsafe Self.equals(set.pointee.name, name.bytes) }

  /// The text of the set.
  var bytes: Bytes {
    unsafe Bytes(
      keeping: Program.itself,
      UnsafeRawBufferPointer(start: set.pointee.start, count: set.pointee.count))
  }

  /// What keeps the text alive: it is part of the program and goes with it.
  private final class Program: Sendable {
    static let itself = Program()
  }

  // MARK: Parts of the text

  /// Where the value of a key of the set lies; nil for a key that it does not have.
  func section(_ key: SetKey) -> Range<Int>? {
    guard unsafe key.rawValue < set.pointee.section_count else { return nil }
    let range = unsafe Self.range(set.pointee.sections[key.rawValue])
    return range.isEmpty ? nil : range
  }

  private static func range(_ range: rules_range) -> Range<Int> {
    Int(range.start)..<Int(max(range.start, range.end))
  }

  // MARK: Rules

  /// A rule as far as the table tells it.
  struct Entry {
    let id: Text
    let range: Range<Int>
    let line: Int
    let phases: [Phase]
  }

  var ruleCount: Int { unsafe set.pointee.rule_count }

  func entry(_ place: Int) -> Entry {
    let rule = unsafe set.pointee.rules[place]
    return unsafe Entry(
      id: Self.text(rule.id), range: Self.range(rule.range), line: Int(rule.line),
      phases: Phase.allCases.filter { self.rule(place, isOf: $0) })
  }

  /// Whether a rule belongs to a phase.
  func rule(_ place: Int, isOf phase: Phase) -> Bool {
    unsafe set.pointee.rules[place].phases & Self.bit(phase) != 0
  }

  static func bit(_ phase: Phase) -> UInt32 { 1 << UInt32(phase.rawValue) }

  /// On which facts it depends whether a command rule can speak.
  func facts(_ place: Int) -> CommandFacts {
    unsafe CommandFacts(rawValue: set.pointee.rules[place].bearing)
  }

  /// The places of the rules that name a program, in full or by a wildcard; one may be there twice.
  func rules(naming program: Text) -> [Int] {
    var places: [Int] = []
    for index in unsafe 0..<set.pointee.name_count {
      let entry = unsafe set.pointee.names[index]
      if unsafe Self.equals(entry.name, program.bytes) { unsafe places.append(Int(entry.rule)) }
    }
    for index in unsafe 0..<set.pointee.pattern_count {
      let entry = unsafe set.pointee.patterns[index]
      guard unsafe NamePattern.mayMatch(UInt8(bitPattern: entry.name[0]), program) else { continue }
      let pattern = unsafe Self.text(entry.name)
      if NamePattern.matches(pattern, program, ignoringCase: false) {
        unsafe places.append(Int(entry.rule))
      }
    }
    return places
  }

  /// Where a detector lies and the line on which it begins; nil for one that there is not.
  func detector(_ name: Text) -> (range: Range<Int>, line: Int)? {
    for place in unsafe 0..<set.pointee.detector_count {
      let detector = unsafe set.pointee.detectors[place]
      if unsafe Self.equals(detector.name, name.bytes) {
        return unsafe (Self.range(detector.range), Int(detector.line))
      }
    }
    return nil
  }

  /// The programs that rules with a verdict above allow name, without wildcards.
  var guarded: [Text] { unsafe Self.texts(set.pointee.guarded, set.pointee.guarded_count) }

  /// The programs whose starts a rule may refuse, and the build tools whose targets are listed.
  var watched: [Text] { unsafe Self.texts(set.pointee.watched, set.pointee.watched_count) }

  // MARK: Environments

  /// Whether options or operands of a program name an environment.
  func hasHints(for program: Text) -> Bool {
    unsafe (0..<set.pointee.hinted_count).contains {
      unsafe Self.equals(set.pointee.hinted[$0], program.bytes)
    }
  }

  /// The variables that name an environment.
  var variables: [Text] { unsafe Self.texts(set.pointee.variables, set.pointee.variable_count) }

  @unsafe
  private static func texts(
    _ names: UnsafePointer<UnsafePointer<CChar>>, _ count: Int
  ) -> [Text] {
    (0..<count).map { unsafe text(names[$0]) }
  }

  @unsafe
  private static func text(_ name: UnsafePointer<CChar>) -> Text {
    var bytes: [UInt8] = []
    while let byte = unsafe UInt8(exactly: name[bytes.count]), byte != 0 { bytes.append(byte) }
    return Text(bytes: bytes)
  }

  @unsafe
  private static func equals(_ name: UnsafePointer<CChar>, _ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() {
      guard byte != 0, unsafe UInt8(bitPattern: name[index]) == byte else { return false }
    }
    return unsafe name[bytes.count] == 0
  }
}
