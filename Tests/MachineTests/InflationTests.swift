import TestSupport
import Testing

@testable import Machine

/// Streams that zlib itself has written, and what becomes of damaged ones.
@Suite("Packed content") struct InflationTests {
  /// Texts of every kind that packing treats differently: nothing, what repeats, what does not, and both.
  private static func texts() -> [[UInt8]] {
    var random = SeededRandom(29)
    var texts: [[UInt8]] = [[], [65], Array(repeating: 65, count: 70_000)]
    for length in [1, 7, 300, 5_000, 70_000] {
      texts.append((0..<length).map { _ in UInt8(random.below(256)) })
      texts.append((0..<length).map { _ in UInt8(97 + random.below(4)) })
      var mixed: [UInt8] = []
      while mixed.count < length {
        if mixed.isEmpty || random.oneIn(3) {
          mixed += (0..<(1 + random.below(40))).map { _ in UInt8(random.below(256)) }
        } else {
          let start = random.below(mixed.count)
          mixed += mixed[start..<min(mixed.count, start + 3 + random.below(600))]
        }
      }
      texts.append(mixed)
    }
    return texts
  }

  /// Objects of git that hold these texts, packed by each level.
  private static func objects(_ texts: [[UInt8]], _ level: Int) throws -> [[UInt8]] {
    let home = try Folder()
    for (number, text) in texts.enumerated() { try home.write(text, "\(number)") }
    let script = """
      git init -q . && for n in $(seq 0 \(texts.count - 1)); do
        git -c core.looseCompression=\(level) hash-object -w --no-filters $n
      done
      """
    let calls = SystemCalls()
    let finished = try Processes(calls: calls).run(
      ["/bin/sh", "-c", script],
      environment: [("PATH", variable("PATH") ?? "/usr/bin:/bin"), ("HOME", home.path)],
      directory: Path(home.path))
    let ids = finished.output.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    try #require(ids.count == texts.count, "\(finished)")
    return try ids.map { try home.bytes(".git/objects/\($0.prefix(2))/\($0.dropFirst(2))") }
  }

  @Test("What git has packed comes out as it went in", arguments: [0, 1, 6, 9])
  func roundTrip(level: Int) throws {
    let texts = Self.texts()
    for (text, object) in zip(texts, try Self.objects(texts, level)) {
      #expect(LooseObject.content(object) == text, "\(text.count) bytes")
      let size = "blob \(text.count)".utf8.count + 1 + text.count
      #expect(Inflation.content(of: object, limit: size)?.count == size)
      #expect(Inflation.content(of: object, limit: size - 1) == nil)
    }
  }

  @Test("A damaged stream is nothing, or something else of the size allowed, and never a crash")
  func damaged() throws {
    var random = SeededRandom(31)
    let texts = Self.texts().filter { $0.count <= 5_000 }
    for level in [0, 1, 9] {
      for object in try Self.objects(texts, level) {
        for length in 0..<min(object.count - 4, 300) {
          #expect(Inflation.content(of: Array(object.prefix(length)), limit: 9_000) == nil)
        }
        for _ in 0..<300 {
          var damaged = object
          for _ in 0...random.below(3) {
            damaged[random.below(damaged.count)] = UInt8(random.below(256))
          }
          #expect(Inflation.content(of: damaged, limit: 9_000)?.count ?? 0 <= 9_000)
        }
      }
    }
    for _ in 0..<3_000 {
      let noise = [0x78, 0x01] + (0..<random.below(80)).map { _ in UInt8(random.below(256)) }
      _ = Inflation.content(of: noise, limit: 9_000)
    }
  }

  @Test("Only contents are contents") func kinds() {
    func stored(_ text: String) -> [UInt8] {
      let bytes = Array(text.utf8)
      let length = [UInt8(bytes.count & 255), UInt8(bytes.count >> 8)]
      return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes + [0, 0, 0, 0]
    }
    #expect(LooseObject.content(stored("blob 2\0ab")) == Array("ab".utf8))
    for other in ["tree 2\0ab", "blob 3\0ab", "blob 1\0ab", "blob 2ab", "", "blob  2\0ab"] {
      #expect(LooseObject.content(stored(other)) == nil, "\(other)")
    }
  }
}
