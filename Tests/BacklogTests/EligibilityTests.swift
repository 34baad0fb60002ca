import JSONText
import Testing

@testable import Backlog

/// A backlog from the text of its items.
func backlog(_ items: String, _ rest: String = "") throws -> Backlog {
  try Backlog(Bytes(Array("{\"items\": [\(items)]\(rest)}".utf8)))
}

/// The moment that the tests take for now.
let now = Timestamp(nanoseconds: 1_795_000_000_000_000_000)

@Suite struct EligibilityTests {
  private func codes(
    _ fields: String, others: String = "", _ surroundings: Surroundings = Surroundings(now: now)
  ) throws -> [Text] {
    let backlog = try backlog("{\"id\": \"A\", \(fields)}" + (others.isEmpty ? "" : ", " + others))
    let item = try #require(backlog.item(at: 0))
    return backlog.obstacles(of: item, in: surroundings, cycles: DependencyCycles(backlog)).map(
      \.code)
  }

  @Test(arguments: [
    ("\"status\": \"pending\"", [] as [Text]),
    ("\"status\": \"p\\u0065nding\"", []),
    ("\"status\": \"Pending\"", ["status-unknown"]),
    ("\"status\": \"done\"", ["status-not-pending"]),
    ("\"status\": \"proposed\"", ["status-not-pending"]),
    ("\"status\": \"blocked\"", ["status-not-pending"]),
    ("\"status\": 1", ["status-unknown"]),
    ("\"title\": \"no status\"", ["status-unknown"]),
    ("\"status\": \"in_progress\"", ["claim-unreadable"]),
    ("\"status\": \"in_progress\", \"claim\": {\"by\": \"x\"}", ["claim-unreadable"]),
    ("\"status\": \"pending\", \"not_before\": \"2999-01-01\"", ["field-type"]),
    ("\"status\": \"pending\", \"not_before\": \"2100-01-01\"", ["not-before"]),
    ("\"status\": \"pending\", \"not_before\": \"2020-01-01\"", []),
    ("\"status\": \"pending\", \"not_before\": 20200101", ["field-type"]),
    ("\"status\": \"pending\", \"depends_on\": \"B\"", ["field-type"]),
    ("\"status\": \"pending\", \"depends_on\": [1]", ["field-type"]),
    ("\"status\": \"pending\", \"depends_on\": null", []),
    ("\"status\": \"pending\", \"depends_on\": []", []),
    ("\"status\": \"pending\", \"depends_on\": [\"Z\"]", ["dependency-missing"]),
    ("\"status\": \"pending\", \"depends_on\": [\"A\"]", ["dependency-cycle"]),
    ("\"status\": \"pending\", \"diff_limit\": 0", ["field-type"]),
    ("\"status\": \"pending\", \"diff_limit\": \"9\"", ["field-type"]),
    ("\"status\": \"pending\", \"diff_limit\": 2.5", ["field-type"]),
    ("\"status\": \"pending\", \"tests\": \"make\"", ["field-type"]),
    ("\"status\": \"pending\", \"migrations\": \"yes\"", ["field-type"]),
    ("\"status\": \"pending\", \"migrations\": \"docs\"", []),
    ("\"status\": \"pending\", \"title\": {}, \"notes\": []", ["field-type", "field-type"]),
    ("\"status\": \"pending\", \"priority\": \"urgent!\"", []),
    ("\"status\": \"pending\", \"unknown\": {\"a\": [1]}", []),
  ])
  func judgesOneItem(fields: String, expected: [Text]) throws {
    #expect(try codes(fields) == expected, "\(fields)")
  }

  @Test func waitsForEveryDependencyToBeDone() throws {
    let fields = "\"status\": \"pending\", \"depends_on\": [\"B\", \"C\"]"
    let done = "{\"id\": \"B\", \"status\": \"done\"}"
    #expect(try codes(fields, others: done + ", {\"id\": \"C\", \"status\": \"done\"}") == [])
    #expect(
      try codes(fields, others: done + ", {\"id\": \"C\", \"status\": \"proposed\"}")
        == ["dependency-open"])
    #expect(
      try codes(fields, others: done, Surroundings(now: now, archivedDone: ["C"])) == [])
  }

  @Test func namesTheCycleThatAnItemIsIn() throws {
    let backlog = try backlog(
      """
      {"id": "A", "status": "pending", "depends_on": ["B"]},
      {"id": "B", "status": "pending", "depends_on": ["C", "D"]},
      {"id": "C", "status": "pending", "depends_on": ["A"]},
      {"id": "D", "status": "pending", "depends_on": ["A"]},
      {"id": "E", "status": "pending", "depends_on": ["A"]}
      """)
    let cycles = DependencyCycles(backlog)
    let surroundings = Surroundings(now: now)
    let b = try #require(backlog.item(at: 1))
    #expect(
      backlog.obstacles(of: b, in: surroundings, cycles: cycles) == [.cycle(["B", "C", "A", "B"])])
    let e = try #require(backlog.item(at: 4))
    #expect(
      backlog.obstacles(of: e, in: surroundings, cycles: cycles) == [.dependency("A", .pending)])
  }

  @Test func aChainOfAHundredThousandOverflowsNothing() throws {
    let items = (0..<100_000).map { i in
      "{\"id\": \"\(i)\", \"status\": \"pending\", \"depends_on\": [\"\((i + 1) % 100_000)\"]}"
    }
    let backlog = try backlog(items.joined(separator: ","))
    let cycles = DependencyCycles(backlog)
    let item = try #require(backlog.item(at: 0))
    #expect(
      backlog.obstacles(of: item, in: Surroundings(now: now), cycles: cycles).map(\.code)
        == ["dependency-cycle"])
  }

  private func claim(_ number: Int, until: Timestamp) -> Claim {
    Claim(by: "x", at: now, until: until, number: number)
  }

  @Test func isHeldWhileALeaseRuns() throws {
    let later = now.adding(seconds: 60)
    let earlier = now.adding(seconds: -60)
    func item(_ until: Timestamp) -> String {
      "\"status\": \"in_progress\", \"claim\": "
        + Text(bytes: claim(1, until: until).json.written(indent: nil)).string
    }
    #expect(try codes(item(later)) == ["held"])
    #expect(try codes(item(earlier)) == [])
    #expect(try codes(item(now)) == [], "a lease ends at its moment")
  }

  @Test func isHeldByAClaimThatTheBacklogDoesNotShow() throws {
    let open = Surroundings(now: now, open: ["A": claim(7, until: now.adding(seconds: 1))])
    #expect(try codes("\"status\": \"pending\"", open) == ["held"])
    let expired = Surroundings(now: now, open: ["A": claim(7, until: now)])
    #expect(try codes("\"status\": \"pending\"", expired) == [])
  }

  @Test func ordersByTheArrayOrByPriority() throws {
    let items = """
      {"id": "done", "status": "done", "priority": "critical"},
      {"id": "plain", "status": "pending"},
      {"id": "low", "status": "pending", "priority": "low"},
      {"id": "high", "status": "pending", "priority": "high"},
      {"id": "high2", "status": "pending", "priority": "high"}
      """
    func first(_ rest: String) throws -> Text? {
      try backlog(items, rest).firstEligible(by: BacklogOrder(), in: Surroundings(now: now))?.id
    }
    #expect(try first("") == "plain")
    #expect(try first(", \"selection\": {\"order\": \"array\"}") == "plain")
    #expect(try first(", \"selection\": {\"order\": \"priority\"}") == "high")
  }
}
