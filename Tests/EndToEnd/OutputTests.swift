import JSONText
import Machine
import TestSupport
import Testing

/// A prompt that reaches nobody was not handed out, whatever kept it from arriving.
@Suite struct OutputTests {
  private func project() throws -> Project {
    try Project(items: [Project.item("A", more: #", "notes": "n""#)])
  }

  /// The claim was made and is undone again: item pending, number used, both steps on record.
  private func expectReleased(
    _ project: Project, code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try project.item("A").string("status") == "pending", sourceLocation: sourceLocation)
    #expect(try project.item("A")["claim"] == nil, sourceLocation: sourceLocation)
    let release = try project.lastReceipt("release")
    #expect(release["reasons"]?.codes == [code], sourceLocation: sourceLocation)
    #expect(
      try project.backlogDocument()["history"]?.elements.last?.string("released_at") != nil,
      sourceLocation: sourceLocation)
    try project.expectWhole(sourceLocation: sourceLocation)
    #expect(
      try project.conductor("next", "--json").json?["claim"]?["number"]?.integer == 2,
      sourceLocation: sourceLocation)
  }

  /// Runs a command whose standard output is a pipe without a reader; prints the command's status.
  private static let withoutReader = """
    mkfifo "$HOME/pipe"; exec 3<>"$HOME/pipe" 4>"$HOME/pipe" 3>&-
    "$CONDUCTOR" $ARGUMENTS >&4; echo $?
    """

  @Test(
    "A reader that has gone: the claim is released, with a receipt",
    arguments: ["next", "next --json"])
  func aClosedPipe(_ arguments: String) throws {
    let project = try project()
    let run = try project.shell(Self.withoutReader, with: ["ARGUMENTS": arguments])
    #expect(run.lines == ["74"], "\(run)")
    #expect(run.err.contains("A is released again"), "\(run)")
    try expectReleased(project, code: "undelivered")
  }

  @Test("A full device: the claim is released, with a receipt") func aFullDevice() throws {
    let project = try project()
    let run = try project.shell("\"$CONDUCTOR\" next > /dev/full; echo $?")
    #expect(run.lines == ["74"] && run.err.contains("A is released again"), "\(run)")
    try expectReleased(project, code: "undelivered")
  }

  @Test("No standard output at all: the claim is released, with a receipt") func closed() throws {
    let project = try project()
    let run = try project.shell("\"$CONDUCTOR\" next >&-; echo $?")
    #expect(run.lines == ["74"] && run.err.contains("A is released again"), "\(run)")
    try expectReleased(project, code: "undelivered")
  }

  @Test("Standard error that takes nothing stops nothing", arguments: ["2>/dev/full", "2>&-"])
  func noStandardError(_ redirection: String) throws {
    let project = try project()
    let run = try project.shell("\"$CONDUCTOR\" next \(redirection); echo $?")
    #expect(run.lines.contains("Task ID: A") && run.lines.last == "0", "\(run)")
    #expect(try project.item("A").string("status") == "in_progress")
    let release = try project.shell("\"$CONDUCTOR\" release A \(redirection); echo $?")
    #expect(release.lines == ["0"], "\(release)")
    let refused = try project.shell("\"$CONDUCTOR\" release A --claim 9 \(redirection); echo $?")
    #expect(refused.lines == ["2"], "\(refused)")
  }

  @Test("A dry run that reaches nobody changes nothing and says so") func aDryRun() throws {
    let project = try project()
    let before = try project.backlog()
    let run = try project.shell(Self.withoutReader, with: ["ARGUMENTS": "next --dry-run"])
    #expect(run.lines == ["74"] || run.lines == ["0"], "\(run)")
    #expect(try project.backlog() == before)
  }

  @Test(
    "A reader that has seen enough ends reading commands quietly",
    arguments: [
      "backlog list", "backlog show A", "status", "receipts list", "manual", "help", "doctor",
    ])
  func readingEndsQuietly(_ arguments: String) throws {
    let project = try project()
    try project.conductor("next", "--dry-run")
    let run = try project.shell(Self.withoutReader, with: ["ARGUMENTS": arguments])
    #expect(run.lines == ["0"] && run.errors.isEmpty, "\(run)")
    let full = try project.shell("\"$CONDUCTOR\" \(arguments) > /dev/full; echo $?")
    #expect(full.lines == ["74"] && !full.errors.isEmpty, "\(full)")
  }

  /// Whether `env` can undo that.
  private static let envSetsSignals =
    (try? Project().shell("env --default-signal=INT true").exit) == 0

  @Test(
    "Every step ends done or undone when it is asked to end",
    .enabled(if: envSetsSignals, "env cannot set signals here"), arguments: ["INT", "TERM"])
  func signals(_ signal: String) throws {
    // A shell starts what runs beside it with SIGINT ignored, and the program leaves that so.
    let start = "env --default-signal=\(signal)"
    var seen: Set<String> = []
    for step in 0..<(Program.rounds ?? 24) {
      let project = try project()
      let pause = "0.0\(String(1000 + step * 9 % 400).dropFirst())"
      let run = try project.shell(
        """
        : > "$HOME/out"; \(start) "$CONDUCTOR" next > "$HOME/out" 2> "$HOME/err" & p=$!
        sleep \(pause); kill -\(signal) $p; wait $p; echo $?
        """)
      let status = try #require(run.lines.last, "\(run)")
      let out = try project.home.text("out")
      let isDelivered = out.hasSuffix("`receipts`.\n")
      let next = try project.conductor("next", "--item", "A")
      seen.insert(status)
      switch status {
      case "0":
        #expect(isDelivered && next.err.contains("held by"), "\(pause) \(next)")
      case "74":
        #expect(out.isEmpty && next.exit == 0, "\(pause) \(next)")
      default:
        // Ended before it began to listen, or by a second wish.
        #expect(status == "130" || status == "143", "\(pause) \(run)")
        #expect(!isDelivered && next.exit == 0, "\(pause) \(next)")
      }
      try project.expectWhole("\(signal) after \(pause)")
    }
    print("next and \(signal): ended with \(seen.sorted().joined(separator: ", "))")
  }
}
