import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting
@testable import Rules

/// What only an operator may change, and how an operator accepts that it was changed.
@Suite(.serialized)
struct ProtectedTests {
  private static let consent = "docs/automation/autonomy-consent.json"

  private func approve(
    _ place: MeasuredProject, _ right: Text, _ paths: [Text], by actor: Text = "Robert"
  ) throws {
    var request = ApprovalRequest(right: right, actor: actor)
    request.item = "ND-001"
    request.paths = paths
    let context = place.context
    _ = try Approving(place.project(), context).run(request)
  }

  @Test func everyProtectedFileIsKnownByItsDigest() throws {
    let place = try MeasuredProject([Self.consent: "{}\n", ".claude/settings.json": "{}\n"])
    let record = try place.claim()
    #expect(try place.measure(record).protected.map(\.path) == [])
    try place.write("{ \"auto_enabled\": true }\n", Self.consent)
    place.remove(".claude/settings.json")
    let changed = [
      ".claude/settings.local.json", ".codex/config.toml", ".codex/rules/x.rules",
      ".git/config.worktree",
      ".git/hooks/pre-commit", ".git/info/attributes",
      "_report/planner/validate/summary-latest.json",
      "_report/usage/external-authenticity.json", "docs/automation/plugins/deep/feed",
    ]
    for path in changed { try place.write("x\n", path) }
    try place.write("x\n", ".git/hooks/other.sample")
    try place.git("config", "core.fsmonitor", "evil")
    let found = try place.measure(record).protected
    let paths: [Text] = (changed + [".git/config", ".claude/settings.json", Self.consent]).map {
      Text($0)
    }
    #expect(found.map(\.path) == paths.sorted())
    #expect(found.first { $0.path == ".claude/settings.json" }?.after == nil)
    #expect(found.allSatisfy { $0.approval == nil })
  }

  @Test func theBacklogMayBeWrittenByConductorAlone() throws {
    let place = try MeasuredProject()
    let record = try place.claim()
    let context = place.context
    _ = try Addition(place.project(), context).run(NewItem(title: "Third"))
    #expect(try place.measure(record).protected.map(\.path) == [])
    let text = try place.folder.text("work/" + MeasuredProject.backlogPath)
    try place.write(text + "\n", MeasuredProject.backlogPath)
    #expect(try place.measure(record).protected.map(\.path) == [Text(MeasuredProject.backlogPath)])
  }

  @Test func plantedAndAlteredRecordsAreFound() throws {
    let place = try MeasuredProject()
    let record = try place.claim()
    let folder = MeasuredProject.recordsPath
    try place.write("{}\n", folder + "/2026-11/conductor-20261101T000000.000Z-00000000.json")
    try place.write("{}\n", folder + "/approvals/x.json")
    try place.write("agent's own\n", folder + "/work/log")
    let measurement = try place.measure(record)
    #expect(
      measurement.protected.map(\.path.string).sorted() == [
        folder + "/2026-11/conductor-20261101T000000.000Z-00000000.json",
        folder + "/approvals/x.json",
      ])
    #expect(measurement.short == ["+" + folder + "/work/log"])
  }

  @Test func aClaimWhoseReceiptWasAlteredCannotBeMeasured() throws {
    let place = try MeasuredProject()
    let record = try place.claim()
    let path = "work/" + record.receipt.string
    try place.folder.write(place.folder.text(path) + " ", path)
    let refused = outcome {
      _ = try ClaimRecord(record.item, record.claim, place.project(), place.context)
    }
    #expect(refused?.reasons.map(\.code) == ["claim-unrecorded"])
  }

  @Test func anOperatorAcceptsExactlyWhatStandsThere() throws {
    let place = try MeasuredProject([Self.consent: "{}\n"])
    let record = try place.claim()
    try place.write("{ \"auto_enabled\": true }\n", Self.consent)
    try place.folder.makePipe("work/pipe")
    try approve(place, "protected-change", [Text(Self.consent)])
    try approve(place, "unmeasured", ["./pipe"])
    var measurement = try place.measure(record)
    #expect(measurement.protected.map { $0.approval != nil } == [true])
    #expect(measurement.unmeasured.map { $0.approval != nil } == [true])
    try place.write("{ \"auto_enabled\": false }\n", Self.consent)
    measurement = try place.measure(record)
    #expect(measurement.protected.map { $0.approval != nil } == [false])
  }

  @Test func aRightOfOneKindCoversNothingOfTheOther() throws {
    let place = try MeasuredProject([Self.consent: "{}\n"])
    let record = try place.claim()
    try place.write("{ }\n", Self.consent)
    try approve(place, "unmeasured", [Text(Self.consent)])
    #expect(try place.measure(record).protected.map { $0.approval != nil } == [false])
  }

  @Test func whoStandsHighestDecides() throws {
    let place = try MeasuredProject([
      Self.consent: "{}\n",
      "docs/automation/rules/house.json": """
      { "ruleset": "house", "version": "1", "language": 1,
        "authority": { "chain": ["Robert", "Ann"], "escalate_to": "Robert" } }
      """,
    ])
    let record = try place.claim()
    try place.write("{ }\n", Self.consent)
    for actor in ["Ann", "Nobody"] as [Text] {
      let refused = outcome {
        try approve(place, "protected-change", [Text(Self.consent)], by: actor)
      }
      #expect(refused?.reasons.map(\.code) == ["authority-insufficient"])
    }
    try approve(place, "protected-change", [Text(Self.consent)])
    #expect(try place.measure(record).protected.map { $0.approval != nil } == [true])
  }

  @Test func rightAndPathsGoTogether() throws {
    let place = try MeasuredProject()
    _ = try place.claim()
    for (right, paths) in [("protected-change", []), ("release", ["a"])] as [(Text, [Text])] {
      #expect(outcome { try approve(place, right, paths) }?.exit == .usage)
    }
  }
}
