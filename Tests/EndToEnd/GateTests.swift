import JSONText
import TestSupport
import Testing

/// What must hold outside the items before any is handed out; each way in which it does not is a refusal with a reason
/// of its own, on record, with the backlog byte for byte as it was.
@Suite struct GateTests {
  private static let trusted = #"{ "overall_avg_trust": 0.9, "attention_feeds": [] }"#
  private static let healthy = #"{ "status": "ok", "exit_code": 0 }"#

  /// A project that asks for everything, with both summaries as they are given; nil leaves one out.
  private func project(
    trust: String? = trusted, ci: String? = healthy, prerequisites: String? = nil,
    consent: String? = nil
  ) throws -> Project {
    let strict = #"{ "min_overall_trust": 0.7, "require_no_attention_feeds": true }"#
    let project = try Project(
      backlog: Project.backlog([Project.item("A")], prerequisites: prerequisites ?? strict))
    if let trust { try project.root.write(trust, Project.trustPath) }
    if let ci { try project.root.write(ci, Project.ciPath) }
    if let consent { try project.root.write(consent, Project.consentPath) }
    return project
  }

  private func expectRefused(
    _ project: Project, _ exit: Int32, _ code: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try project.backlog()
    let run = try project.conductor("next")
    try project.expectRefusal(
      run, exit: exit, code: code, backlog: before, sourceLocation: sourceLocation)
    #expect(!run.errors.isEmpty, sourceLocation: sourceLocation)
    try project.expectWhole(sourceLocation: sourceLocation)
  }

  private func expectClaimed(
    _ project: Project, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try project.conductor("next")
    #expect(run.exit == 0, "\(run)", sourceLocation: sourceLocation)
    #expect(run.lines.contains("Task ID: A"), sourceLocation: sourceLocation)
  }

  // MARK: Authenticity

