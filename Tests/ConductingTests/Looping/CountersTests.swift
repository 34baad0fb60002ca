import Evidence
import JSONText
import TestSupport
import Testing

@testable import Conducting

@Suite("Counters of budgets and attempts") struct CountersTests {
  private let noon = Timestamp("2026-11-21T12:00:00Z") ?? Timestamp(nanoseconds: 0)

  @Test("Each day of UTC counts for itself") func days() {
    var counters = Counters()
    counters.begin(at: noon)
    counters.begin(at: noon.adding(seconds: 43_199))
    counters.spend(Amount("1.5"), at: noon)
    counters.spend(nil, at: noon)
    #expect(counters.day(of: noon).cycles == 2)
    #expect(counters.day(of: noon).cost == Amount("1.5"))
    #expect(counters.day(of: noon).unknownCosts == 1)
    #expect(counters.day(of: noon.adding(seconds: 43_200)).cycles == 0)
    counters.takeBack(at: noon)
    #expect(counters.day(of: noon).cycles == 1)
  }

  @Test("Costs add up as decimals, and a cap is reached by exactly what it allows") func exact() {
    var counters = Counters()
    for _ in 0..<3 { counters.spend(Amount("0.1"), at: noon) }
    let day = counters.day(of: noon)
    #expect(day.cost == Amount("0.3"))
    #expect(day.cost.spelling == "0.3")
    #expect(String(decoding: counters.json.written(indent: nil), as: UTF8.self).contains("0.3,"))
    #expect(day.cost.share(of: Amount("0.3") ?? .zero) == 1)
    #expect(day.cost >= Amount("0.3") ?? .zero && day.cost < Amount("0.300000001") ?? .zero)
  }

  @Test(
    "An amount has the spelling of its value, and none is below nothing",
    arguments: [
      ("0", "0"), ("-0", "0"), ("0.0079825", "0.0079825"), ("1e-9", "0.000000001"),
      ("0.30000000000000004", "0.3"), ("0.0000000004", "0"), ("0.0000000005", "0.000000001"),
      ("1e-999999999999", "0"), ("12.50", "12.5"), ("1E2", "100"), ("0.9999999999", "1"),
      ("9223372036.854775807", "9223372036.854775807"), ("1e10", "9223372036.854775807"),
      ("1e308", "9223372036.854775807"), ("9223372036.8547758079", "9223372036.854775807"),
      ("-0.1", nil), ("-1e-30", nil),
    ] as [(Text, Text?)])
  func amounts(number: Text, spelling: Text?) {
    #expect(Amount(number)?.spelling == spelling)
  }

  @Test("What is too much to be counted stays the greatest amount") func greatest() {
    let most = Amount("1e308") ?? .zero
    #expect(most + most == most)
    #expect(most.share(of: .zero) == 1)
  }

  @Test("A clock that was set back counts on the day that it came from") func setBack() {
    var counters = Counters()
    counters.begin(at: noon)
    let earlier = noon.adding(seconds: -86_400)
    #expect(counters.isSetBack(earlier))
    #expect(!counters.isSetBack(noon.adding(seconds: -59)))
    counters.begin(at: earlier)
    #expect(counters.day(of: earlier).cycles == 2)
    #expect(counters.day(of: noon).cycles == 2)
  }

  @Test("Each failure rests an item longer, and success forgets them all") func attempts() {
    var counters = Counters()
    for (failures, pause) in [(1, 60), (2, 240), (3, 960)] {
      #expect(counters.fail("A", "why", at: noon) == failures)
      #expect(counters.items["A"]?.notBefore == noon.adding(seconds: Int64(pause)))
    }
    #expect(counters.failuresInARow == 3)
    _ = counters.fail("B", "why", at: noon)
    counters.succeed("A")
    #expect(counters.items.keys.sorted() == ["B"])
    #expect(counters.failuresInARow == 0)
    counters.forget("B")
    #expect(counters.items.isEmpty)
  }

  @Test("However often an item fails, it never rests longer than a day, and nothing overflows")
  func manyFailures() {
    var counters = Counters()
    for _ in 0..<100 { _ = counters.fail("A", "why", at: noon) }
    #expect(counters.items["A"]?.notBefore == noon.adding(seconds: 86_400))
  }

