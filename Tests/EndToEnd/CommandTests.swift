import JSONText
import Testing
import TestSupport

/// Each command once in each form: what it prints, where, and how it ends.
@Suite struct CommandTests {
  private func project() throws -> Project {
    try Project(items: [
      Project.item("ND-001", plan: "plan-a", more: #", "notes": "Some notes.""#),
      Project.item("ND-002", more: #", "depends_on": ["ND-001"]"#),
    ])
  }

  @Test func nextPrintsThePromptAndTellsTheRestOnStandardError() throws {
    let project = try project()
    let run = try project.conductor("next")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.contains("Task ID: ND-001"))
    #expect(run.err.contains("claimed ND-001 as claim 1 until "))
    let receipt = try #require(run.told("receipt "))
    #expect(project.receiptPaths() == [receipt])
    #expect(run.err.hasSuffix("nothing was executed.\n"), "the reminder comes last")
    #expect(try project.item("ND-001").string("status") == "in_progress")
  }
}