  @Test("trust at the minimum claims", arguments: ["0.7", "0.70", "7e-1", "1", "1.0", "0.9"])
  func trustAtOrAboveTheMinimum(_ trust: String) throws {
    try expectClaimed(
      project(trust: #"{ "overall_avg_trust": \#(trust), "attention_feeds": [] }"#))
  }

  @Test("trust below the minimum does not", arguments: ["0.699", "0.6999999999", "0", "-0.0"])
  func trustBelowTheMinimum(_ trust: String) throws {
    try expectRefused(
      project(trust: #"{ "overall_avg_trust": \#(trust), "attention_feeds": [] }"#), 5,
      "trust-below-minimum")
  }

  @Test(
    "what is no trust is none",
    arguments: [
      "\"0.9\"", "\"high\"", "true", "false", "null", "[0.9]", "{}", "1.0000001", "70", "-0.1",
      "1e999", "-1e999", "\"NaN\"",
    ])
  func whatIsNoTrust(_ value: String) throws {
    try expectRefused(
      project(trust: #"{ "overall_avg_trust": \#(value), "attention_feeds": [] }"#), 5,
      "authenticity-invalid")
  }

  @Test(
    "a summary that does not parse is not met",
    arguments: [
      "", " ", "{", "NaN", #"{ "overall_avg_trust": NaN, "attention_feeds": [] }"#,
      #"{ "overall_avg_trust": Infinity, "attention_feeds": [] }"#,
      #"{ "overall_avg_trust": .9, "attention_feeds": [] }"#,
      #"{ "overall_avg_trust": 0.9, "attention_feeds": [], }"#,
      #"{ "overall_avg_trust": 0.1, "overall_avg_trust": 0.9, "attention_feeds": [] }"#,
      #"{ "overall_avg_trust": 0.9, "attention_feeds": [] } x"#,
    ])
  func aSummaryThatDoesNotParse(_ text: String) throws {
    try expectRefused(project(trust: text), 5, "authenticity-unreadable")
  }

  @Test(
    "a summary of another shape is not met",
    arguments: ["[]", "0.9", "null", "{}", #"{ "attention_feeds": [] }"#])
  func aSummaryOfAnotherShape(_ text: String) throws {
    try expectRefused(project(trust: text), 5, "authenticity-invalid")
  }

  @Test(
    "a feed that needs attention stands in the way",
    arguments: [#"["eia"]"#, #"[{ "name": "eia" }]"#, "[null]", "[[]]"])
  func attentionFeeds(_ feeds: String) throws {
    let text = #"{ "overall_avg_trust": 0.9, "attention_feeds": \#(feeds) }"#
    try expectRefused(project(trust: text), 5, "attention-feeds")
    try expectClaimed(
      project(trust: text, prerequisites: #"{ "require_no_attention_feeds": false }"#))
  }

  @Test(
    "feeds of another type are not met",
    arguments: ["{}", #"{ "eia": "late" }"#, "null", "0", "false", "\"\"", "\"none\""])
  func feedsOfAnotherType(_ feeds: String) throws {
    try expectRefused(
      project(trust: #"{ "overall_avg_trust": 0.9, "attention_feeds": \#(feeds) }"#), 5,
      "authenticity-invalid")
  }

  @Test("missing feeds are not met") func missingFeeds() throws {
    try expectRefused(project(trust: #"{ "overall_avg_trust": 0.9 }"#), 5, "authenticity-invalid")
  }

  @Test("a missing summary is not met, whatever is in its place")
  func aMissingSummary() throws {
    try expectRefused(project(trust: nil), 5, "authenticity-missing")
    try expectRefused(project(ci: nil), 5, "ci-missing")
    let directory = try project(trust: nil)
    try directory.root.makeDirectory(Project.trustPath)
    try expectRefused(directory, 5, "authenticity-unreadable")
    let dangling = try project(ci: nil)
    try dangling.root.makeDirectory("_report/planner/validate")
    try dangling.root.link(Project.ciPath, to: "nowhere.json")
    try expectRefused(dangling, 5, "ci-unreadable")
    let pipe = try project(ci: nil)
    try pipe.root.makeDirectory("_report/planner/validate")
    try pipe.root.makePipe(Project.ciPath)
    try expectRefused(pipe, 5, "ci-unreadable")
  }

  @Test("a summary older than max_age, or from the future, is stale")
  func aStaleSummary() throws {
    let asked = #"{ "max_age": "2h" }"#
    func text(_ time: String) -> String {
      #"{ "overall_avg_trust": 0.9, "attention_feeds": [], "generated_at": \#(time) }"#
    }
    for (time, code) in [
      ("\"2026-11-21T06:30:00Z\"", nil), ("\"2026-11-21T08:29:59+00:00\"", nil),
      ("\"2026-11-21T06:29:59Z\"", "authenticity-stale"),
      ("\"2026-11-21T08:30:01Z\"", "authenticity-stale"),
      ("\"yesterday\"", "authenticity-invalid"), ("1795000000", "authenticity-invalid"),
    ] {
      let project = try project(trust: text(time), prerequisites: asked)
      let run = try project.conductor("next", with: Project.fixed)
      #expect(run.exit == (code == nil ? 0 : 5), "\(time) \(run)")
      if let code {
        #expect(try project.lastReceipt("refusal")["reasons"]?.codes == [code], "\(time)")
      }
    }
    try expectRefused(project(prerequisites: asked), 5, "authenticity-invalid")
  }

  // MARK: CI

  @Test(
    "healthy CI claims",
    arguments: [
      #"{ "status": "ok" }"#, #"{ "status": "OK" }"#, #"{ "status": "Pass" }"#,
      #"{ "status": "PASSED" }"#, #"{ "status": "success" }"#, #"{ "exit_code": 0 }"#,
      #"{ "exit_code": 0.0 }"#, #"{ "status": "ok", "exit_code": 0, "more": [1] }"#,
    ])
  func healthyCI(_ text: String) throws {
    try expectClaimed(project(ci: text))
  }

  @Test(
    "failing or contradicting CI does not",
    arguments: [
      #"{ "exit_code": 1 }"#, #"{ "exit_code": -1 }"#, #"{ "status": "failing" }"#,
      #"{ "status": "" }"#, #"{ "status": "ok " }"#, #"{ "status": "ok", "exit_code": 1 }"#,
      #"{ "status": "failed", "exit_code": 0 }"#,
    ])
  func failingCI(_ text: String) throws {
    try expectRefused(project(ci: text), 5, "ci-failing")
  }

  @Test(
    "CI of another type is not met",
    arguments: [
      "{}", "[]", "0", #"{ "status": true }"#, #"{ "status": null }"#, #"{ "exit_code": "0" }"#,
      #"{ "exit_code": false }"#, #"{ "exit_code": null, "status": "ok" }"#,
      #"{ "exit_code": 0, "status": ["ok"] }"#,
    ])
  func ciOfAnotherType(_ text: String) throws {
    try expectRefused(project(ci: text), 5, "ci-invalid")
  }

  @Test("CI that does not parse is not met", arguments: ["", "ok", "{ \"status\": \"ok\" "])
  func ciThatDoesNotParse(_ text: String) throws {
    try expectRefused(project(ci: text), 5, "ci-unreadable")
  }

  @Test("Opting out is explicit, and the receipt says so") func optingOut() throws {
    let none = try project(
      trust: nil, ci: nil, prerequisites: #"{ "authenticity": "none", "ci": "none" }"#)
    try expectClaimed(none)
    let preflight = try #require(try none.lastReceipt("claim")["preflight"])
    #expect(preflight["authenticity"]?.string("verdict") == "not required")
    #expect(preflight["ci"]?.string("verdict") == "not required")
    try expectRefused(
      project(ci: nil, prerequisites: #"{ "authenticity": "none" }"#), 5, "ci-missing")
    try expectRefused(
      project(trust: nil, prerequisites: #"{ "ci": "none" }"#), 5, "authenticity-missing")
  }

  @Test("Without prerequisites in the backlog the strict defaults hold")
  func strictDefaults() throws {
    let bare = try Project(backlog: #"{ "items": [ \#(Project.item("A")) ] }"#)
    try expectRefused(bare, 5, "authenticity-missing")
    try bare.root.write(
      #"{ "overall_avg_trust": 0.69, "attention_feeds": [] }"#, Project.trustPath)
    try bare.root.write(Self.healthy, Project.ciPath)
    try expectRefused(bare, 5, "trust-below-minimum")
    try bare.root.write(Self.trusted, Project.trustPath)
    try expectClaimed(bare)
  }

  @Test("summaries with BOM and CRLF are read") func tolerantSummaries() throws {
    func odd(_ text: String) -> String { "\u{FEFF}" + text.replacing(" ", with: "\r\n ") + "\r\n" }
    try expectClaimed(project(trust: odd(Self.trusted), ci: odd(Self.healthy)))
  }

  @Test("the receipt holds what was judged, with its digest") func snapshot() throws {
    let project = try project()
    let run = try project.conductor("next")
    let receipt = try project.lastReceipt("claim")
    for (name, path) in [("authenticity", Project.trustPath), ("ci", Project.ciPath)] {
      let verdict = try #require(receipt["preflight"]?[Text(name)])
      #expect(verdict.string("verdict") == "met")
      let sum = try project.shell("sha256sum \(path)").out.prefix(64)
      #expect(verdict.string("sha256") == String(sum))
      let input = receipt["inputs"]?.elements.first { $0.string("path") == path }
      #expect(input?.string("sha256") == String(sum))
    }
    #expect(receipt["preflight"]?["authenticity"]?["snapshot"]?["overall_avg_trust"]?.double == 0.9)
    #expect(receipt["preflight"]?["ci"]?["snapshot"]?.string("status") == "ok")
    #expect(receipt.string("prompt") == run.out, "the exact prompt")
    let absent = receipt["inputs"]?.elements.first { $0.string("path") == Project.consentPath }
    #expect(absent?.string("sha256") == "absent")
  }
}
