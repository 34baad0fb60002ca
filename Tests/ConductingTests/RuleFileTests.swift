import Evidence
import JSONText
import Machine
import Rules
import TestSupport
import Testing

@testable import Conducting

/// How rule sets and the files that rules ask about are found, read once and recorded.
@Suite struct RuleFileTests {
  private func place(_ files: [String: String]) throws -> Workplace {
    let place = try Workplace(Workplace.twoItems)
    for (name, text) in files { try place.folder.write(text, name) }
    return place
  }

  private static func set(_ name: String, more: String = "") -> String {
    #"{ "ruleset": "\#(name)", "version": "1", "language": 1\#(more) }"#
  }

  @Test func theProjectsOwnFolderLoadsInTheOrderOfBytes() throws {
    let place = try place([
      "docs/automation/rules/b.json": Self.set("b"), "docs/automation/rules/a.json": Self.set("a"),
      "docs/automation/rules/B.json": Self.set("big"), "docs/automation/rules/notes.md": "no set",
    ])
    let context = place.context()
    let shelf = try RuleShelf(place.project(context), context)
    #expect(shelf.book.sets.map(\.name) == ["big", "a", "b"])
    #expect(
      shelf.inputs.map(\.path.string).sorted() == [
        "docs/automation/rules/B.json", "docs/automation/rules/a.json",
        "docs/automation/rules/b.json",
      ])
  }

  @Test func aLinkAndASecondNameAreTheSameSet() throws {
    let place = try place([
      "docs/automation/rules/a.json": Self.set("a"),
      "docs/automation/conductor.json":
        #"{ "version": 1, "rules": ["docs/automation/rules/a.json", "./docs/automation/rules/a.json"] }"#,
    ])
    try place.folder.link("docs/automation/rules/z.json", to: "a.json")
    let context = place.context()
    #expect(try RuleShelf(place.project(context), context).book.sets.count == 1)
  }

  @Test func anExtendedFileIsRecordedAndProtectedToo() throws {
    let place = try place([
      "docs/automation/rules/a.json": Self.set("a", more: #", "extends": "../base.json""#),
      "docs/automation/base.json": Self.set("base"),
    ])
    let context = place.context()
    let project = try place.project(context)
    let shelf = try RuleShelf(project, context)
    #expect(shelf.inputs.map(\.path).contains("docs/automation/base.json"))
    let circumstances = Circumstances(project, context, shelf: shelf)
    let protected = circumstances.protected
    for path: Text in [
      "/docs/automation/base.json", "/docs/automation/rules", "/docs/automation/conductor.json",
      "/docs/automation/autonomy-consent.json", "/_plans/next-development.todo.json",
      "/.git/hooks",
    ] {
      #expect(protected.contains(path), "\(path)")
    }
    #expect(
      circumstances.protectedFolders.map(\.everythingIn) == ["/_report/usage/autonomy-conductor/*"])
  }

  @Test func whatIsNotOfTheOperatorIsNotProtected() throws {
    let place = try place([:])
    let context = place.context()
    let project = try place.project(context)
    let circumstances = Circumstances(project, context, shelf: RuleShelf())
    func isProtected(_ path: String) throws -> Bool {
      try circumstances.protected.contains { try PathPattern($0).glob().matches(path) }
        || circumstances.protectedFolders.contains { folder in
          try PathPattern(folder.everythingIn).glob().matches(path)
            && !PathPattern(folder.but).glob().matches(path)
        }
    }
    for path in [
      "_report/usage/autonomy-conductor/2026-11/conductor-x.json", ".git/hooks/pre-commit",
      ".claude/settings.local.json", "docs/automation/rules/new.json",
    ] {
      #expect(try isProtected(path), "\(path)")
    }
    for path in [
      "_report/usage/autonomy-conductor/work/agent.json", "src/main.swift", ".git/COMMIT_EDITMSG",
      "docs/automation/notes.md",
    ] {
      #expect(try !isProtected(path), "\(path)")
    }
  }

  @Test func everyFileIsReadOnceAndRecordedAsItWas() throws {
    let place = try place(["a.txt": "one"])
    let context = place.context()
    let files = ProjectFiles(root: Path(place.folder.path), context.machine)
    func content(_ path: Text) -> [UInt8]? {
      if case .content(let bytes) = files.fact(path) { bytes.array } else { nil }
    }
    #expect(content("a.txt") == Array("one".utf8))
    try place.folder.replace("two", "a.txt")
    #expect(content("./b/../a.txt") == Array("one".utf8), "what was judged is what is recorded")
    guard case .absent = files.fact("none"), case .directory = files.fact("_plans") else {
      Issue.record("an absent file or a folder was taken for something else")
      return
    }
    #expect(files.inputs.map(\.path) == ["a.txt", "none"])
    #expect(files.inputs.map { $0.content == nil } == [false, true])
  }

  @Test func linksAreFollowedAsFarAsAPathExists() throws {
    let place = try place(["inside/a.txt": "x"])
    try place.folder.link("way", to: "inside")
    try place.folder.link("out", to: "/etc")
    try place.folder.link("circle", to: "circle")
    let root = try place.context().machine.files.resolve(Path(place.folder.path))
    let files = ProjectFiles(root: root, place.context().machine)
    #expect(files.resolved("way/a.txt") == "inside/a.txt")
    #expect(files.resolved("way/new/b.txt") == "inside/new/b.txt")
    #expect(files.resolved("out/passwd") == "/etc/passwd")
    #expect(files.resolved("inside/../way/..") == ".")
    #expect(files.resolved("circle") == nil)
    #expect(files.names(in: "inside") == ["a.txt"] && files.names(in: "none") == nil)
  }

  @Test func stopsOutliveTheJournalsCompaction() throws {
    let place = try place([:])
    try place.layRules()
    let context = place.context()
    let project = try place.project(context)
    var finding = Finding(set: "house", rule: "r", verdict: .stop, because: "b", saw: "s")
    finding.escalateTo = "Robert"
    var judgement = Judgement()
    judgement.findings = [finding]
    let shelf = try RuleShelf(project, context)
    for number in 1...60 {
      _ = try StopRecord(kind: "item", subject: "x", item: "I\(number)", judgement)
        .write(project, context, shelf)
    }
    let state = try StateFolder(project, context)
    defer { state.close() }
    #expect(state.stoppedItems.count == 60)
    #expect(try place.folder.bytes(Workplace.journalPath).count < 160 << 10)
    #expect(try place.findings() == [])
  }
}
