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
  /// Items that were stopped and not released, by item.
  private(set) var stopped: [Text: StoppedItem] = [:]
  /// The highest claim number that a line of this journal knows.
  private(set) var highest = 0
  /// The number of bytes that hold whole lines; what follows them is the rest of an interrupted append.
  private(set) var size = 0
  /// Whether such a rest follows.
  private(set) var isTorn = false
  /// Where the line of the step without an end begins, so that it can be cut off again.
  private(set) var beginning = 0
  private var begun: Begun?
  /// The line that ends a step and could not be written; the next line is written behind it.
  private var owed: [UInt8] = []

  /// A step that has no end yet. One that was read is understood only when somebody asks for it, since nearly all
  /// have ended by the next line.
  private enum Begun {
    case read(Node)
    case made(Intent)
  }

  /// A line that is damaged although others follow it: not a crash, but somebody's hand or a broken disk.
  struct Damage: Error { let line: Int }

  init() {}

  init(_ bytes: Bytes) throws(Damage) { try read(on: bytes) }

  /// Reads on in the bytes of a file of which this journal has read the beginning.
  mutating func read(on bytes: Bytes) throws(Damage) {
    while size < bytes.count {
      guard let end = bytes.firstIndex(of: 0x0A, from: size) else { break }
      guard let node = Self.value(bytes[size..<end]), apply(node) else {
        if end + 1 == bytes.count { break }
        throw Damage(line: 1 + bytes[0..<size].array.count { $0 == 0x0A })
      }
      size = end + 1
    }
    isTorn = size < bytes.count
  }

  private static let sumLength = 16

  /// The value of a line whose checksum holds.
  private static func value(_ line: Bytes) -> Node? {
    guard line.count > sumLength + 1, line[sumLength] == 0x20 else { return nil }
    let payload = line[(sumLength + 1)..<line.count]
    guard SHA256.hash(payload).short.bytes == line[0..<sumLength].array else { return nil }
    return try? Document(payload).root
  }

  private mutating func apply(_ node: Node) -> Bool {
    if node["step"] != nil {
      guard begun == nil else { return false }
      begun = .read(node)
      beginning = size
      return true
    }
    if let id = node["done"]?.text { return end(id, done: true) }
    if let id = node["void"]?.text { return end(id, done: false) }
    guard let number = node["highest"]?.integer, let claims = node["open"]?.elements else {
      return false
    }
    highest = max(highest, number)
    for value in claims {
      guard let claim = OpenClaim(value) else { return false }
      add(claim)
    }
    for value in node["stopped"]?.elements ?? [] {
      guard let item = StoppedItem(value) else { return false }
      stopped[item.item] = item
    }
    return true
  }

  private mutating func end(_ id: Text, done: Bool) -> Bool {
    guard case .read(let node)? = begun, node["step"]?.text == id else { return false }
    begun = nil
    guard done else { return true }
    for item in node["closes"]?.elements ?? [] { item.text.map { open[$0] = nil } }
    for item in node["frees"]?.elements ?? [] { item.text.map { stopped[$0] = nil } }
    if let value = node["stops"] {
      guard let item = StoppedItem(value) else { return false }
      stopped[item.item] = item.joined(with: stopped[item.item])
    }
    guard let value = node["opens"] else { return true }
    guard let claim = OpenClaim(value) else { return false }
    add(claim)
    return true
  }

  private mutating func add(_ claim: OpenClaim) {
    open[claim.item] = claim
    highest = max(highest, claim.claim.number)
  }

  /// The step that was begun and neither finished nor undone.
  var pending: Intent? {
    switch begun {
    case .read(let node): Intent(node)
    case .made(let intent): intent
    case nil: nil
    }
  }

  /// The claims as a reader without the lock must see them: a step that is being committed counts already.
  var visible: [Text: OpenClaim] {
    guard let pending else { return open }
    var claims = open
    for item in pending.closes { claims[item] = nil }
    if let claim = pending.opens { claims[claim.item] = claim }
    return claims
  }

  /// The stops as a reader without the lock must see them.
  var visibleStops: [Text: StoppedItem] {
    guard let pending else { return stopped }
    var items = stopped
    for item in pending.frees { items[item] = nil }
    if let item = pending.stops { items[item.item] = item.joined(with: items[item.item]) }
    return items
  }

  // MARK: Writing

  /// The line that holds a value.
  static func line(_ value: JSON) -> [UInt8] {
    let payload = value.written(indent: nil)
    return SHA256.hash(payload).short.bytes + [0x20] + payload + [0x0A]
  }

  /// What is to be appended to begin a step.
  func line(beginning intent: Intent) -> [UInt8] { owed + Self.line(intent.json) }

  /// Notes that the step's beginning was appended.
  mutating func begin(_ intent: Intent, written bytes: Int) {
    begun = .made(intent)
    beginning = size + owed.count
    owed = []
    size += bytes
  }

  /// Notes that a step is done, and whether the line that says so could be appended.
  mutating func finish(_ intent: Intent, line: [UInt8], isWritten: Bool) {
    begun = nil
    if isWritten { size += line.count } else { owed = line }
    for item in intent.closes { open[item] = nil }
    for item in intent.frees { stopped[item] = nil }
    if let claim = intent.opens { add(claim) }
    if let item = intent.stops { stopped[item.item] = item.joined(with: stopped[item.item]) }
  }

  /// Notes that the line was appended that says of the step that it was undone.
  mutating func void(written bytes: Int) {
    begun = nil
    size += bytes
  }

  /// Notes that the step's line was cut off.
  mutating func forget() {
    begun = nil
    size = beginning
  }

  /// One line that says the same as all of this without the steps: the open claims whose lease still runs or that
  /// somebody supervises, the stops, and the highest number.
  func snapshot(at now: Timestamp) -> [UInt8] {
    let claims = open.values.filter { $0.claim.until > now || $0.supervisor != nil }
      .sorted { $0.claim.number < $1.claim.number }
    let stops = stopped.values.sorted { $0.item < $1.item }
    return Self.line([
      "highest": .integer(highest), "open": .array(claims.map(\.json)),
      "stopped": .array(stops.map(\.json)),
    ])
  }

  /// Whether the steps of the past have outgrown what a reader must know; about 200 bytes tell an open claim or a stop.
  var isLong: Bool { size > (64 << 10) + 400 * (open.count + stopped.count) }
}
