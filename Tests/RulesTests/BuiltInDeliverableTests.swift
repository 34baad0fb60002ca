import JSONText
import Testing

@testable import Rules

/// The deliverables of the built-in sets: all there passes, and each that is missing is refused under its own code.
@Suite struct BuiltInDeliverableTests {
  private static let now = BuiltInSets.circumstances().now
  private static let claim = now.adding(seconds: -3600)

  /// A session of the original project in which everything was done.
  struct Session {
    var item =
      #"{"id": "ST-B-002", "PlanLink": "docs\\plans\\PlanB_Ingestion.md", "plan_suggestion": "PlanB"}"#
    var level: Text = "L1"
    var files: [Text: String]
    var old: Set<Text> = []
    var variables: [Text: Text] = [:]
    var checkout = CheckoutFacts()

    init() {
      let rows = (1...12).map {
        "\"ST-B-0\($0 < 10 ? "0" : "")\($0)\",\"t\",\"Done\",\"r\",\"d\",\"p\",\"n\""
      }
      files = [
        "docs/plans/PlanB_Ingestion.md": "# Plan B\n- ST-B-002: done\n",
        "docs/StateTrace_TaskBoard.md": "| ID | Title |\n|--|--|\n| ST-B-002 | t |\n",
        "docs/taskboard/TaskBoard.csv":
          "\u{FEFF}\"ID\",\"Title\",\"Column\",\"OwnerRole\",\"Deliverable\",\"PlanLink\",\"Notes\"\r\n"
          + rows.joined(separator: "\r\n") + "\r\n",
        "docs/CODEX_BACKLOG.md": "| ID | Plan |\n|--|--|\n| ST-B-002 | B |\n",
        "docs/agents/sessions/2027-01-15_session-0001.md":
          "# Session\nTask ST-B-002, TaskBoard.csv updated.\n- [x] tests\n"
          + "`Tools\\Invoke-StateTracePipeline.ps1 -JobsPerThreadOverride 2`\nLogs/NetOps/2027-01-15.json\n",
        "Logs/IngestionMetrics/2027-01-15.json": "{}",
        "Data/StateTraceSettings.json":
          "\u{FEFF}{\"ParserSettings\": {\"MaxRunspaceCeiling\": 0, \"MaxWorkersPerSite\": 0, \"MaxActiveSites\": 0, \"JobsPerThread\": 0, \"MinRunspaceCount\": 1, \"SkipSiteCacheUpdate\": false}}",
        "Logs/NetOps/2027-01-15.json":
          #"[{"Timestamp": "2027-01-15T07:30:00Z", "Arguments": {"Reason": "fetch graphviz"}}]"#,
        "Logs/NetOps/Resets/OnlineModeReset-1.json":
          #"{"TimestampUtc": "\/Date(1799999000000)\/", "Reason": "done"}"#,
      ]
      checkout.analysis =
        "PATCH SUMMARY\na\nTEST RESULTS\nb\nTASKBOARD UPDATE\nc\nNEXT STEP\nd"
      checkout.commands = [
        "Invoke-Pester Modules/Tests",
        "Tools\\Invoke-StateTracePipeline.ps1  -JobsPerThreadOverride 2",
      ]
      checkout.changes = [Change(.modify, "docs/taskboard/TaskBoard.csv")]
      checkout.isClean = true
    }

    func judgement() throws -> Judgement {
      var circumstances = BuiltInSets.circumstances()
      circumstances.item = try BuiltInSets.item(item)
      circumstances.level = level
      circumstances.claimedAt = claim
      circumstances.checkout = checkout
      let variables = variables
      circumstances.variable = { variables[$0] }
      var stated = StatedFiles()
      stated.contents = files
      for path in files.keys {
        stated.times[path] = now.adding(seconds: old.contains(path) ? -50_000 : -60)
      }
      circumstances.files = stated
      return try #require(BuiltInSets.statetrace).judgement(ofClose: circumstances)
    }

    func codes() throws -> Set<Text> { Set(try judgement().findings.compactMap(\.code)) }
  }

  private static let log: Text = "docs/agents/sessions/2027-01-15_session-0001.md"
  private static let csv: Text = "docs/taskboard/TaskBoard.csv"
  private static let reset: Text = "Logs/NetOps/Resets/OnlineModeReset-1.json"
  private static let net: Text = "Logs/NetOps/2027-01-15.json"

  @Test(arguments: ["L1", "L2", "L3"])
  func aSessionThatLeftEverythingCloses(_ level: Text) throws {
    var session = Session()
    session.level = level
    let judgement = try session.judgement()
    #expect(judgement.verdict == .allow, "\(judgement.summary)")
    #expect(judgement.judged > 40)
  }

