import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting
@testable import Rules

/// Whether later looks at the working tree notice what has become of it.
@Suite(.serialized)
struct StandingTreeTests {
  @Test func aRewriteThatLooksTheSameIsNoticed() throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n"])
    let record = try place.claim()
    try place.write("2\n", "a")
    let time = try place.shell("touch -r a ../before && stat -c %y a")
    let measurement = try place.measure(record)
    #expect(try place.stands(measurement, record))
    // The same file, of the same size, last modified at the same time.
    #expect(
      try place.shell(
        "printf '3\\n' | dd of=a conv=notrunc status=none && touch -r ../before a && stat -c %y a")
        == time)
    #expect(try !place.stands(measurement, record))
    try place.write("2\n", "a")
    #expect(try place.stands(measurement, record))
  }

  @Test(arguments: ["new", "gone", "mode", "link", "kind", "ignored", "rules", "base"])
  func anythingThatCountsIsNoticed(what: String) throws {
    let place = try MeasuredProject(["a": "1\n", "dir/b": "1\n", ".gitignore": "*.o\n"])
    try place.folder.link("work/link", to: "a")
    try place.commit()
    let record = try place.claim()
    try place.write("2\n", "a")
    let measurement = try place.measure(record)
    switch what {
    case "new": try place.write("", "dir/new")
    case "gone": place.remove("dir/b")
    case "mode": try place.folder.setMode(0o755, place.place("a"))
    case "link":
      place.remove("link")
      try place.folder.link("work/link", to: "b")
    case "kind":
      place.remove("link")
      try place.write("a", "link")
    case "ignored": try place.write("x\n", "x.o")
    case "rules": try place.write("*.o\nx\n", ".gitignore")
    // What was read of the claim's own tree counts on, whatever becomes of it meanwhile.
    default: try place.git("update-ref", "-d", "HEAD")
    }
    #expect(try place.stands(measurement, record) == ["ignored", "base"].contains(what))
  }

  @Test func aLinkThatChangesIsComparedByItsText() throws {
    let place = try MeasuredProject(["a": "1\n"])
    for number in 0..<3 { try place.folder.link("work/link\(number)", to: "a") }
    try place.commit()
    let record = try place.claim()
    place.remove("link1")
    try place.folder.link("work/link1", to: "dir")
    place.remove("link2")
    try place.write("a", "link2")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["+link2", "-link2", "~link1"])
    #expect(measurement.changes.first { $0.path == "link1" }?.added.count == 1)
  }

  @Test func theHeadIsFoundHoweverItIsWrittenDown() throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    try place.write("2\n", "a")
    try place.commit()
    let head = Text(String(try place.git("rev-parse", "HEAD").dropLast()))
    #expect(try place.measure(record).head == head)
    try place.git("pack-refs", "--all")
    #expect(try place.measure(record).head == head)
    try place.git("symbolic-ref", "refs/heads/other", "refs/heads/main")
    try place.git("symbolic-ref", "HEAD", "refs/heads/other")
    #expect(try place.measure(record).head == head)
    try place.git("checkout", "--quiet", "--detach")
    #expect(try place.measure(record).head == head)
  }

  /// What a process knows of contents and trees it knows by what they hold, so that one look spares the next a start of
  /// git; and what a store says is still held against it.
  @Test func whatWasLookedAtOnceNeedsNoFurtherStart() throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n", ".gitignore": "*.o\n"])
    let record = try place.claim()
    let (project, context) = try (place.project(), place.context)
    let shelf = try RuleShelf(project, context)
    try place.write("2\n", "a")
    let first = try Measurement(record, project, context, shelf, approvals: [])
    // Without git nothing can be found out that is not known already.
    var gitless = context
    gitless.machine.environment = Environment([("PATH", place.folder.place("empty"))])
    #expect(try first.stands(record, project, gitless))
    try place.write("3\n", "a")
    #expect(outcome { _ = try first.stands(record, project, gitless) } != nil)
    #expect(try !first.stands(record, project, context))
    try place.write("2\n", "a")
    #expect(try first.stands(record, project, gitless))
    let again = try Measurement(record, project, context, shelf, approvals: [])
    #expect(again.short == first.short)
    #expect(again.tree == first.tree)
    #expect(again.lineCount == first.lineCount)
  }

  @Test(arguments: ["HEAD:a", "stored a"])
  func anObjectThatIsForgedAfterItWasProvedIsNoticed(name: String) throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    let (project, context) = try (place.project(), place.context)
    let shelf = try RuleShelf(project, context)
    try place.write("2\n", "a")
    _ = try Measurement(record, project, context, shelf, approvals: [])
    let id = try place.git(
      name == "HEAD:a" ? "rev-parse" : "hash-object", name == "HEAD:a" ? name : "a"
    ).dropLast()
    let other = try place.git("hash-object", "-w", "--stdin", input: Array("3\n".utf8)).dropLast()
    func object(_ id: Substring) -> String { "\(id.prefix(2))/\(id.dropFirst(2))" }
    let store =
      name == "HEAD:a"
      ? ".git/objects/" : MeasuredProject.recordsPath + "/.state/measuring/sha1/"
    place.remove(store + object(id))
    try place.folder.write(
      place.folder.bytes("work/.git/objects/" + object(other)), "work/" + store + object(id))
    let refused = outcome {
      _ = try Measurement(record, project, context, shelf, approvals: [])
    }
    #expect(refused?.reasons.map(\.code) == ["git-absent"])
  }

  @Test(arguments: ["2\\n", "3\\n"])
  func aFileThatIsWrittenWhileGitReadsIsNotMistakenLater(left: String) throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    let (project, context) = try (place.project(), place.context)
    let shelf = try RuleShelf(project, context)
    try place.write("2\n", "a")
    // A git before which the file is written again, and after which it may stand as it stood.
    let program = try place.shell("command -v git").dropLast()
    let file = place.place("a")
    try place.folder.makeDirectory("bin")
    try place.folder.write(
      """
      #!/bin/sh
      case "$*" in *hash-object*) printf '3\\n' > "\(file)";; esac
      "\(program)" "$@"; status=$?
      case "$*" in *hash-object*) printf '\(left)' > "\(file)";; esac
      exit $status
      """, "bin/git")
    try place.folder.setMode(0o755, "bin/git")
    var racing = context
    racing.machine.environment = Environment([
      ("PATH", place.folder.place("bin") + ":" + (Machine.path ?? "/usr/bin:/bin"))
    ])
    _ = try Measurement(record, project, racing, shelf, approvals: [])
    for text in ["2\n", "3\n"] {
      try place.write(text, "a")
      let known = try Measurement(record, project, context, shelf, approvals: [])
      #expect(try known.tree == place.measure(record).tree)
    }
  }
}
