import JSONText
import TestSupport
import Testing

/// Plugins that judge have a say beside the rule sets, and the strictest of all wins.
@Suite struct PluginJudgeTests {
  static let strictest: [(verdicts: [String], exit: Int32)] = [
    (["allow"], 0), (["ask"], 6), (["deny"], 2), (["allow", "ask"], 6), (["ask", "deny"], 2),
  ]

  @Test("The strictest verdict of a judge decides about an item", arguments: strictest)
  func items(_ verdicts: [String], _ exit: Int32) throws {
    let list = verdicts.enumerated().map { PluginProject.finding($1, "rule-\($0)") }
    let place = try PluginProject(
      PluginProject.answering(#"{"findings": [\#(list.joined(separator: ", "))]}"#), kind: "judge")
    let run = try place.project.conductor("next", "--json")
    #expect(run.exit == exit, "\(run)")
    let checked = try place.project.conductor("check", "item", "A", "--json")
    #expect(checked.exit == exit, "\(checked)")
    if exit != 0 {
      #expect(
        checked.json?["rules"]?.elements.first?.string("rule")?.hasPrefix("plugin:probe/") == true)
    }
  }

  @Test func whatAJudgeStopsIsHeldUntilAPersonReleasesIt() throws {
    let place = try PluginProject(PluginProject.findings("stop"), kind: "judge")
    #expect(try place.project.conductor("next").exit == 2)
    #expect(try place.project.lastReceipt("stop").string("item") == "A")
    try place.write(PluginProject.answering(#"{"findings": []}"#))
    try place.declare()
    try place.trust()
    #expect(try place.project.conductor("next").exit == 2, "the stop is remembered")
    let release = try place.project.conductor("approve", "release", "--item", "A", "--by", "Robert")
    #expect(release.exit == 0, "\(release)")
    try place.expectClaimed()
  }

  @Test func aJudgeThatCannotBeAskedStopsWithoutHolding() throws {
    let place = try PluginProject("#!/bin/sh\nexit 1\n", kind: "judge")
    let checked = try place.project.conductor("check", "item", "A", "--json")
    #expect(checked.exit == 2, "\(checked)")
    let finding = checked.json?["rules"]?.elements.first
    #expect(finding?.string("rule") == "conductor/judge-error")
    #expect(finding?.string("code") == "plugin-crashed")
    #expect(try place.project.conductor("next").exit == 2)
    try place.write(PluginProject.answering(#"{"findings": []}"#))
    try place.declare()
    try place.trust()
    try place.expectClaimed()
  }

  @Test(
    "An answer that is not of the judge's form stops",
    arguments: [
      "{}", #"{"findings": {}}"#, #"{"findings": [{}]}"#, #"{"findings": [], "verdict": "allow"}"#,
      #"{"findings": [{"rule": "a", "verdict": "maybe", "because": "b", "saw": "c"}]}"#,
      #"{"findings": [{"rule": "a b", "verdict": "deny", "because": "b", "saw": "c"}]}"#,
      #"{"findings": [{"rule": "a", "verdict": "allow", "because": "b", "saw": 1}]}"#,
      #"{"findings": [{"rule": "a", "verdict": "allow", "because": "b", "saw": "c", "d": 1}]}"#,
    ])
  func invalid(_ answer: String) throws {
    let place = try PluginProject(PluginProject.answering(answer), kind: "judge")
    let run = try place.project.conductor("check", "command", "--json", "--", "ls")
    #expect(run.exit == 2, "\(run)")
    #expect(run.json?["rules"]?.elements.first?.string("code") == "plugin-invalid", "\(run)")
  }

  @Test func aJudgeIsAskedAboutItsPhasesAlone() throws {
    let place = try PluginProject(
      "#!/bin/sh\ncat >> asked\necho '{\"findings\": []}'\n", kind: "judge",
      more: #", "phases": ["command"]"#)
    let answer = #"{"analysis": "a", "commands": ["one", "two"], "receipts": []}"#
    try place.project.root.write(answer, "answer.json")
    #expect(try place.project.conductor("check", "item", "A").exit == 6, "nobody has a say")
    #expect(try place.project.conductor("check", "command", "--", "ls").exit == 0)
    #expect(try place.project.conductor("check", "response", "answer.json").exit == 0)
    let asked = try place.project.root.text("asked").split(separator: "\n").map {
      try Document(Bytes(Array(String($0).utf8))).root["request"]?.string("command")
    }
    #expect(asked == ["ls", "one", "two"])
  }

  @Test func eachItemIsAskedAboutOnce() throws {
    let place = try PluginProject(
      """
      #!/bin/sh
      read -r line; echo "$line" >> asked
      case $line in *'"id":"A"'*) echo '{"findings": [\(PluginProject.finding("deny"))]}' ;;
      *) echo '{"findings": []}' ;; esac

      """, kind: "judge", items: [Project.item("A"), Project.item("B"), Project.item("C")])
    let run = try place.project.conductor("next", "--json")
    #expect(run.json?.string("item") == "B", "\(run)")
    #expect(try place.project.root.text("asked").split(separator: "\n").count == 2)
  }

  @Test func aJudgeCannotAllowWhatARuleForbids() throws {
    let place = try PluginProject(
      PluginProject.answering(#"{"findings": []}"#), kind: "judge",
      items: [HouseRules.item("A", "rewrite it")])
    try place.project.root.write(HouseRules.text(), HouseRules.path)
    #expect(try place.project.conductor("next").exit == 2)
  }

  private let variables: [String: String?] = ["PATH": Project.toolsPath]

  /// A project under git with a judge that gives its verdict where its question holds a text, and finds nothing else.
  private func judged(
    _ verdict: String, where text: String, items: [String] = [Project.item("A")]
  ) throws -> PluginProject {
    let place = try PluginProject(
      """
      #!/bin/sh
      case $(cat) in
      *'\(text)'*) echo '{"findings": [\(PluginProject.finding(verdict))]}' ;;
      *) echo '{"findings": []}' ;;
      esac

      """, kind: "judge", items: items)
    try place.project.git("init", "-q")
    try place.project.git("add", ".")
    try place.project.git("commit", "-qm", "all")
    return place
  }

  @Test(.enabled(if: Project.hasGit)) func changesAreJudged() throws {
    let place = try judged("deny", where: #""path":"bad.txt""#)
    try place.project.root.write("a\n", "good.txt")
    #expect(try place.project.conductor("check", "diff", with: variables).exit == 0)
    try place.project.root.write("a\n", "bad.txt")
    #expect(try place.project.conductor("check", "diff", with: variables).exit == 2)
  }

  /// A project whose work on an item stands up to everything but the plugin's word before it is closed.
  private func worked(_ verdict: String) throws -> (PluginProject, closed: Run) {
    let place = try judged(
      verdict, where: #""phase":"close""#,
      items: [Project.item("A", more: #", "tests": ["true"]"#)])
    #expect(try place.project.conductor("next", with: variables).exit == 0)
    try place.project.root.write("a\n", "good.txt")
    let verified = try place.project.conductor("verify", "A", with: variables)
    #expect(verified.exit == 0, "\(verified)")
    return (place, try place.project.conductor("close", "A", with: variables))
  }

  @Test(.enabled(if: Project.hasGit)) func theWorkOnAClaimIsJudgedBeforeItsItemIsClosed() throws {
    let (place, closed) = try worked("deny")
    #expect(closed.exit == 2 && closed.err.contains("plugin:probe/one"), "\(closed)")
    #expect(try place.project.item("A").string("status") == "in_progress")
    #expect(try place.project.receipts().allSatisfy { $0.string("kind") != "stop" })
  }

  @Test(.enabled(if: Project.hasGit)) func aStopBeforeAnItemIsClosedIsOnRecordAsOne() throws {
    let (place, closed) = try worked("stop")
    #expect(closed.exit == 2, "\(closed)")
    let stop = try place.project.lastReceipt("stop")
    #expect(stop.string("item") == "A")
    #expect(stop["trigger"]?.string("kind") == "close")
    #expect(stop["rules"]?["stopped"]?.integer == 1)
    #expect(try place.project.lastReceipt("refusal").string("step") == "close")
    try place.project.expectWhole()
  }
}