  private static func changed(_ path: Text, _ from: String, _ to: String) -> (inout Session) -> Void
  {
    { $0.files[path] = $0.files[path]?.replacing(from, with: to) }
  }

  private static let missing:
    [(level: Text, code: Text, change: @Sendable (inout Session) -> Void)] = [
      ("L1", "TaskBoardRowMissing", { $0.files["docs/StateTrace_TaskBoard.md"] = "| ST-B-0021 |" }),
      ("L1", "TaskBoardRowMissing", { $0.old = ["docs/StateTrace_TaskBoard.md"] }),
      ("L1", "TaskBoardCsvRowMissing", { changed(csv, "ST-B-002", "ST-B-099")(&$0) }),
      ("L1", "TaskBoardCsvRowMissing", { $0.old = [csv] }),
      ("L1", "TaskBoardIntegrityFailed", { changed(csv, "ST-B-003", "ST-B-004")(&$0) }),
      ("L1", "DuplicateTaskId", { changed(csv, "ST-B-003", "ST-B-004")(&$0) }),
      ("L1", "EmptyTaskId", { changed(csv, "ST-B-003", "")(&$0) }),
      ("L1", "MissingColumns", { changed(csv, "OwnerRole", "Role")(&$0) }),
      ("L1", "MissingIdColumn", { changed(csv, "\"ID\"", "\"Nr\"")(&$0) }),
      ("L1", "TaskBoardCsvEmpty", { $0.files[csv] = "ID\n" }),
      (
        "L1", "RowCountBelowMinimum",
        {
          $0.files[csv] = $0.files[csv]?.split(separator: "\r\n").prefix(9).joined(
            separator: "\r\n")
        }
      ),
      (
        "L1", "LargeDeletionDetected",
        {
          $0.checkout.changes = [
            Change(.modify, csv, removed: (1...21).map { Text("OLD-\($0),x") })
          ]
        }
      ),
      (
        "L1", "PlanPathMissing",
        {
          $0.item = #"{"id": "ST-B-002"}"#
          $0.files["docs/plans/PlanB_Ingestion.md"] = "nothing"
        }
      ),
      ("L1", "PlanMissing", { $0.files["docs/plans/PlanB_Ingestion.md"] = nil }),
      ("L1", "PlanEntryMissing", { $0.files["docs/plans/PlanB_Ingestion.md"] = "nothing" }),
      ("L1", "PlanEntryMissing", { $0.old = ["docs/plans/PlanB_Ingestion.md"] }),
      ("L1", "BacklogEntryMissing", { $0.files["docs/CODEX_BACKLOG.md"] = nil }),
      ("L1", "SessionLogPathMissing", { $0.files[log] = nil }),
      ("L1", "SessionLogMissing", { $0.files[log] = nil }),
      ("L1", "SessionLogMissing", { $0.old = [log] }),
      ("L1", "SessionLogTaskMissing", { changed(log, "ST-B-002", "ST-B-003")(&$0) }),
      ("L1", "SessionLogReferencesMissing", { changed(log, "TaskBoard.csv", "all")(&$0) }),
      ("L1", "ChecklistIncomplete", { changed(log, "[x]", "[ ]")(&$0) }),
      ("L1", "ChecklistIncomplete", { changed(log, "- [x] tests", "- [x] a\n- [ ] b")(&$0) }),
      ("L1", "SummaryHeadingsMissing", { $0.checkout.analysis = "all done" }),
      ("L1", "SummaryHeadingsMissing", { $0.checkout.analysis = nil }),
      ("L1", "TelemetryMissing", { $0.files = $0.files.filter { !$0.key.hasPrefix("Logs/") } }),
      (
        "L1", "TelemetryMissing",
        {
          $0.item = #"{"id": "ST-B-002", "plan": "PlanB_Ingestion", "telemetry": ["Logs/a.json"]}"#
        }
      ),
      ("L1", "OnlineModeActive", { $0.variables["STATETRACE_AGENT_ALLOW_NET"] = "1" }),
      ("L1", "OnlineModeActive", { $0.variables["STATETRACE_AGENT_ALLOW_INSTALL"] = "1" }),
      (
        "L1", "OverridesNotReset",
        { changed("Data/StateTraceSettings.json", "Site\": 0", "Site\": 1")(&$0) }
      ),
      ("L2", "OverridesNotReset", { $0.files["Data/StateTraceSettings.json"] = nil }),
      ("L2", "SessionLogCommandsMissing", { changed(log, "-JobsPerThreadOverride 2", "")(&$0) }),
      ("L2", "SessionLogCommandsMissing", { $0.checkout.commands = nil }),
      ("L3", "NetOpsLogMissing", { $0.files[net] = nil }),
      ("L3", "NetOpsLogMissing", { $0.old = [net] }),
      ("L3", "NetOpsReasonMissing", { changed(net, "fetch graphviz", "  ")(&$0) }),
      ("L3", "NetOpsResetMissing", { $0.files[reset] = nil }),
      ("L3", "NetOpsResetMissing", { $0.old = [reset] }),
      ("L3", "NetOpsResetMissing", { changed(reset, "1799999000000", "1799900000000")(&$0) }),
      ("L3", "NetOpsReasonMissing", { changed(reset, "\"done\"", "\"\"")(&$0) }),
      ("L3", "NetOpsLogNotCited", { changed(log, "2027-01-15.json", "log")(&$0) }),
    ]

