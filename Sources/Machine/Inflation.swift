/// Takes what was packed by zlib (RFC 1950) apart, as the objects of git are.
struct Inflation {
  private let input: [UInt8]
  private var place: Int
  /// Bits that were taken from the input and not used yet, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private let limit: Int
  private var output: [UInt8] = []

  /// Why there is no content: the input is not what zlib writes, or more comes out than was asked for.
  private struct Fault: Error {}

  /// What a stream holds; nil where it is damaged, or holds more bytes than the limit.
  ///
  /// The sum at its end is not looked at: whoever reads an object asks whether its content has the id, which says more.
  static func content(of stream: [UInt8], limit: Int) -> [UInt8]? {
    guard stream.count >= 2, stream[0] & 0x0F == 8, stream[1] & 0x20 == 0,
      (Int(stream[0]) << 8 | Int(stream[1])).isMultiple(of: 31)
    else { return nil }
    var inflation = Inflation(input: stream, place: 2, limit: limit)
    do throws(Fault) {
      try inflation.readBlocks()
    } catch {
      return nil
    }
    return inflation.output
  }

  private init(input: [UInt8], place: Int, limit: Int) {
    self.input = input
    self.place = place
    self.limit = limit
  }

  // MARK: Bits

  /// Has as many bits at hand as the input still holds, up to a number.
  private mutating func gather(_ count: Int) {
    while bitCount < count, place < input.count {
      bits |= UInt64(input[place]) << UInt64(bitCount)
      place += 1
      bitCount += 8
    }
  }

  private mutating func drop(_ count: Int) throws(Fault) {
    guard count <= bitCount else { throw Fault() }
    bits >>= UInt64(count)
    bitCount -= count
  }

  private mutating func take(_ count: Int) throws(Fault) -> Int {
    gather(count)
    let value = Int(bits & (1 << UInt64(count) - 1))
    try drop(count)
    return value
  }

  private mutating func put(_ byte: UInt8) throws(Fault) {
    guard output.count < limit else { throw Fault() }
    output.append(byte)
  }

  // MARK: Blocks

  private mutating func readBlocks() throws(Fault) {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try readStored()
      case 1: try readCoded(Self.fixedCodes())
      case 2: try readCoded(readCodes())
      default: throw Fault()
      }
    }
  }

  private mutating func readStored() throws(Fault) {
    try drop(bitCount % 8)
    let length = try take(16)
    guard try take(16) == ~length & 0xFFFF, bitCount == 0, length <= input.count - place,
      length <= limit - output.count
    else { throw Fault() }
    output += input[place..<(place + length)]
    place += length
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]

  private mutating func readCoded(
    _ codes: (literals: Code, distances: Code)
  ) throws(Fault) {
    while true {
      let symbol = try read(codes.literals)
      if symbol < 256 {
        try put(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengthBases.count else { throw Fault() }
      let lengthBits = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
      let length = Self.lengthBases[symbol - 257] + (try take(lengthBits))
      let far = try read(codes.distances)
      guard far < Self.distanceBases.count else { throw Fault() }
      let distance = Self.distanceBases[far] + (try take(far < 4 ? 0 : (far - 2) / 2))
      guard distance <= output.count else { throw Fault() }
      // The copy may run into what it has just written.
      for _ in 0..<length { try put(output[output.count - distance]) }
    }
  }

  // MARK: Codes

  /// A Huffman code, as a table of what the next bits stand for.
  private struct Code {
    /// How many bits the longest code has.
    private(set) var width = 0
    /// By the next bits: the symbol, and how many of the bits are its code; 0 for bits that no code begins with.
    private(set) var table: [(symbol: UInt16, length: UInt8)] = []

    /// The code in which each symbol has a code of the length given; 0 for a symbol that has none.
    init(_ lengths: [Int]) throws(Fault) {
      width = lengths.max() ?? 0
      table = Array(repeating: (0, 0), count: 1 << width)
      var code = 0
      for length in 1...15 {
        for symbol in lengths.indices where lengths[symbol] == length {
          guard code < 1 << length else { throw Fault() }
          // A code is written from its highest bit on, all else from the lowest.
          let mirrored = (0..<length).reduce(0) { $0 << 1 | (code >> $1) & 1 }
          for bits in stride(from: mirrored, to: table.count, by: 1 << length) {
            table[bits] = (UInt16(symbol), UInt8(length))
          }
          code += 1
        }
        code <<= 1
      }
    }
  }

  /// The code of the kind of block that brings none of its own.
  private static func fixedCodes() throws(Fault) -> (literals: Code, distances: Code) {
    let lengths = [(8, 144), (9, 112), (7, 24), (8, 8)].flatMap {
      [Int](repeating: $0.0, count: $0.1)
    }
    return (try Code(lengths), try Code([Int](repeating: 5, count: 30)))
  }

  private mutating func read(_ code: Code) throws(Fault) -> Int {
    gather(code.width)
    let (symbol, length) = code.table[Int(bits & (1 << UInt64(code.width) - 1))]
    guard length > 0 else { throw Fault() }
    try drop(Int(length))
    return Int(symbol)
  }

  /// The order in which the lengths of the code of lengths are written.
  private static let lengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private mutating func readCodes() throws(Fault) -> (literals: Code, distances: Code) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    var lengths = [Int](repeating: 0, count: 19)
    for place in Self.lengthOrder.prefix(try take(4) + 4) { lengths[place] = try take(3) }
    let code = try Code(lengths)
    lengths = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try read(code)
      switch symbol {
      case ..<16: lengths.append(symbol)
      case 16:
        guard let last = lengths.last else { throw Fault() }
        lengths += [Int](repeating: last, count: try take(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try take(3) + 3)
      default: lengths += [Int](repeating: 0, count: try take(7) + 11)
      }
    }
    guard lengths.count == literalCount + distanceCount else { throw Fault() }
    return (
      try Code(Array(lengths[..<literalCount])), try Code(Array(lengths[literalCount...]))
    )
  }
}
