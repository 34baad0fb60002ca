import Evidence
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
    #expect(try place.measure(record).tree == measurement.tree)
    #expect(try place.stands(measurement, record))
  }

  @Test func everyKindOfChangeCounts() throws {
    let place = try MeasuredProject([
      "changed": "1\n2\n3\n", "gone": "1\n2\n", "moved": "a\nb\nc\nd\ne\n", "mode": "x\n",
      "committed": "1\n", "staged": "1\n",
    ])
    let record = try place.claim()
    let before = try place.measure(record).tree
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
    #expect(measurement.commits == 1)
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

  @Test(arguments: ["skip-worktree", "assume-unchanged"])
  func whatGitLookedAwayFromAtTheClaimIsMeasuredFromThere(flag: String) throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n", "c": "1\n"])
    try place.git("update-index", "--" + flag, "a", "b")
    try place.write("own\n", "a")
    place.remove("b")
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("own\n2\n", "a")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 1)
  }

  @Test(arguments: ["2", "4"])
  func aSparseCheckoutHoldsWhatItHolds(version: String) throws {
    let place = try MeasuredProject(["in/a": "1\n", "out/b": "1\n"])
    try place.git("update-index", "--index-version", version)
    try place.git("sparse-checkout", "set", "in", "_plans")
    #expect(!place.folder.holds("work/out/b"))
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
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

/// What checkouts can hold besides plain files, and what is set up so that others than conductor would be misled.
@Suite(.serialized)
struct OddCheckoutTests {
  private static let odd = [
    "new\nline", "quo\"te", "-dash", ":(glob)*", "tab\there", "back\\slash", "sp ace ", "git~1",
    "ünï",
    ".gitattributes x",
  ]

  @Test func oddNamesAreMeasured() throws {
    let place = try MeasuredProject(Dictionary(uniqueKeysWithValues: Self.odd.map { ($0, "1\n") }))
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    for name in Self.odd { try place.write("1\n2\n", name) }
    for name in Self.odd { try place.write("1\n2\n", "dir/" + name) }
    let measurement = try place.measure(record)
    #expect(
      measurement.short == (Self.odd.map { "~" + $0 } + Self.odd.map { "+dir/" + $0 }).sorted())
    #expect(measurement.lineCount == 3 * Self.odd.count)
  }

  @Test func aNameThatIsNotTextIsMeasuredAndNoted() throws {
    let place = try MeasuredProject()
    let record = try place.claim()
    let before = try place.measure(record).tree
    let name = Path(bytes: Array((place.place("") + "a").utf8) + [0xFF])
    try place.context.machine.files.create([65, 10], at: name)
    let measurement = try place.measure(record)
    #expect(measurement.lineCount == 1)
    #expect(measurement.changes.count == 1)
    #expect(measurement.notes.count == 1)
    #expect(measurement.tree != before)
  }

  @Test func nothingThatACheckoutConfiguresRuns() throws {
    let place = try MeasuredProject(["a.x": "1\n", "b": "1\n"])
    let program = place.folder.place("evil")
    try place.folder.write("#!/bin/sh\ntouch \(place.folder.place("ran"))\ncat\n", "evil")
    try place.folder.setMode(0o755, "evil")
    for key in [
      "core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command",
      "filter.evil.clean",
      "filter.evil.smudge", "filter.evil.process", "core.pager", "core.sshCommand", "core.editor",
      "alias.status",
      "core.alternateRefsCommand", "merge.evil.driver", "core.gitProxy",
    ] {
      try place.git("config", key, key.hasPrefix("alias") ? "!" + program : program)
    }
    try place.git("config", "core.hooksPath", place.folder.place("hooks"))
    for hook in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
      try place.folder.write("#!/bin/sh\ntouch \(place.folder.place("ran"))\n", "hooks/" + hook)
      try place.folder.setMode(0o755, "hooks/" + hook)
    }
    try place.write("*.x diff=evil filter=evil merge=evil\n", ".gitattributes")
    place.folder.remove("ran")
    let record = try place.claim()
    try place.write("2\n", "a.x")
    try place.write("2\n", "b")
    let measurement = try place.measure(record)
    #expect(!place.folder.holds("ran"))
    #expect(measurement.short == ["~a.x", "~b"])
    #expect(measurement.unmeasuredPaths == ["a.x"])
    #expect(measurement.lineCount == 2)
  }

  @Test(arguments: [".git/info/attributes", ".gitattributes", "changed .gitattributes"])
  func aFilterThatIsSetSinceTheClaimHidesNothing(_ place: String) throws {
    let isChanged = place.hasPrefix("changed")
    let name = isChanged ? ".gitattributes" : place
    let project = try MeasuredProject(
      ["a": "1\n"].merging(isChanged ? [name: "b -text\n"] : [:]) { a, _ in a })
    let record = try project.claim()
    try project.write("a filter=lfs\n", name)
    try project.write("2\n", "a")
    let measurement = try project.measure(record)
    #expect(measurement.unmeasuredPaths == ["a"])
    #expect(measurement.short.contains("~a"))
  }

  @Test func filesBehindAFilterThatNobodyTouchedHaveNotChanged() throws {
    let place = try MeasuredProject([".gitattributes": "*.big filter=up\n", "a.big": "text\n"])
    try place.git("config", "filter.up.clean", "tr a-z A-Z")
    try place.git("config", "filter.up.smudge", "tr A-Z a-z")
    try place.git("add", "--renormalize", ".")
    try place.git("commit", "--quiet", "--message", "x")
    #expect(try place.git("status", "--porcelain") == "")
    let record = try place.claim()
    #expect(try place.measure(record).unmeasured.isEmpty)
    try place.write("other\n", "a.big")
    #expect(try place.measure(record).unmeasuredPaths == ["a.big"])
  }

  @Test(arguments: ["config", "attribute"])
  func convertedLineEndingsAreNoChange(how: String) throws {
    let place = try MeasuredProject(
      ["a": "1\n2\n3\n", "b": "1\n"].merging(
        how == "attribute" ? [".gitattributes": "* text eol=crlf\n"] : [:]
      ) { a, _ in a })
    if how == "config" { try place.git("config", "core.autocrlf", "true") }
    for name in ["a", "b"] { place.remove(name) }
    try place.git("checkout", "--", "a", "b")
    #expect(try place.folder.text("work/a").contains("\r\n"))
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("1\r\ntwo\r\n3\r\n", "a")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 2)
  }

  @Test func lineEndingsThatNothingExplainsAreAChange() throws {
    let place = try MeasuredProject(["a": "1\n2\n"])
    let record = try place.claim()
    try place.write("1\r\n2\r\n", "a")
    #expect(try place.measure(record).lineCount == 4)
  }

  @Test func whatGitCannotKeepIsUnmeasured() throws {
    let place = try MeasuredProject(["a": "1\n", "sub/b": "1\n"])
    let record = try place.claim()
    try place.folder.makePipe("work/pipe")
    try place.write("x", "dir/.GIT/hidden")
    try place.write("ref: refs/heads/main\n", "nested/.git/HEAD")
    try place.write("x\n", "nested/file")
    let measurement = try place.measure(record)
    #expect(measurement.unmeasuredPaths == ["dir/.GIT", "nested/.git", "pipe"])
    #expect(measurement.short == ["+nested/file"])
  }

  @Test func aRepositoryInsideIsMeasuredFileByFile() throws {
    let place = try MeasuredProject()
    try place.folder.makeDirectory("work/inner")
    try place.git("init", "--quiet", in: place.place("inner"))
    try place.write("1\n", "inner/a")
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("2\n", "inner/a")
    #expect(try place.measure(record).short == ["~inner/a"])
  }

  @Test func submodules() throws {
    let place = try MeasuredProject()
    try place.folder.makeDirectory("origin")
    let origin = place.folder.place("origin")
    try place.git("init", "--quiet", in: origin)
    try place.folder.write("1\n", "origin/a")
    try place.git("add", ".", in: origin)
    try place.git("commit", "--quiet", "--message", "x", in: origin)
    try place.git("submodule", "--quiet", "add", origin, "sub")
    try place.commit()
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("2\n", "sub/a")
    #expect(try place.measure(record).unmeasuredPaths == ["sub"])
    try place.git("commit", "--quiet", "--all", "--message", "y", in: place.place("sub"))
    var measurement = try place.measure(record)
    #expect(measurement.short == ["ssub"])
    #expect(measurement.unmeasured.isEmpty)
    try place.write("3\n", "sub/a")
    try place.git("update-index", "--assume-unchanged", "a", in: place.place("sub"))
    measurement = try place.measure(record)
    #expect(measurement.unmeasuredPaths == ["sub"])
  }

  @Test func binaryFilesCountByPathUnlessTheyWereText() throws {
    let place = try MeasuredProject(["text": "1\n2\n3\n", "image": "a\0b\n"])
    let record = try place.claim()
    try place.write("1\n2\n3\n\0evil\nmore\n", "text")
    try place.write("a\0c\n", "image")
    try place.write("\0\0\n", "new")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["+new", "~image", "~text"])
    #expect(measurement.lineCount == 2)
    #expect(measurement.notes.count == 2)
  }

  @Test func whatLinksThatLeadOutsideHoldIsUnmeasured() throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    try place.folder.link("work/out", to: "../elsewhere")
    try place.folder.link("work/in", to: "a")
    try place.folder.link("work/abs", to: "/etc/passwd")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["+abs", "+in", "+out"])
    #expect(measurement.unmeasuredPaths == ["abs", "out"])
  }

  @Test func aHugeFileIsUnmeasured() throws {
    let place = try MeasuredProject()
    let record = try place.claim()
    try place.write("", "huge")
    try place.folder.extend("work/huge", to: Measurement.sizeLimit + 1)
    #expect(try place.measure(record).unmeasuredPaths == ["huge"])
  }
}
