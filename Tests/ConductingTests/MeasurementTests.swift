import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting
@testable import Rules

@Suite(.serialized)
struct MeasurementTests {
  @Test func nothingHasChangedRightAfterAClaim() throws {
    let place = try MeasuredProject(["a.txt": "1\n2\n", "deep/b.txt": "x\n"])
    let record = try place.claim()
    let measurement = try place.measure(record)
    #expect(measurement.short == [])
    #expect(measurement.lineCount == 0)
    #expect(measurement.notes == [])
    #expect(measurement.unmeasured.isEmpty)
    #expect(measurement.protected.map(\.path) == [])
    #expect(measurement.isClean)
    #expect(try place.tree(record) == measurement.tree)
  }

  @Test func everyKindOfChangeCounts() throws {
    let place = try MeasuredProject([
      "changed": "1\n2\n3\n", "gone": "1\n2\n", "moved": "a\nb\nc\nd\ne\n", "mode": "x\n",
      "committed": "1\n", "staged": "1\n",
    ])
    let record = try place.claim()
    let before = try place.tree(record)
    try place.write("1\ntwo\n3\n", "changed")
    place.remove("gone")
    try place.git("mv", "moved", "elsewhere")
    try place.folder.setMode(0o755, place.place("mode"))
    try place.write("2\n", "committed")
    try place.commit()
    try place.write("2\n", "staged")
    try place.git("add", "staged")
    try place.write("new\n", "dir/new")
    let measurement = try place.measure(record)
    #expect(
      measurement.short == [
        "+dir/new", "-gone", ">elsewhere", "xmode", "~changed", "~committed", "~staged",
      ])
    #expect(measurement.lineCount == 2 + 2 + 0 + 0 + 2 + 2 + 1)
    #expect(measurement.untracked == ["dir/new"])
    #expect(!measurement.isClean)
    #expect(measurement.tree != before)
    #expect(measurement.head != record.commit.map { Text($0) })
    #expect(measurement.protected.map(\.path) == [])
  }

  @Test func workStartsFromWhatWasChangedAlready() throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n", "c": "1\n", "d": "1\n"])
    try place.write("1\n2\n", "a")
    try place.write("u\n", "untracked")
    place.remove("b")
    try place.write("1\n2\n", "c")
    try place.git("add", "c")
    try place.folder.link("\(place.top)/link", to: "a")
    let record = try place.claim()
    var measurement = try place.measure(record)
    #expect(measurement.short == [])
    #expect(!measurement.isClean)
    try place.write("1\n2\n3\n", "a")
    try place.write("u\nv\n", "untracked")
    try place.write("1\n", "b")
    place.remove("link")
    try place.folder.link("\(place.top)/link", to: "b")
    measurement = try place.measure(record)
    #expect(measurement.short == ["+b", "~a", "~link", "~untracked"])
    #expect(measurement.lineCount == 1 + 1 + 1 + 2)
  }

  @Test(arguments: ["ignore", "exclude", "skip-worktree", "assume-unchanged", "attributes"])
  func whatWasHiddenSinceTheClaimCounts(how: String) throws {
    let place = try MeasuredProject(["a": "1\n", ".gitignore": "*.o\n"])
    try place.write("x", "old.o")
    let record = try place.claim()
    switch how {
    case "ignore": try place.write("*.o\nsecret\na\n", ".gitignore")
    case "exclude": try place.write("secret\na\n", ".git/info/exclude")
    case "attributes":
      try place.write("* -diff -text binary\n", ".git/info/attributes")
    default: try place.git("update-index", "--" + how, "a")
    }
    try place.write("2\n", "a")
    try place.write("hidden\n", "secret")
    try place.write("y", "new.o")
    let measurement = try place.measure(record)
    #expect(
      measurement.short == ["+secret", "~a"]
        + (how == "ignore" ? ["~.gitignore"] : [])
        .sorted() || measurement.short == ["+secret", "~.gitignore", "~a"])
    #expect(measurement.lineCount == 3 + (how == "ignore" ? 2 : 0))
    let isInfo = how == "exclude" || how == "attributes"
    #expect(measurement.protected.map(\.path) == (isInfo ? [Text(".git/info/" + how)] : []))
  }

  @Test func rulesThatHeldAtTheClaimHold() throws {
    let place = try MeasuredProject([".gitignore": "*.o\n"])
    try place.write("from-exclude\n", ".git/info/exclude")
    try place.write("*\n", "venv/.gitignore")
    try place.write("1\n", "venv/old")
    try place.write("from-user\n", "../home/.config/git/ignore")
    let record = try place.claim()
    for name in ["x.o", "from-exclude", "venv/new", "from-user"] { try place.write("x\n", name) }
    #expect(try place.measure(record).short == [])
    try place.write("", ".gitignore")
    place.remove("venv/.gitignore")
    #expect(try place.measure(record).short == ["~.gitignore"])
  }
}
