import JSONText
import TestSupport
import Testing

/// The program ended, or failed, at every system call that it makes: what is left is old or new, and the next command
/// finds its way.
///
/// The calls are numbered, clock and chance stand still, and each run begins from the same files.
@Suite(.enabled(if: Program.takesFaults, "the program is a release, which takes no faults"))
struct CrashTests {
  /// A command and the state that it begins from.
  enum Deed: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case firstNext, laterNext, dryNext, refusedNext, release, renew, pause, resume, add

    var testDescription: String { rawValue }

    var arguments: [String] {
      switch self {
      case .firstNext, .laterNext, .refusedNext: ["next", "--agent", "codex"]
      case .dryNext: ["next", "--dry-run"]
      case .release: ["release", "ND-001", "--claim", "1", "--reason", "no time"]
      case .renew: ["renew", "ND-001", "--claim", "1", "--lease", "9h"]
      case .pause: ["pause", "--reason", "lunch"]
      case .resume: ["resume"]
      case .add: ["backlog", "add", "--title", "Third"]
      }
    }

    var preparations: [[String]] {
      switch self {
      case .firstNext, .pause, .add: []
      case .laterNext, .dryNext: [["next"], ["release", "ND-001"]]
      case .release, .renew: [["next"]]
      case .refusedNext, .resume: [["pause", "--reason", "x"]]
      }
    }

    /// The exit status of the deed when nothing goes wrong.
    var exit: Int32 { self == .refusedNext ? 4 : 0 }
  }

  /// The same clock for all, and another seed for what prepares, so that no name is used twice.
  private static func variables(_ seed: String, fault: String? = nil) -> [String: String?] {
    ["CONDUCTOR_NOW": "2026-11-21T08:30:00Z", "CONDUCTOR_SEED": seed, "CONDUCTOR_FAULT": fault]
  }

  private struct Stage {
    let before: [String: [UInt8]]
    let calls: Int
    let new: [UInt8]
    let newState: [UInt8]?
    let output: [UInt8]
  }

  private static let statePath = "\(Project.statePath)/state.json"

  private func stage(_ deed: Deed) throws -> Stage {
    let project = try Project(items: [
      Project.item("ND-001", more: #", "notes": "n", "systemic_targets": ["S2"]"#),
      Project.item("ND-002"),
    ])
    for (number, arguments) in deed.preparations.enumerated() {
      let run = try project.conductor(arguments, with: Self.variables("prepare\(number)"))
      try #require(run.exit == 0, "\(run)")
    }
    let before = try project.root.tree()
    let whole = try Project(like: before)
    let run = try whole.conductor(deed.arguments, with: Self.variables("7", fault: "count"))
    try #require(run.exit == deed.exit, "\(run)")
    let calls = try #require(run.told("system calls: ").flatMap { Int($0) })
    return Stage(
      before: before, calls: calls, new: try whole.backlog(),
      newState: try? whole.root.bytes(Self.statePath), output: run.output)
  }

  /// Runs the deed once for each of its calls, several at once, with the fault that `fault` names for a call.
  private func spoilEach(
    _ deed: Deed, _ fault: (Int) -> [String],
    _ check: @Sendable @escaping (Project, Run, Stage, String, Comment) throws -> Void
  ) throws {
    let stage = try stage(deed)
    #expect(stage.calls > 30)
    let faults = (1...stage.calls).flatMap { number in fault(number).map { "\($0)@\(number)" } }
    let width = 4
    let problems = inParallel(width) { worker -> [String] in
      var problems: [String] = []
      for index in stride(from: worker, to: faults.count, by: width) {
        do {
          let project = try Project(like: stage.before)
          let run = try project.conductor(
            deed.arguments, with: Self.variables("7", fault: faults[index]))
          try check(project, run, stage, faults[index], "\(deed) \(faults[index])")
        } catch {
          problems.append("\(faults[index]): \(error)")
        }
      }
      return problems
    }
    for problem in problems.joined() { Issue.record("\(deed) \(problem)") }
  }

  /// What must hold after the next command took the lock, whatever happened before.
  private static func expectSettled(_ project: Project, _ stage: Stage, _ note: Comment) throws {
    let next = try project.conductor("next", "--dry-run", with: variables("later"))
    #expect([0, 3, 4].contains(next.exit), "\(note) \(next)")
    try project.expectWholeButForReused(note)
    let doctor = try project.conductor("doctor", "--json", with: variables("last"))
    let problems = doctor.json?["findings"]?.elements
      .filter { $0.string("weight") == "problem" }.compactMap { $0.string("check") }
    #expect(problems?.filter { $0 != "paused" } == [], "\(note) \(doctor)")
  }

  @Test("D17: killed at every call", arguments: Deed.allCases) func killed(_ deed: Deed) throws {
    try spoilEach(deed) { _ in
      ["die"]
    } _: { project, run, stage, _, note in
      #expect(run.exit == 137, "\(note) \(run)")
      let old = stage.before[Project.backlogPath]
      let present = try project.backlog()
      #expect(present == old || present == stage.new, "\(note): between old and new")
      let reader = try project.conductor("backlog", "list")
      #expect(reader.exit == 0, "\(note) \(reader)")
      try Self.expectSettled(project, stage, note)
      let settled = try project.backlog()
      #expect(settled == old || settled == stage.new, "\(note): settled between old and new")
      if present == stage.new {
        #expect(settled == stage.new, "\(note): a finished step was taken back")
      }
      let state = try? project.root.bytes(Self.statePath)
      #expect(state == stage.before[Self.statePath] || state == stage.newState, note)
    }
  }

  @Test("ENOSPC, EIO and EINTR at every call", arguments: Deed.allCases)
  func failing(_ deed: Deed) throws {
    let codes = ["fail:ENOSPC", "fail:EIO", "fail:EINTR"]
    // All three at each call in a deep run; else one of them, another one with another seed.
    let offset = Int(SeededRandom.seed % 3)
    try spoilEach(deed) { number in
      Program.rounds == nil ? [codes[(number + offset) % 3]] : codes
    } _: { project, run, stage, fault, note in
      let old = stage.before[Project.backlogPath]
      let present = try project.backlog()
      if fault.contains("EINTR") || run.exit == deed.exit {
        #expect(run.exit == deed.exit, "\(note) \(run)")
        #expect(present == stage.new, "\(note): done, and the file is not new")
        #expect(run.output == stage.output, "\(note) \(run)")
      } else {
        #expect(run.exit == 74 || [65, 4, 5, 78].contains(run.exit), "\(note) \(run)")
        #expect(!run.errors.isEmpty && run.output.isEmpty, "\(note) \(run)")
        if run.err.contains("is released again") {
          #expect(try project.item("ND-001").string("status") == "pending", note)
        } else {
          #expect(present == old, "\(note): failed, and the file is not old \(run)")
        }
      }
      try Self.expectSettled(project, stage, note)
      #expect(try project.backlog() == present, "\(note): settling changed what was told")
    }
  }
}

extension Project {
  /// As `expectWhole`, but for a new file that was never used, whose name the next change takes.
  func expectWholeButForReused(_ note: Comment) throws {
    let leftovers = root.files().filter {
      $0.hasSuffix(".conductor-tmp") && !$0.hasSuffix("/.next-development.todo.json.conductor-tmp")
        && !$0.hasSuffix("/.state.json.conductor-tmp") || $0.contains("saved-by")
    }
    #expect(leftovers == [], note)
    let verified = try conductor("receipts", "verify")
    #expect(verified.exit == 0, "\(note) \(verified)")
  }
}
