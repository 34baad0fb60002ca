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

  /// What one spoilt run left, and what the commands after it made of that.
  private struct Remains {
    let fault: String
    let exit: Int32
    let output: [UInt8]
    let errors: String
    let backlog: [UInt8]
    let next: Int32
    let settled: [UInt8]
    let state: [UInt8]?
    let leftovers: [String]
    let doctor: Node?

    init(_ fault: String, in home: Folder) throws {
      func text(_ name: String) throws -> String { try home.text("\(fault)/\(name)") }
      self.fault = fault
      exit = Int32(try text("exit").prefix { $0 != "\n" }) ?? -1
      output = try home.bytes("\(fault)/out")
      errors = try text("err")
      backlog = try home.bytes("\(fault)/backlog")
      next = Int32(try text("next").prefix { $0 != "\n" }) ?? -1
      settled = try home.bytes("\(fault)/root/\(Project.backlogPath)")
      state = try? home.bytes("\(fault)/root/\(CrashTests.statePath)")
      doctor = try Document(Bytes(home.bytes("\(fault)/doctor"))).root
      leftovers = home.files("\(fault)/root").filter {
        // A new file that was never used stays until the next change takes its name.
        $0.hasSuffix(".conductor-tmp")
          && !$0.hasSuffix("/.next-development.todo.json.conductor-tmp")
          && !$0.hasSuffix("/.state.json.conductor-tmp") || $0.contains("saved-by")
      }
    }

    /// What doctor finds wrong after all of this.
    var problems: [String]? {
      doctor?["findings"]?.elements.filter { $0.string("weight") == "problem" }
        .compactMap { $0.string("check") }.filter { $0 != "paused" }
    }
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

  /// For each fault: a copy of the project, the deed with that fault, then a command that takes the lock, then doctor.
  private static let script = """
    try_fault() {
      mkdir "$HOME/$1" && cp -R . "$HOME/$1/root" && cd "$HOME/$1/root" || exit 1
      CONDUCTOR_FAULT=$1 "$CONDUCTOR" DEED > ../out 2> ../err; echo $? > ../exit
      cp \(Project.backlogPath) ../backlog
      CONDUCTOR_SEED=later "$CONDUCTOR" next --dry-run > ../next.out 2>&1; echo $? > ../next
      CONDUCTOR_SEED=last "$CONDUCTOR" doctor --json > ../doctor 2> ../doctor.err
    }
    worker() {
      number=0
      for fault in $FAULTS; do
        number=$((number + 1))
        [ $((number % 2)) = $1 ] && (try_fault $fault)
      done
    }
    worker 0 & worker 1; wait
    """

  /// Runs the deed once for each of its calls, with each of the faults that are named for the call.
  private func spoilEach(_ deed: Deed, _ fault: (Int) -> [String]) throws -> (Stage, [Remains]) {
    let stage = try stage(deed)
    #expect(stage.calls > 30)
    let faults = (1...stage.calls).flatMap { number in fault(number).map { "\($0)@\(number)" } }
    let project = try Project(like: stage.before)
    let words = deed.arguments.map { "'\($0)'" }.joined(separator: " ")
    var variables = Self.variables("7")
    variables["FAULTS"] = faults.joined(separator: " ")
    let run = try project.shell(
      Self.script.replacing("DEED", with: words), with: variables)
    try #require(run.exit == 0 && run.errors.isEmpty, "\(run)")
    return (stage, try faults.map { try Remains($0, in: project.home) })
  }

  /// What must hold after the next command took the lock, whatever happened before.
  private func expectSettled(_ remains: Remains, _ note: Comment) {
    #expect([0, 3, 4].contains(remains.next), note)
    #expect(remains.leftovers == [], note)
    #expect(remains.problems == [], note)
  }

  /// What the default tries; a deep run tries all.
  private static let deeds: [Deed] =
    Program.rounds == nil ? [.firstNext, .release, .renew, .pause, .add] : Deed.allCases

  @Test("killed at every call", arguments: deeds) func killed(_ deed: Deed) throws {
    let (stage, all) = try spoilEach(deed) { _ in ["die"] }
    let old = stage.before[Project.backlogPath]
    for remains in all {
      let note: Comment = "\(deed) \(remains.fault)"
      #expect(remains.exit == 137, note)
      #expect(
        remains.backlog == old || remains.backlog == stage.new, "\(note): between old and new")
      #expect(remains.settled == old || remains.settled == stage.new, "\(note): settled between")
      if remains.backlog == stage.new {
        #expect(remains.settled == stage.new, "\(note): a finished step was taken back")
      }
      #expect(
        remains.state == stage.before[Self.statePath] || remains.state == stage.newState, note)
      expectSettled(remains, note)
    }
  }

  @Test("ENOSPC, EIO and EINTR at every call", arguments: deeds)
  func failing(_ deed: Deed) throws {
    let codes = ["fail:ENOSPC", "fail:EIO", "fail:EINTR"]
    // All three at each call in a deep run; else one of them, another one with another seed.
    let offset = Int(SeededRandom.seed % 3)
    let (stage, all) = try spoilEach(deed) { number in
      Program.rounds == nil ? [codes[(number + offset) % 3]] : codes
    }
    let old = stage.before[Project.backlogPath]
    for remains in all {
      let note: Comment = "\(deed) \(remains.fault): \(remains.errors)"
      if remains.fault.contains("EINTR") || remains.exit == deed.exit {
        #expect(remains.exit == deed.exit, note)
        #expect(remains.backlog == stage.new, "\(note): done, and the file is not new")
        #expect(remains.output == stage.output, note)
      } else {
        // What cannot be read refuses by its own meaning; all else is a failure to read or write.
        #expect([74, 65, 4, 5, 78].contains(remains.exit), note)
        #expect(!remains.errors.isEmpty && remains.output.isEmpty, note)
        if remains.errors.contains("is released again") {
          #expect(
            String(decoding: remains.backlog, as: UTF8.self).contains("\"released_at\""), note)
        } else {
          #expect(remains.backlog == old, "\(note): failed, and the file is not old")
        }
      }
      expectSettled(remains, note)
      #expect(remains.settled == remains.backlog, "\(note): settling changed what was told")
    }
  }
}
