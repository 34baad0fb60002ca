import Evidence
package import JSONText
import Machine

/// What budgets and retries are counted by, kept across runs in the state folder.
package struct Counters: Equatable, Sendable {
  /// What was used in one day of UTC.
  package struct Day: Equatable, Sendable {
    package var date: Text
    package var cycles = 0
    package var cost = Amount.zero
    /// How many agents did not say what they cost.
    package var unknownCosts = 0
  }

  /// The failed attempts at one item.
  package struct Attempts: Equatable, Sendable {
    package var failures: Int
    /// The moment before which nobody tries again.
    package var notBefore: Timestamp
    /// What the last attempt came to, for whoever tries next.
    package var lesson: Text
  }

  /// The days that something was counted in, oldest first.
  package private(set) var days: [Day] = []
  /// The latest moment that was ever counted at.
  package private(set) var latest: Timestamp?
  /// How many cycles have failed since the last that did not.
  package private(set) var failuresInARow = 0
  /// The items whose last attempts have failed.
  package private(set) var items: [Text: Attempts] = [:]

  /// How many attempts an item gets before it is blocked.
  package static let attemptLimit = 3
  /// How long an item rests after its first failure; after each further one, four times as long.
  package static let firstPause: Int64 = 60
  /// Days that are longer ago are forgotten.
  private static let keptDays = 40

  /// Counts from nothing.
  package init() {}

  // MARK: Counting

  /// The moment that counts: the present one, or the latest known where the clock was set back, so that nobody gains a
  /// new day by it.
  package func moment(_ now: Timestamp) -> Timestamp { max(latest ?? now, now) }

  /// Whether the clock shows an earlier time than before, by more than clocks differ.
  package func isSetBack(_ now: Timestamp) -> Bool {
    latest.map { $0 > now.adding(seconds: 60) } ?? false
  }

  /// What was used on the day of a moment.
  package func day(of now: Timestamp) -> Day {
    let date = moment(now).date
    return days.first { $0.date == date } ?? Day(date: date)
  }

  /// Whether what was used on the day of a moment is among what is counted for that day.
  func hold(_ used: Day, at now: Timestamp) -> Bool {
    let day = day(of: now)
    return day.date != used.date
      || day.cycles >= used.cycles && day.cost >= used.cost
        && day.unknownCosts >= used.unknownCosts
  }

  private mutating func change(_ now: Timestamp, _ body: (inout Day) -> Void) {
    var day = day(of: now)
    body(&day)
    latest = moment(now)
    days.removeAll { $0.date == day.date }
    days.append(day)
    days.removeFirst(max(0, days.count - Self.keptDays))
  }

  /// Counts a cycle that is about to begin.
  package mutating func begin(at now: Timestamp) { change(now) { $0.cycles += 1 } }

  /// Takes back a cycle that did not begin after all.
  package mutating func takeBack(at now: Timestamp) {
    change(now) { $0.cycles = max(0, $0.cycles - 1) }
  }

  /// Counts what an agent cost; nil is an unknown cost.
  package mutating func spend(_ cost: Amount?, at now: Timestamp) {
    change(now) { day in
      if let cost { day.cost = day.cost + cost } else { day.unknownCosts += 1 }
    }
  }

  /// Counts a cycle that came to its end.
  package mutating func succeed(_ item: Text) {
    failuresInARow = 0
    items[item] = nil
  }

  /// Counts a failed cycle; answers how many attempts at the item have failed by now.
  package mutating func fail(_ item: Text, _ lesson: Text, at now: Timestamp) -> Int {
    failuresInARow += 1
    let failures = (items[item]?.failures ?? 0) + 1
    let pause = (1..<failures).reduce(Self.firstPause) { pause, _ in min(pause * 4, 86_400) }
    items[item] = Attempts(
      failures: failures, notBefore: moment(now).adding(seconds: pause), lesson: lesson)
    return failures
  }

  /// Forgets the attempts at an item that is a person's matter now.
  package mutating func forget(_ item: Text) { items[item] = nil }

  /// Begins the row of failures anew, once somebody was told of it.
  package mutating func endRow() { failuresInARow = 0 }

  // MARK: On the disk

  /// What is counted under a clock that stands still counts for nothing on the real one.
  private static func place(_ project: Project, _ context: Context) -> Path {
    project.state / (context.isRehearsing ? "counters-rehearsed.jsonl" : "counters.jsonl")
  }

  /// A file of counters: each line is all of them, and the last one counts. Behind it may stand what a crash has left of
  /// one that was being written.
  private struct Page {
    var counters = Counters()
    var size = 0
    var isTorn = false

    /// Nil for bytes that do not end in counters.
    init?(_ bytes: [UInt8]) {
      size = bytes.count
      if bytes.isEmpty { return }
      guard let end = bytes.lastIndex(of: 0x0A) else { return nil }
      isTorn = end + 1 < bytes.count
      let start = bytes[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      guard let root = try? Document(Bytes(Array(bytes[start..<end]))).root,
        let counters = Counters(root)
      else { return nil }
      self.counters = counters
    }
  }

  private static let sizeLimit = 64 << 10

  /// Reads the counters. Who cannot read how much is used must not go on as if nothing were.
  package static func read(_ project: Project, _ context: Context) throws(Refusal) -> Counters {
    try page(project, context).counters
  }

  private static func page(_ project: Project, _ context: Context) throws(Refusal) -> Page {
    let path = place(project, context)
    let bytes: [UInt8]?
    do {
      bytes = try context.machine.files.readIfPresent(path, limit: Project.smallSizeLimit)
    } catch {
      throw Refusal(error, .countersUnreadable, relativeTo: project.root)
    }
    guard let page = Page(bytes ?? []) else {
      throw Refusal(
        .countersUnreadable,
        (path.relative(to: project.root) ?? path).text
          + " does not end in the counters of budgets and attempts",
        hint: "Move the file away; today's budgets then begin anew.")
    }
    return page
  }

  /// Changes the counters on the disk. The caller holds the lock of the state folder, so that no count is lost.
  package static func update<Answer>(
    _ project: Project, _ context: Context, _ body: (inout Counters) -> Answer
  ) throws(Refusal) -> Answer {
    var page = try page(project, context)
    let answer = body(&page.counters)
    let line = page.counters.json.written(indent: nil) + [0x0A]
    let files = context.machine.files
    do {
      if page.isTorn || page.size > sizeLimit {
        try files.store(line, at: place(project, context))
      } else {
        try files.append(line, to: place(project, context), at: page.size)
      }
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    return answer
  }

  private static let format: Text = "conductor/counters/1"

  /// The form that they have on the disk, each time as one line.
  package var json: JSON {
    [
      "format": .string(Self.format), "latest": latest.map { .string($0.milliseconds) } ?? .null,
      "failures_in_a_row": .integer(failuresInARow),
      "days": .array(
        days.map { day in
          [
            "date": .string(day.date), "cycles": .integer(day.cycles), "cost": day.cost.json,
            "unknown_costs": .integer(day.unknownCosts),
          ]
        }),
      "items": .array(
        items.sorted { $0.key < $1.key }.map { item, attempts in
          [
            "item": .string(item), "failures": .integer(attempts.failures),
            "not_before": .string(attempts.notBefore.milliseconds),
            "lesson": .string(attempts.lesson),
          ]
        }),
    ]
  }

  /// Reads the form on the disk; nil for anything else.
  package init?(_ root: Node) {
    guard root["format"]?.text == Self.format, let row = root["failures_in_a_row"]?.integer,
      row >= 0, let days = root["days"], days.kind == .array, let items = root["items"],
      items.kind == .array, let latest = root["latest"]
    else { return nil }
    self.latest = latest.text.flatMap { Timestamp($0) }
    if self.latest == nil, !latest.isNull { return nil }
    failuresInARow = row
    for node in days.elements {
      guard let date = node["date"]?.text, let cycles = node["cycles"]?.integer, cycles >= 0,
        let cost = node["cost"]?.number.flatMap({ Amount($0) }),
        let unknown = node["unknown_costs"]?.integer,
        unknown >= 0
      else { return nil }
      self.days.append(Day(date: date, cycles: cycles, cost: cost, unknownCosts: unknown))
    }
    for node in items.elements {
      guard let item = node["item"]?.text, let failures = node["failures"]?.integer, failures > 0,
        let notBefore = node["not_before"]?.text.flatMap({ Timestamp($0) }),
        let lesson = node["lesson"]?.text
      else { return nil }
      self.items[item] = Attempts(failures: failures, notBefore: notBefore, lesson: lesson)
    }
  }
}