  private static let file = Workplace.statePath + "/counters.jsonl"

  @Test("Each change is a line, the last whole one counts, and a long file is written anew")
  func lines() throws {
    let place = try Workplace(#"{ "todos": [] }"#)
    let context = place.context()
    let project = try place.project(context)
    try StateFolder(project, context).close()
    func begin() throws { try Counters.update(project, context) { $0.begin(at: context.now) } }
    func cycles() throws -> Int {
      try Counters.read(project, context).day(of: context.now).cycles
    }
    func bytes() throws -> [UInt8] { try place.folder.bytes(Self.file) }
    #expect(try cycles() == 0)
    for count in 1...3 {
      try begin()
      #expect(try cycles() == count)
      #expect(try bytes().count { $0 == 0x0A } == count)
    }
    let whole = try bytes()
    // However much of a fourth line a crash has left, the third counts, and the next change leaves nothing of the rest.
    try begin()
    let line = try bytes().dropFirst(whole.count)
    for length in 1..<line.count {
      try place.folder.write(whole + line.prefix(length), Self.file)
      #expect(try cycles() == 3)
    }
    try begin()
    #expect(try cycles() == 4)
    #expect(try bytes() == Array(line))
    try place.folder.write(Array(repeating: Array(line), count: 400).flatMap(\.self), Self.file)
    try begin()
    #expect(try cycles() == 5)
    #expect(try bytes().count < 2 * line.count)
    for damage in ["{}\n", "\n", "x\n", "{\"format\":\"conductor/counters/1\"}\n", ""] {
      // Without a whole line nothing says that a crash has left this.
      let before = damage.isEmpty ? Array(whole.prefix(20)) : whole
      try place.folder.write(before + Array(damage.utf8), Self.file)
      #expect(outcome { _ = try cycles() }?.reasons.first?.code == "counters-unreadable")
      #expect(outcome { try begin() }?.reasons.first?.code == "counters-unreadable")
    }
  }

  @Test("What was written is read again, whatever was counted") func roundTrip() throws {
    var random = SeededRandom(201)
    for _ in 0..<200 {
      var counters = Counters()
      for _ in 0..<random.below(60) {
        let time = noon.adding(seconds: Int64(random.below(8_000_000)))
        switch random.below(4) {
        case 0: counters.begin(at: time)
        case 1:
          let cost = Number(Double(random.below(1000)) / 7).flatMap { Amount($0) }
          counters.spend(random.oneIn(3) ? nil : cost, at: time)
        case 2: _ = counters.fail(Text("N\(random.below(5))"), "é\n\"\\", at: time)
        default: counters.succeed(Text("N\(random.below(5))"))
        }
      }
      let bytes = counters.json.written(indent: nil)
      #expect(!bytes.contains(0x0A))
      #expect(Counters(try Document(Bytes(bytes)).root) == counters)
      #expect(counters.days.count <= 40)
    }
  }

  @Test(
    "What is no such file is not taken for one",
    arguments: [
      "{}", "[]", #"{"format":"conductor/counters/1"}"#,
      #"{"format":"conductor/counters/1","failures_in_a_row":-1,"latest":null,"days":[],"items":[]}"#,
      #"{"format":"conductor/counters/1","failures_in_a_row":0,"latest":5,"days":[],"items":[]}"#,
      #"{"format":"conductor/counters/1","failures_in_a_row":0,"latest":null,"days":[{"date":"2026-11-21","cycles":-2,"cost":0,"unknown_costs":0}],"items":[]}"#,
      #"{"format":"conductor/counters/1","failures_in_a_row":0,"latest":null,"days":[],"items":[{"item":"A"}]}"#,
    ])
  func malformed(text: String) throws {
    #expect(Counters(try Document(Bytes(Array(text.utf8))).root) == nil)
  }
}

extension Amount {
  /// An amount by its spelling.
  fileprivate init?(_ spelling: Text) {
    guard let number = Number(spelling) else { return nil }
    self.init(number)
  }
}