  @Test(arguments: missing.indices)
  func whatIsMissingIsRefusedUnderItsCode(_ index: Int) throws {
    let (level, code, change) = Self.missing[index]
    var session = Session()
    session.level = level
    change(&session)
    let judgement = try session.judgement()
    #expect(judgement.verdict == .deny, "\(judgement.summary)")
    #expect(try session.codes().contains(code), "\(judgement.summary)")
  }

  @Test func atL0NothingMayBeChangedAndNothingElseIsWanted() throws {
    var session = Session()
    session.level = "L0"
    session.files = [:]
    session.checkout.changes = []
    #expect(try session.judgement().verdict == .allow)
    session.checkout.changes = [Change(.modify, "a.md")]
    #expect(try session.codes() == ["UnexpectedChanges"])
  }

  @Test(
    arguments: [
      (130, 20, "GateFailed"), (119, 9, "InsufficientData"), (119, 20, nil), (120, 10, nil),
    ] as [(Int, Int, Text?)])
  func theQueueDelayHasItsGate(_ p95: Int, _ samples: Int, _ code: Text?) throws {
    for item in [#"{"id": "ST-A-001", "plan": "PlanB_Ingestion"}"#, Session().item] {
      var session = Session()
      session.item = item
      session.files = session.files.mapValues {
        $0.replacing("ST-B-002", with: item.contains("ST-A") ? "ST-A-001" : "ST-B-002")
      }
      session.files["Logs/IngestionMetrics/QueueDelaySummary-20270115.json"] =
        #"{"Statistics": {"QueueBuildDelayMs": {"P95": \#(p95), "P99": 150, "Count": \#(samples)}}}"#
      #expect(try session.codes() == Set([code].compactMap { $0 }))
    }
  }

  @Test func aGateWithoutItsSummaryIsNotMet() throws {
    var session = Session()
    session.item = #"{"id": "ST-A-001", "plan": "PlanB_Ingestion"}"#
    #expect(try session.codes().isSuperset(of: ["InsufficientData", "GateFailed"]))
  }

