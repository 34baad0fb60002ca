import CBytes

/// The keys seen so far in every object that is open, to find the second of two equal ones.
///
/// Small objects keep their keys on one stack and compare them pairwise, after a filter of 64 bits
/// that lets most keys pass without any comparison. From the 33rd key on an object has a hash table
/// of its own, hashed with the process's random seed, so that no input can make it slow.
@safe
struct SeenKeys: ~Copyable {
  /// How many keys of one object are compared pairwise.
  static let pairwiseLimit = 32

  private struct Object {
    var filter: UInt64
    var base: Int
    var count: Int
    var hasTable: Bool
  }

  private let text: UnsafePointer<UInt8>
  private var stack: UnsafeMutablePointer<ScannedKey>
  private var capacity = 4 * SeenKeys.pairwiseLimit
  private let suspended: UnsafeMutablePointer<Object>
  private var depth = 0
  private var current = Object(filter: 0, base: 0, count: 0, hasTable: false)
  private var tables: [KeyTable] = []

  /// Room for this many objects inside each other.
  init(text: UnsafePointer<UInt8>, depthLimit: Int) {
    unsafe self.text = text
    unsafe stack = .allocate(capacity: capacity)
    unsafe suspended = .allocate(capacity: depthLimit + 1)
  }

  deinit {
    unsafe stack.deallocate()
    unsafe suspended.deallocate()
  }

  /// An object begins; the caller has checked the depth.
  @inline(__always)
  mutating func open() {
    unsafe suspended[depth] = current
    depth &+= 1
    let base = current.base &+ current.count
    if base &+ Self.pairwiseLimit > capacity { grow(base) }
    current = Object(filter: 0, base: base, count: 0, hasTable: false)
  }

  /// Makes sure that an object has room for all the keys that it may put on the stack.
  @inline(never)
  private mutating func grow(_ used: Int) {
    let larger = UnsafeMutablePointer<ScannedKey>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: stack, count: used)
    unsafe stack.deallocate()
    unsafe stack = unsafe larger
    capacity *= 2
  }

  /// The innermost object ends.
  @inline(__always)
  mutating func close() {
    if current.hasTable { tables.removeLast() }
    depth &-= 1
    current = unsafe suspended[depth]
  }

  /// Remembers a key of the innermost object; false when the object has it already.
  @inline(__always)
  mutating func insert(_ key: ScannedKey) -> Bool {
    let bit: UInt64 = 1 << UInt64(key.hash >> 26)
    if current.filter & bit != 0 || current.count == Self.pairwiseLimit {
      return insertSlowly(key, bit)
    }
    current.filter |= bit
    unsafe (stack + (current.base &+ current.count)).initialize(to: key)
    current.count &+= 1
    return true
  }

  @inline(never)
  private mutating func insertSlowly(_ key: ScannedKey, _ bit: UInt64) -> Bool {
    if current.hasTable {
      return unsafe tables[tables.count - 1].insert(key, text)
    }
    for position in current.base..<(current.base + current.count) {
      let earlier = unsafe stack[position]
      if earlier.hash == key.hash, unsafe sameKey(earlier, key, text) { return false }
    }
    if current.count < Self.pairwiseLimit {
      current.filter |= bit
      unsafe (stack + (current.base + current.count)).initialize(to: key)
      current.count += 1
      return true
    }
    var table = KeyTable()
    for position in current.base..<(current.base + current.count) {
      _ = unsafe table.insert(stack[position], text)
    }
    let isNew = unsafe table.insert(key, text)
    tables.append(table)
    current.hasTable = true
    // Every later key of this object comes straight here.
    current.filter = .max
    return isNew
  }
}

/// The keys of one large object, by open addressing.
private struct KeyTable {
  private struct Slot {
    var hash: Int
    var key: ScannedKey?
  }

  private var slots: [Slot] = Array(repeating: Slot(hash: 0, key: nil), count: 128)
  private var count = 0

  @unsafe
  mutating func insert(_ key: ScannedKey, _ text: UnsafePointer<UInt8>) -> Bool {
    let hash = unsafe seededHash(key, text)
    var position = hash & (slots.count - 1)
    while let other = slots[position].key {
      if slots[position].hash == hash, unsafe sameKey(other, key, text) { return false }
      position = (position + 1) & (slots.count - 1)
    }
    slots[position] = Slot(hash: hash, key: key)
    count += 1
    if count * 2 > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    var larger = Array(repeating: Slot(hash: 0, key: nil), count: slots.count * 2)
    for slot in slots where slot.key != nil {
      var position = slot.hash & (larger.count - 1)
      while larger[position].key != nil { position = (position + 1) & (larger.count - 1) }
      larger[position] = slot
    }
    slots = larger
  }
}

@unsafe
private func seededHash(_ key: ScannedKey, _ text: UnsafePointer<UInt8>) -> Int {
  var hasher = Hasher()
  if key.escaped {
    unsafe decodedString(text, Int(key.start), Int(key.end)).withUnsafeBytes {
      unsafe hasher.combine(bytes: $0)
    }
  } else {
    let body = unsafe UnsafeRawBufferPointer(
      start: text + Int(key.start) + 1, count: Int(key.end) - Int(key.start) - 2)
    unsafe hasher.combine(bytes: body)
  }
  return hasher.finalize()
}

@unsafe
private func sameKey(_ one: ScannedKey, _ other: ScannedKey, _ text: UnsafePointer<UInt8>) -> Bool {
  if !one.escaped && !other.escaped {
    let count = Int(one.end) - Int(one.start)
    guard count == Int(other.end) - Int(other.start) else { return false }
    return unsafe scan_equal(text + Int(one.start), text + Int(other.start), count)
  }
  return unsafe decodedString(text, Int(one.start), Int(one.end))
    == decodedString(text, Int(other.start), Int(other.end))
}

/// A cheap hash of a key's decoded bytes: its length, its first and its last eight bytes.
@inline(__always)
@unsafe
func cheapHash(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
  let raw = unsafe UnsafeRawPointer(start)
  var first: UInt64
  var last: UInt64 = 0
  if count >= 8 {
    first = unsafe raw.loadUnaligned(as: UInt64.self)
    last = unsafe raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
  } else if count >= 4 {
    first = unsafe UInt64(raw.loadUnaligned(as: UInt32.self))
    last = unsafe UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
  } else if count > 0 {
    first =
      unsafe UInt64(start[0]) | UInt64(start[count >> 1]) << 8 | UInt64(start[count &- 1]) << 16
  } else {
    first = 0
  }
  first = (first ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
  last = (last ^ (first >> 32) ^ first) &* 0xD6E8_FEB8_6659_FD93
  return UInt32(truncatingIfNeeded: last >> 32)
}
