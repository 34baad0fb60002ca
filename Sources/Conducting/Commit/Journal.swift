import Backlog
import Evidence
import JSONText

/// The steps that were begun and ended, and the claims that are open because of them.
///
/// The journal is one file of lines, each a checksum and a JSON value. An intent is one line, so that one append
/// makes it durable; a line that was cut by a crash fails its checksum and counts as never written.
struct Journal {
  /// Claims that are open, by item.
  private(set) var open: [Text: OpenClaim] = [:]
  /// The highest claim number that a line of this journal knows.
  private(set) var highest = 0
  /// The step that was begun and neither finished nor undone.
  private(set) var pending: Intent?
  /// The number of bytes that hold whole lines; what follows them is the rest of an interrupted append.
  private(set) var size = 0
  /// Where the line of the pending step begins, so that it can be cut off again.
  private(set) var pendingStart = 0
  /// Whether the rest of an interrupted append follows the whole lines.
  private(set) var isTorn = false
  /// The number of steps since the last rewriting.
  private(set) var steps = 0

  /// A line that is damaged although others follow it: not a crash, but somebody's hand or a broken disk.
  struct Damage: Error { let line: Int }

  init() {}

  init(_ bytes: [UInt8]) throws(Damage) {
    var number = 0
    var start = 0
    defer { isTorn = size < bytes.count }
    while start < bytes.count {
      number += 1
      guard let end = bytes[start...].firstIndex(of: 0x0A) else { return }
      guard Self.isWhole(bytes[start..<end]), let node = Self.value(bytes[start..<end]), apply(node)
      else {
        if end + 1 == bytes.count { return }
        throw Damage(line: number)
      }
      start = end + 1
      size = start
    }
  }

  private static let sumLength = 16

  private static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.count > sumLength + 1, line[line.startIndex + sumLength] == 0x20 else {
      return false
    }
    let payload = Array(line.dropFirst(sumLength + 1))
    return SHA256.hash(payload).short.bytes.elementsEqual(line.prefix(sumLength))
  }

  private static func value(_ line: ArraySlice<UInt8>) -> Node? {
    try? Document(Bytes(Array(line.dropFirst(sumLength + 1)))).root
  }

  private mutating func apply(_ node: Node) -> Bool {
    if node["step"] != nil {
      guard let intent = Intent(node) else { return false }
      pending = intent
      pendingStart = size
      return true
    }
    if let id = node["done"]?.text {
      guard let intent = pending, intent.id == id else { return false }
      finish(intent)
      return true
    }
    if let id = node["void"]?.text {
      guard pending?.id == id else { return false }
      pending = nil
      return true
    }
    if let value = node["open"], let claim = OpenClaim(value) {
      add(claim)
      return true
    }
    if let number = node["highest"]?.integer {
      highest = max(highest, number)
      return true
    }
    return false
  }

  private mutating func add(_ claim: OpenClaim) {
    open[claim.item] = claim
    highest = max(highest, claim.claim.number)
  }

  private mutating func finish(_ intent: Intent) {
    for item in intent.closes { open[item] = nil }
    if let claim = intent.opens { add(claim) }
    pending = nil
    steps += 1
  }

  /// The claims as a reader without the lock must see them: a step that is being committed counts already.
  var visible: [Text: OpenClaim] {
    guard let pending else { return open }
    var claims = open
    for item in pending.closes { claims[item] = nil }
    if let claim = pending.opens { claims[claim.item] = claim }
    return claims
  }

  // MARK: Writing

  /// The line that holds a value.
  static func line(_ value: JSON) -> [UInt8] {
    let payload = value.written(indent: nil)
    return SHA256.hash(payload).short.bytes + [0x20] + payload + [0x0A]
  }

  mutating func begin(_ intent: Intent, written bytes: Int) {
    pending = intent
    pendingStart = size
    size += bytes
  }

  /// The pending step's line was cut off.
  mutating func forget() {
    pending = nil
    size = pendingStart
  }

  mutating func end(done: Bool, written bytes: Int) {
    if done, let pending { finish(pending) }
    pending = nil
    size += bytes
  }

  /// The lines that say the same without the steps: the open claims whose lease still runs, and the highest number.
  func snapshot(at now: Timestamp) -> [UInt8] {
    let claims = open.values.filter { $0.claim.until > now }.sorted {
      $0.claim.number < $1.claim.number
    }
    return Self.line(["highest": .integer(highest)])
      + claims.flatMap { Self.line(["open": $0.json]) }
  }
}
