import JSONText
import Machine
import TestSupport
import Testing

/// Many items, several loops, and loops that are killed: every item ends once, and everything that counts adds up.
///
/// CONDUCTOR_ROUNDS says how many items there are, such as 200.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct LoopEnduranceTests {
  private let ids = (1...(Program.rounds ?? 12)).map { "N\($0)" }
  private var limits: Processes.Limits { .init(timeout: 60 + Double(ids.count) * 6) }

  /// An agent that takes 50 ms, notes that it began, and adds a line.
  private static let agent = """
    cat > /dev/null; echo "$CONDUCTOR_ITEM" >> "$HOME/begun"; sleep 0.05
    echo "$CONDUCTOR_ITEM" >> work.txt; echo '\(LoopProject.answer)'

    """

  private func loop() throws -> LoopProject {
    try LoopProject(items: ids.map { Project.item($0) }, agent: Self.agent)
  }

  private func begun(_ loop: LoopProject) throws -> [String] {
    try loop.project.home.text("begun").split(separator: "\n").map(String.init)
  }

  /// The items of all receipts of a kind.
  private func items(_ kind: String, _ loop: LoopProject) throws -> [String] {
    try loop.project.receipts().filter { $0.string("kind") == kind }
      .compactMap { $0.string("item") }
  }

  /// Expects that each item has this status, came to it by exactly one step of this kind, and that nobody holds any.
  private func expectAll(
    _ status: String, by kind: String, _ loop: LoopProject,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let document = try loop.project.backlogDocument()
    let items = document["items"]?.elements ?? []
    #expect(items.compactMap { $0.string("id") } == ids, sourceLocation: sourceLocation)
    #expect(
      items.allSatisfy { $0.string("status") == status },
      "\(items.filter { $0.string("status") != status }.map { $0.string("id") ?? "" })",
      sourceLocation: sourceLocation)
    #expect(
      try self.items(kind, loop).sorted() == ids.sorted(), sourceLocation: sourceLocation)
    let history = document["history"]?.elements ?? []
    let end: Text = status == "done" ? "completed_at" : "proposed_at"
    #expect(
      history.filter { $0[end] != nil }.compactMap { $0.string("id") }.sorted() == ids.sorted(),
      sourceLocation: sourceLocation)
    let numbers = history.compactMap { $0["claim"]?.integer }
    #expect(numbers == Array(1...numbers.count), sourceLocation: sourceLocation)
    try loop.expectQuiet(sourceLocation: sourceLocation)
  }

  /// How many cycles were counted, on all days together.
  private func counted(_ loop: LoopProject) throws -> Int {
    let lines = try loop.project.root.bytes(Project.statePath + "/counters.jsonl").split(
      separator: 10)
    let counters = try Document(Bytes(Array(#require(lines.last)))).root
    #expect(counters["failures_in_a_row"]?.integer == 0)
    #expect(counters["items"]?.elements.isEmpty == true)
    return (counters["days"]?.elements ?? []).reduce(0) { $0 + ($1["cycles"]?.integer ?? 0) }
  }

  /// A cycle is counted before its claim is made, so that a death in between costs a cycle, and none gives one.
  private func expectCounted(
    _ loop: LoopProject, kills: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let claims = try items("claim", loop).count
    #expect(
      try (claims...(claims + kills)).contains(counted(loop)), sourceLocation: sourceLocation)
  }

  @Test("One loop closes each item exactly once, and counters, receipts, events and report agree")
  func one() throws {
    let loop = try loop()
    let run = try loop.shell("$LOOP --apply; echo $?", limits: limits)
    #expect(run.lines == ["0"], "\(run)")
    try expectAll("done", by: "close", loop)
    #expect(try begun(loop) == ids)
    #expect(try loop.project.root.text("work.txt") == ids.map { $0 + "\n" }.joined())
    for kind in ["claim", "submission", "verification"] {
      #expect(try items(kind, loop) == ids, "\(kind)")
    }
    #expect(try counted(loop) == ids.count)
    #expect(try loop.report()["counts"]?["closed"]?.integer == ids.count)
    #expect(try loop.eventNames().count { $0 == "closed" } == ids.count)
  }

  @Test("Two loops share the items, and what both report is all that was done") func two() throws {
    let loop = try loop()
    let run = try loop.shell(
      "$LOOP & one=$!; $LOOP; echo $?; wait $one; echo $?", limits: limits)
    #expect(run.lines == ["0", "0"], "\(run)")
    try expectAll("proposed", by: "proposal", loop)
    #expect(try begun(loop).sorted() == ids.sorted())
    #expect(try counted(loop) == ids.count)
    let reports = try loop.project.receipts().filter { $0.string("kind") == "run" }
    let proposed = reports.compactMap { $0["counts"]?["proposed"]?.integer }
    #expect(proposed.count == 2 && proposed.reduce(0, +) == ids.count, "\(proposed)")
  }

  @Test("Loops that are killed while others begin beside them lose no item, and end none twice")
  func killedBeside() throws {
    var random = SeededRandom(91)
    let loop = try loop()
    let kills = (0..<max(4, ids.count / 3)).map { _ in
      "sleep 0.\(String(1000 + random.below(900)).dropFirst()); begin; end"
    }
    let run = try loop.shell(
      """
      begin() { $LOOP 2>/dev/null & running="$running $!"; }
      # The one that has run the longest.
      end() { set -- $running; kill -9 $1 2>/dev/null; wait $1 2>/dev/null; shift; running="$*"; }
      running=; begin
      \(kills.joined(separator: "\n"))
      wait
      $LOOP; $LOOP; true
      """, limits: limits)
    #expect(run.exit == 0, "\(run)")
    try expectAll("proposed", by: "proposal", loop)
    try expectCounted(loop, kills: kills.count)
  }

  @Test("In the user's own tree, loops that are killed one after the other close each item once")
  func killedInTurn() throws {
    var random = SeededRandom(92)
    let loop = try loop()
    let kills = (0..<max(4, ids.count / 3)).map { _ in
      "$LOOP --apply 2>/dev/null & sleep 0.\(String(1000 + random.below(900)).dropFirst()); kill -9 $!; wait $!"
    }
    try loop.shell(
      kills.joined(separator: "\n") + "\n$LOOP --apply; $LOOP --apply; true", limits: limits)
    try expectAll("done", by: "close", loop)
    #expect(Set(try begun(loop)) == Set(ids))
    try expectCounted(loop, kills: kills.count)
  }
}
