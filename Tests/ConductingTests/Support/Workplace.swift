import Backlog
import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// A project on the disk whose steps are taken inside the test, so that every system call can be spoilt.
final class Workplace: Sendable {
  let folder: Folder

  static let backlogPath = "_plans/next-development.todo.json"
  static let statePath = "_report/usage/autonomy-conductor/.state"
  static let journalPath = "\(statePath)/journal"

  /// A project with this backlog.
  init(_ backlog: String) throws {
    folder = try Folder(inMemory: true)
    try folder.write(backlog, Self.backlogPath)
  }

  /// A copy of another one as it stood.
  init(like tree: [String: [UInt8]]) throws {
    folder = try Folder(inMemory: true)
    try folder.plant(tree)
  }

  /// Two pending items in two-space style, without prerequisites.
  static let twoItems = """
    {
      "version": 0,
      "prerequisites": { "authenticity": "none", "ci": "none" },
      "items": [
        { "id": "ND-001", "title": "First", "status": "pending", "systemic_targets": ["S2"] },
        { "id": "ND-002", "title": "Second", "status": "pending" }
      ],
      "history": []
    }

    """

  /// What a step needs from outside: a fixed clock and chance, an empty environment, and calls that may be spoilt.
  ///
  /// `later` moves the clock by that many seconds.
  func context(
    later seconds: Int64 = 0, seed: UInt64 = 7,
    fault: (@Sendable (SystemCalls.Call, Int) -> SystemCalls.Fault?)? = nil
  ) -> Context {
    let calls = SystemCalls(fault: fault)
    let machine = Machine(
      calls: calls, clock: Clock(fixedAt: (1_795_000_000 + seconds) * 1_000_000_000),
      random: Random(seed: seed), environment: Environment([("PATH", folder.path)]),
      workingDirectory: Path(folder.path), host: "here", userName: "tester")
    var context = Context(machine: machine, version: "0.0.0")
    context.patience = 5
    return context
  }

  /// The project, found as a command finds it.
  func project(_ context: Context) throws -> Project { try Project.find(nil, in: context) }

  /// The backlog's bytes as they are now.
  func backlog() throws -> [UInt8] { try folder.bytes(Self.backlogPath) }

  /// Lays a rule set into the project that names who may release what.
  func layRules() throws {
    try folder.write(
      """
      { "ruleset": "house", "version": "1", "language": 1,
        "authority": { "chain": ["Robert"], "escalate_to": "Robert" } }
      """, "docs/automation/rules/house.json")
  }

  // MARK: Looking

  /// Everything in the records that does not agree.
  func findings() throws -> [AuditFinding] {
    let context = context()
    return try ReceiptShelf(project(context), context).verify().findings
  }

  /// Files that a step makes only to remove them again; one that was never used goes when the next one is made.
  func leftovers() -> [String] {
    let reused = [
      "_plans/.next-development.todo.json.conductor-tmp",
      "\(Self.statePath)/.state.json.conductor-tmp",
      "\(Self.statePath)/.counters.jsonl.conductor-tmp",
    ]
    return folder.files().filter {
      $0.hasSuffix(".conductor-tmp") && !reused.contains($0) || $0.contains("saved-by-other")
    }
  }

  /// The claims that the state folder knows, after whatever was interrupted has been settled.
  func settledClaims() throws -> [Text: OpenClaim] {
    let context = context(seed: 99)
    let state = try StateFolder(project(context), context)
    defer { state.close() }
    #expect(state.journal.pending == nil)
    return state.openClaims
  }

  /// The claim that the backlog shows on an item in progress.
  func shownClaim(_ id: Text) throws -> Claim? {
    let backlog = try Backlog(Bytes(backlog()))
    guard let item = backlog.row(of: id).flatMap({ backlog.item(at: $0) }) else { return nil }
    return item.status == .inProgress ? item.claim : nil
  }

  /// Expects that backlog, open claims and receipts say the same of every item.
  func expectAgreement(_ note: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let open = try settledClaims()
    #expect(try findings() == [], note, sourceLocation: sourceLocation)
    #expect(leftovers() == [], note, sourceLocation: sourceLocation)
    for id: Text in ["ND-001", "ND-002"] {
      #expect(try shownClaim(id) == open[id]?.claim, note, sourceLocation: sourceLocation)
    }
  }
}

/// What a step came to: nothing where it succeeded.
func outcome(_ body: () throws -> Void) -> Refusal? {
  do {
    try body()
    return nil
  } catch let refusal as Refusal {
    return refusal
  } catch {
    return Refusal(.internalFault, Text("\(error)"))
  }
}
