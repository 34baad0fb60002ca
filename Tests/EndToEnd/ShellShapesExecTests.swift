import JSONText
import TestSupport
import Testing

private let casesDirectory = variable("CONDUCTOR_CASES")

/// Lines of which it is known what bash really starts for them, each run under guard.
@Suite(.enabled(if: casesDirectory != nil, "CONDUCTOR_CASES names the folder of the cases"))
struct ShellShapesExecTests {
  private let guarded: GuardedProject
  private var project: Project { guarded.project }

  init() throws {
    guarded = try GuardedProject()
    // Where the lines were run, the stub lay in the working directory too.
    for name in ["sub/note", "run.sh"] {
      try project.root.write("#!/bin/sh\nalembic upgrade head\n", name)
    }
    try project.root.setMode(0o755, "run.sh")
    try guarded.stub("alembic", in: project.root.place("bin"))
  }

  private func isRefused(_ vector: String) -> Bool {
    vector.split(separator: " ").contains { ["upgrade", "downgrade", "stamp"].contains($0) }
  }

  @Test func nothingThatIsStartedThroughThePATHSlips() throws {
    let directory = try #require(casesDirectory)
    let bytes = try Folder().bytes(directory + "/shell-shapes.json")
    let cases = try #require(try Document(Bytes(bytes)).root["cases"]?.elements)
    var caughtByText = 0
    for sample in cases {
      let line = try #require(sample.string("command"))
      let executed = try #require(sample["executed"]?.elements)
        .map { $0.elements.compactMap { $0.text?.string }.joined(separator: " ") }
      let run = try guarded.run(line, in: ".")
      let started = try guarded.started()
      if started.contains(where: isRefused) {
        // Its path was spelled out, or the PATH was changed: reading the line has to see that.
        #expect(line.contains("/") || line.contains("PATH"), "\(line): \(run)")
        let checked = try project.conductor(
          ["check", "command", "--", line], with: guarded.variables)
        #expect([2, 6].contains(checked.exit ?? 0), "\(line): \(checked)")
        caughtByText += 1
      }
      let harmless = executed.filter { !isRefused($0) }
      #expect(started.filter { !isRefused($0) } == harmless, "\(line): \(run)")
    }
    #expect(cases.count > 50)
    #expect(caughtByText < 6, "most are started through the PATH")
  }
}
