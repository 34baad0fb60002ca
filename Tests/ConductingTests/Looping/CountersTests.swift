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
    counters.spend(1.5, at: noon)
    counters.spend(nil, at: noon)
    #expect(counters.day(of: noon).cycles == 2)
    #expect(counters.day(of: noon).cost == 1.5)
    #expect(counters.day(of: noon).unknownCosts == 1)
    #expect(counters.day(of: noon.adding(seconds: 43_200)).cycles == 0)
    counters.takeBack(at: noon)
    #expect(counters.day(of: noon).cycles == 1)
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

  @Test("What was written is read again, whatever was counted") func roundTrip() throws {
    var random = SeededRandom(201)
    for _ in 0..<200 {
      var counters = Counters()
      for _ in 0..<random.below(60) {
        let time = noon.adding(seconds: Int64(random.below(8_000_000)))
        switch random.below(4) {
        case 0: counters.begin(at: time)
        case 1: counters.spend(random.oneIn(3) ? nil : Double(random.below(1000)) / 7, at: time)
        case 2: _ = counters.fail(Text("N\(random.below(5))"), "é\n\"\\", at: time)
        default: counters.succeed(Text("N\(random.below(5))"))
        }
      }
      let bytes = counters.json.written(indent: 2)
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
