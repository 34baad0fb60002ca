/// What readers of patterns share, whichever form of expression they read: the place, numbers, and bounds.
protocol PatternReading {
  /// The pattern.
  var text: [UInt8] { get }
  /// Where in it the reader is.
  var at: Int { get set }
}

extension PatternReading {
  /// How deep groups may stand in each other.
  static var depthLimit: Int { 60 }
  /// The most repetitions that bounds can ask for.
  private static var repetitionLimit: Int { 1_000 }

  /// The byte at the place.
  var byte: UInt8? { at < text.count ? text[at] : nil }

  func failure(_ reason: PatternError.Reason, at offset: Int? = nil) -> PatternError {
    PatternError(reason: reason, offset: offset ?? at)
  }

  /// Goes past a character where it stands at the place.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  /// How often what stands before the place is repeated; nil where nothing says so.
  mutating func repetition() throws(PatternError) -> (least: Int, most: Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    return byte == UInt8(ascii: "{") ? try bounds() : nil
  }

  /// The numbers of `{m,n}`.
  private mutating func bounds() throws(PatternError) -> (least: Int, most: Int?) {
    let start = at
    at += 1
    guard let least = number() else { throw failure(.badRepetition, at: start) }
    var most: Int? = least
    if skip(",") { most = number() }
    guard skip("}"), least <= Self.repetitionLimit,
      most.map({ $0 >= least && $0 <= Self.repetitionLimit }) ?? true
    else { throw failure(.badRepetition, at: start) }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let next = byte, next >= 48, next <= 57 {
      value = min((value ?? 0) * 10 + Int(next - 48), 100_000)
      at += 1
    }
    return value
  }

  /// The next character, whatever it is.
  mutating func take() -> UInt32 {
    let (scalar, length) = Automaton.scalar(text, at)
    at += max(1, length)
    return scalar ?? 0
  }
}
