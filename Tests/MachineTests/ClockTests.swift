import Testing

@testable import Machine

@Suite struct ClockTests {
  @Test func readsInstants() {
    let cases: [(String, Int64)] = [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-21T08:30:00Z", 1_795_249_800_000_000_000),
      ("2026-11-21T10:30:00.5+02:00", 1_795_249_800_500_000_000),
      ("2026-11-20T23:15:00-09:15", 1_795_249_800_000_000_000),
      ("2000-02-29T23:59:59.999999999Z", 951_868_799_999_999_999),
      ("1969-12-31T23:59:59Z", -1_000_000_000),
      ("2262-04-11T23:47:16.854775807Z", Int64.max),
      ("1900-03-01T00:00:00Z", -2_203_891_200_000_000_000),
      ("2026-11-21T08:30:00.1234567899Z", 1_795_249_800_123_456_789),
    ]
    for (text, expected) in cases { #expect(Clock.instant(text) == expected, "\(text)") }
  }

  @Test func refusesAllElse() {
    let texts = [
      "", "2026-11-21", "2026-11-21T08:30:00", "2026-11-21 08:30:00Z", "2026-11-21T08:30:00z",
      "2026-11-21T08:30Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z",
      "2026-11-00T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z",
      "2026-11-21T08:30:60Z", "2026-11-21T08:30:00.Z", "2026-11-21T08:30:00+2:00",
      "2026-11-21T08:30:00+24:00", "2026-11-21T08:30:00Zx", "+026-11-21T08:30:00Z",
      "2026-11-21T08:30:00+", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1795249800",
      "2026-11-21T08:30:00Z\n", "２026-11-21T08:30:00Z",
    ]
    for text in texts { #expect(Clock.instant(text) == nil, "\(text)") }
  }

  @Test func theEnvironmentFixesClockAndChance() throws {
    let calls = SystemCalls()
    let fixed = Environment([("CONDUCTOR_NOW", "1970-01-01T00:00:01Z"), ("CONDUCTOR_SEED", "7")])
    #expect(try Machine.clock(fixed, calls).now == 1_000_000_000)
    #expect(try Machine.clock(fixed, calls).fixed)
    #expect(Machine.random(fixed, calls).fixed)
    let free = Environment([])
    #expect(try !Machine.clock(free, calls).fixed)
    #expect(try Machine.clock(free, calls).now > 1_700_000_000_000_000_000)
    #expect(!Machine.random(free, calls).fixed)
    for text in ["", "now"] {
      let wrong = Environment([("CONDUCTOR_NOW", text)])
      do {
        _ = try Machine.clock(wrong, calls)
        Issue.record("\(text) was taken for a time")
      } catch {
        guard case .variable(let name, let value, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(name == "CONDUCTOR_NOW")
        #expect(value == text)
      }
    }
  }

  @Test func theSameSeedGivesTheSameNumbers() {
    // The published sequence of SplitMix64 for the seed 1234567.
    let random = Random(seed: "1234567")
    #expect(random.uint64() == 6_457_827_717_110_365_317)
    #expect(random.uint64() == 3_203_168_211_198_807_973)
    #expect(Random(seed: "abc").hex(20) == Random(seed: "abc").hex(20))
    #expect(Random(seed: "abc").hex(20) != Random(seed: "abd").hex(20))
    #expect(Random(seed: "+7").uint64() != Random(seed: 7).uint64())
    #expect(Random(seed: 1).hex(7).utf8.count == 7)
    #expect(Random(seed: 1).bytes(13).count == 13)
  }

  @Test func chanceWorksWhereTheSystemRefuses() {
    let random = Random(calls: SystemCalls { _, _ in .fail(Code.noSuchCall) })
    #expect(random.uint64() != random.uint64())
    #expect(Random(calls: SystemCalls()).uint64() != Random(calls: SystemCalls()).uint64())
  }
}