  @Test(arguments: [
    (#"{"SiteCount": 1, "HostCount": 12, "RowCount": 120}"#, true),
    (#"[{"SiteCount": 1, "HostCount": 12, "RowCount": 120}]"#, true),
    (#"{"SiteCount": 2, "HostCount": 37, "RowCount": 1200}"#, false),
    (#"[{"SiteCount": 2, "HostCount": 37, "RowCount": 1200}]"#, false),
  ])
  func theCorpusHasItsGate(_ summary: String, _ fails: Bool) throws {
    var session = Session()
    session.files["Logs/Reports/SchedulerDiversity-1.json"] = summary
    #expect(try session.codes() == (fails ? ["GateFailed"] : []))
  }

  @Test func aSummaryWithARenamedHeadingIsRefusedAtOnce() throws {
    let book = try #require(BuiltInSets.statetrace)
    let renamed = "PATCH SUMMARY\na\nTESTS\nb\nTASKBOARD UPDATE\nc\nNEXT STEP\nd"
    #expect(book.response(renamed).findings.first?.code == "SummaryHeadingsMissing")
    #expect(book.response(renamed.replacing("TESTS", with: "TEST RESULTS")).verdict == .allow)
  }

  // MARK: Migrations

  private static func close(
    _ item: String, _ files: [Text: String] = [:],
    _ change: (inout CheckoutFacts) -> Void = { _ in }
  ) throws -> Set<Text> {
    var circumstances = BuiltInSets.circumstances()
    circumstances.item = try BuiltInSets.item(item)
    var checkout = CheckoutFacts()
    checkout.isClean = true
    checkout.changes = []
    change(&checkout)
    circumstances.checkout = checkout
    var stated = StatedFiles()
    stated.contents = files
    circumstances.files = stated
    let judgement = try #require(BuiltInSets.alembic).judgement(ofClose: circumstances)
    return Set(judgement.findings.compactMap(\.code))
  }

  @Test func aWorkOrderLeavesItsEvidenceAndACleanTree() throws {
    let order = #"{"id": "T-1", "work_order": "WO-7"}"#
    let logs: [Text: String] = ["docs/evidence/WO-7/logs/status.txt": ""]
    #expect(try Self.close(order) == ["EVIDENCE_MISSING"])
    #expect(
      try Self.close(order, ["docs/evidence/WO-8/logs/status.txt": ""]) == ["EVIDENCE_MISSING"])
    #expect(try Self.close(order, logs) == [])
    #expect(try Self.close(order, logs) { $0.isClean = false } == ["UNCOMMITTED_CHANGES"])
    #expect(try Self.close(order, logs) { $0.isClean = nil } == ["UNCOMMITTED_CHANGES"])
    #expect(try Self.close(#"{"id": "WO-7"}"#) == ["EVIDENCE_MISSING"])
    #expect(try Self.close(#"{"id": "WO-7"}"#, logs) == [])
    #expect(try Self.close(#"{"id": "T-1"}"#) == [])
    #expect(try Self.close(#"{"id": "T-1", "work_order": "../.."}"#, logs) == ["EVIDENCE_MISSING"])
  }

  @Test func theManagerChangesOneDocumentInOneCommit() throws {
    let item = #"{"id": "T-1", "owner": "VS_Chat"}"#
    func close(_ paths: [Text], _ commits: Int) throws -> Set<Text> {
      try Self.close(item) {
        $0.changes = paths.map { Change(.modify, $0) }
        $0.commits = commits
      }
    }
    #expect(try close(["docs/a.md"], 1) == [])
    #expect(try close(["docs/a.md", "docs/b.md"], 1) == ["ONE_FILE_ONE_COMMIT"])
    #expect(try close(["docs/a.md"], 2) == ["ONE_FILE_ONE_COMMIT"])
    #expect(try close(["backend/a.py"], 1) == ["ONE_FILE_ONE_COMMIT"])
  }

  @Test func filesOutsideTheWorkOrderAreRefused() throws {
    let book = try #require(BuiltInSets.alembic)
    var circumstances = BuiltInSets.circumstances()
    circumstances.item = try BuiltInSets.item(
      #"{"id": "T-1", "work_order": "WO-7", "files": ["docs/", "client/src/*.tsx"]}"#)
    let inside = ["docs/a/b.md", "client/src/App.tsx", "docs/evidence/WO-7/logs/x.txt"]
    #expect(book.diff(inside.map { Change(.modify, Text($0)) }, circumstances).verdict == .allow)
    for change in [
      Change(.modify, "client/index.html"), Change(.rename, "docs/x.md", from: "README.md"),
      Change(.delete, "client/src/deep/App.tsx"),
    ] {
      #expect(book.diff([change], circumstances).findings.first?.code == "OUT_OF_SCOPE")
      #expect(book.diff([change]).verdict == .allow)
    }
  }

  @Test func anUntrackedMigrationStopsEvenWhereOneMayBeWritten() throws {
    let book = try #require(BuiltInSets.alembic)
    var circumstances = BuiltInSets.circumstances()
    circumstances.item = try BuiltInSets.item(#"{"id": "T-1"}"#)
    circumstances.approvals = [
      Approval(id: "A-1", right: "write-migration", item: "T-1", actor: "Robert", workOrder: "WO-7")
    ]
    let path: Text = "backend/migrations/versions/0123456789ab_x.py"
    let body: [Text] = ["def downgrade():", "    op.drop_column('users', 'x')"]
    func verdict(_ isTracked: Bool?, _ added: [Text]) -> Verdict {
      book.diff([Change(.add, path, added: added, isTracked: isTracked)], circumstances).verdict
    }
    #expect(verdict(true, body) == .allow)
    #expect(verdict(nil, body) == .allow)
    #expect(verdict(false, body) == .stop)
    #expect(verdict(true, ["def downgrade():", "    pass"]) == .deny)
    #expect(
      verdict(true, ["def downgrade():", "    # recovery: restore the backup", "    pass"])
        == .allow)
  }
}
