import JSONText
import Machine
import TestSupport
import Testing

/// A user whom permissions stop, for tests that run as one whom they do not.
private let nobody: UInt32 = 65534

/// Whether the program can be run as that user here.
private let canStepDown: Bool = {
  guard isSuperuser, let project = try? Project() else { return false }
  // That user must reach the project too: a private folder for temporary files lets nobody else in.
  let run = try? project.shell(
    "chown -R \(nobody):\(nobody) . && setpriv --reuid \(nobody) --regid \(nobody) --clear-groups "
      + "sh -c 'ls \"$0\" > /dev/null && \"$CONDUCTOR\" version' \"$PWD\"")
  return run?.exit == 0
}()

/// Things that stand where the backlog should: each is refused with a clear error, nothing is claimed, and what stands
/// there stays as it is.
@Suite struct BacklogPlaceTests {
  /// Every command that would change the backlog.
  private static let changing = [
    ["next"], ["next", "--dry-run"], ["backlog", "add", "--title", "t"], ["release", "A"],
    ["renew", "A"],
  ]

  private func expectUnusable(
    _ project: Project, exit: Int32, _ words: String, hasPlace: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for arguments in Self.changing {
      let run = try project.conductor(arguments)
      #expect(
        run.exit == exit && run.output.isEmpty, "\(arguments) \(run)",
        sourceLocation: sourceLocation)
      #expect(run.err.contains(words), "\(arguments) \(run)", sourceLocation: sourceLocation)
    }
    let kinds = try project.receipts().compactMap { $0.string("kind") }
    #expect(kinds.allSatisfy { $0 == "refusal" }, "\(kinds)", sourceLocation: sourceLocation)
    for arguments in [["backlog", "list"], ["backlog", "check"], ["backlog", "show", "A"]] {
      let run = try project.conductor(arguments)
      #expect(
        run.exit == exit && run.output.isEmpty, "\(arguments) \(run)",
        sourceLocation: sourceLocation)
    }
    let doctor = try project.conductor("doctor")
    #expect(doctor.exit == 1, "\(doctor)", sourceLocation: sourceLocation)
    try project.expectWhole(sourceLocation: sourceLocation)
  }

  @Test(
    "a backlog that is none: a place, 65, and the file untouched",
    arguments: [
      ("", ":1:1: "), ("{", ":1:2: "), (#"{ "items": {} }"#, ":1:12: "),
      ("{ \"items\": [ \u{FF}".replacing("\u{FF}", with: "\""), ":1:"),
      (#"{ "items": [ { "id": "A" }, { "id": "\u0041" } ] }"#, ":1:37: "),
    ])
  func brokenContent(_ text: String, _ place: String) throws {
    let project = try Project(backlog: text)
    try expectUnusable(project, exit: 65, Project.backlogPath + place)
    #expect(try project.backlogText() == text)
  }

  @Test("Bytes that are no UTF-8, and UTF-16") func notUTF8() throws {
    let text = Project.backlog([Project.item("A")])
    let wide = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let latin = Array(text.utf8).map { $0 == UInt8(ascii: "T") ? 0xC4 : $0 }
    for (bytes, place) in [(latin, ":5:"), ([0xFF, 0xFE] + wide, ":1:1"), (wide, ":1:2")] {
      let project = try Project()
      try project.root.write(bytes, Project.backlogPath)
      try expectUnusable(project, exit: 65, Project.backlogPath + place)
      #expect(try project.backlog() == bytes)
    }
  }

  @Test("A hundred thousand deep") func deep() throws {
    let depth = 100_000
    let text =
      "{ \"items\": [ { \"id\": \"A\", \"x\": " + String(repeating: "[", count: depth)
      + String(repeating: "]", count: depth) + " } ] }"
    try expectUnusable(Project(backlog: text), exit: 65, Project.backlogPath + ":1:")
  }

  @Test("A directory, a pipe, a link to nothing, a loop of links") func notAFile() throws {
    let directory = try Project()
    try directory.root.makeDirectory(Project.backlogPath)
    try expectUnusable(directory, exit: 74, Project.backlogPath)
    let pipe = try Project()
    try pipe.root.makeDirectory("_plans")
    try pipe.root.makePipe(Project.backlogPath)
    try expectUnusable(pipe, exit: 74, Project.backlogPath)
    for text in ["gone.json", "next-development.todo.json"] {
      let link = try Project()
      try link.root.makeDirectory("_plans")
      try link.root.write("{ \"version\": 1 }", Project.configurationPath)
      try link.root.link(Project.backlogPath, to: text)
      for arguments in Self.changing {
        let run = try link.conductor(arguments)
        #expect([66, 74].contains(run.exit) && run.output.isEmpty, "\(arguments) \(run)")
        #expect(run.err.contains(Project.backlogPath), "\(arguments) \(run)")
      }
      #expect(link.root.names("_plans") == ["next-development.todo.json"])
    }
  }

  @Test("A link that leads outside the root: refused, and nothing outside is written")
  func outside() throws {
    let text = Project.backlog([Project.item("A")])
    for (link, target) in [
      (Project.backlogPath, "outside.json"), ("_plans", "."), (Project.receiptsPath, "."),
      ("_report", "."),
    ] {
      let project = try Project()
      let outside = try Folder()
      try outside.write(text, "outside.json")
      try outside.write(text, "next-development.todo.json")
      try project.root.write("{ \"version\": 1 }", Project.configurationPath)
      if link.hasPrefix("_report") { try project.root.write(text, Project.backlogPath) }
      let parent = link.split(separator: "/").dropLast().joined(separator: "/")
      if !parent.isEmpty { try project.root.makeDirectory(parent) }
      try project.root.link(link, to: target == "." ? outside.path : outside.place(target))
      let before = try outside.tree()
      for arguments in Self.changing + [["pause", "--reason", "x"]] {
        let run = try project.conductor(arguments)
        #expect(run.exit == 78 && run.output.isEmpty, "\(link) \(arguments) \(run)")
        #expect(run.err.contains("outside the project"), "\(run)")
      }
      #expect(try outside.tree() == before, "\(link)")
    }
  }

  @Test("A link inside the root is followed and stays a link") func insideLink() throws {
    let project = try Project()
    try project.root.write(Project.backlog([Project.item("A")]), "elsewhere/b.json")
    try project.root.makeDirectory("_plans")
    try project.root.link(Project.backlogPath, to: "../elsewhere/b.json")
    #expect(try project.conductor("next").exit == 0)
    #expect(try project.shell("readlink \(Project.backlogPath)").out == "../elsewhere/b.json\n")
    #expect(try project.root.text("elsewhere/b.json").contains("in_progress"))
    #expect(project.root.names("elsewhere") == ["b.json"])
  }

  @Test("A file that nobody may write to is not written to, by root neither") func readOnly() throws
  {
    let project = try Project(items: [Project.item("A")])
    try project.root.setMode(0o444, Project.backlogPath)
    let before = try project.backlog()
    for arguments in [["next"], ["backlog", "add", "--title", "t"]] {
      let run = try project.conductor(arguments)
      #expect(run.exit == 74 && run.output.isEmpty, "\(run)")
      #expect(run.err.contains(Project.backlogPath) && run.err.contains("read-only"), "\(run)")
    }
    #expect(try project.backlog() == before)
    #expect(try project.conductor("next", "--dry-run").exit == 0, "a dry run writes nothing there")
    #expect(try project.conductor("backlog", "list").exit == 0)
    try project.root.setMode(0o644, Project.backlogPath)
    #expect(try project.conductor("next", "--json").json?["claim"]?["number"]?.integer == 1)
    try project.expectWhole()
  }

  @Test(
    "A file that this user may not read, write, or stand beside",
    .enabled(if: !isSuperuser || canStepDown, "no user here whom permissions stop"))
  func forbidden() throws {
    let setpriv = "setpriv --reuid \(nobody) --regid \(nobody) --clear-groups "
    let prefix = isSuperuser ? setpriv : ""
    for (path, mode, exit) in [
      (Project.backlogPath, 0o200 as UInt32, 74), (Project.backlogPath, 0o444, 74),
      ("_plans", 0o555, 74), (Project.consentPath, 0o200, 65), (Project.trustPath, 0o200, 5),
    ] {
      let project = try Project(
        backlog: Project.backlog(
          [Project.item("A")],
          prerequisites: path == Project.trustPath
            ? #"{ "ci": "none" }"# : #"{ "authenticity": "none", "ci": "none" }"#))
      try project.root.write("{}", Project.consentPath)
      try project.root.write("{}", Project.trustPath)
      if isSuperuser {
        _ = try project.shell("chown -R \(nobody):\(nobody) . \"$HOME\"")
      }
      let before = try project.backlog()
      try project.root.setMode(mode, path)
      let run = try project.shell(prefix + "\"$CONDUCTOR\" next; echo \"status $?\"")
      #expect(run.lines == ["status \(exit)"], "\(path) \(run)")
      #expect(
        run.err.contains(path), "\(path) \(run)")
      #expect(try project.backlog() == before)
      _ = try project.shell("chmod -R u+rwX .")
      try project.expectWhole("\(path)")
    }
  }

  @Test("A backlog beyond every limit, without reading it") func tooLarge() throws {
    let project = try Project(items: [Project.item("A")])
    try project.root.extend(Project.backlogPath, to: 600 << 20)
    let run = try project.conductor("next")
    #expect(run.exit == 74 && run.output.isEmpty, "\(run)")
    #expect(run.err.contains("larger"), "\(run)")
  }

  @Test("A string of 30 MB is nothing special") func longString() throws {
    let long = String(repeating: "All work and no play. ", count: (30 << 20) / 22)
    let project = try Project(items: [
      #"{ "id": "Z", "title": "t", "status": "done", "notes": "\#(long)" }"#, Project.item("A"),
    ])
    let size = try project.backlog().count
    let run = try project.conductor("next")
    #expect(run.exit == 0 && run.lines.contains("Task ID: A"), "\(run.err)")
    let present = try project.backlog()
    #expect(present.count > size && present.count < size + 400)
    #expect(try project.conductor("release", "A").exit == 0)
    let cut = try project.backlog().dropLast(40)
    try project.root.write(Array(cut), Project.backlogPath)
    let broken = try project.conductor("next")
    #expect(broken.exit == 65 && broken.err.contains("\(Project.backlogPath):"), "\(broken)")
    #expect(try project.backlog() == Array(cut))
  }

  @Test("Paths of the configuration lead nowhere outside, whatever they say") func traversal()
    throws
  {
    let outside = try Folder()
    try outside.write(Project.backlog([Project.item("A")]), "b.json")
    let before = try outside.tree()
    for path in [
      outside.place("b.json"), "../\(Path(outside.path).name.string)/b.json", "./../x/b.json",
    ] {
      let project = try Project(items: [Project.item("A")])
      try project.root.write(
        #"{ "version": 1, "paths": { "backlog": "\#(path)" } }"#, Project.configurationPath)
      let run = try project.conductor("next", "--json")
      #expect(run.exit == 78 && run.json?["reasons"]?.codes == ["path-outside"], "\(run)")
      #expect(try project.conductor("init").exit == 0)
    }
    #expect(try outside.tree() == before)
  }

  @Test("Nothing is ever written to a project that cannot be opened") func stateInTheWay() throws {
    let project = try Project(items: [Project.item("A")])
    let before = try project.backlog()
    try project.root.write("not a directory", Project.receiptsPath)
    let run = try project.conductor("next")
    #expect(
      run.exit == 74 && run.output.isEmpty && run.err.contains(Project.receiptsPath), "\(run)")
    #expect(try project.backlog() == before)
    #expect(try project.root.text(Project.receiptsPath) == "not a directory")
  }
}
