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

/// Histories and places other than the plain one.
@Suite(.serialized)
struct OddHistoryTests {
  @Test func committedWorkThatIsNotInTheTreeCounts() throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    try place.write("1\n2\n", "a")
    try place.write("x\n", "b")
    try place.commit()
    try place.write("1\n", "a")
    place.remove("b")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["+b", "~a"])
    #expect(measurement.lineCount == 2)
    #expect(!measurement.isClean)
  }

  @Test func stagedWorkThatIsNotInTheTreeCounts() throws {
    let place = try MeasuredProject(["a": "1\n", "c": "1\n"])
    try place.write("2\n", "c")
    try place.git("add", "c")
    try place.write("3\n", "c")
    let record = try place.claim()
    try place.write("1\n2\n", "a")
    try place.git("add", "a")
    try place.write("1\n", "a")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 1)
  }

  @Test func workThatWasTakenBackHasNotChanged() throws {
    let place = try MeasuredProject(["a": "1\n"])
    let record = try place.claim()
    let before = try place.measure(record).tree
    try place.write("2\n", "a")
    try place.commit()
    try place.write("1\n", "a")
    try place.commit()
    let measurement = try place.measure(record)
    #expect(measurement.short == [])
    #expect(measurement.tree == before)
    #expect(measurement.isClean)
  }

  @Test func aHistoryThatIsWrittenAnewIsNotedAndMeasured() throws {
    let place = try MeasuredProject(["a": "1\n"])
    try place.write("2\n", "a")
    try place.commit()
    let record = try place.claim()
    try place.write("3\n", "a")
    try place.git("commit", "--quiet", "--all", "--amend", "--message", "y")
    try place.git("reflog", "expire", "--expire=now", "--all")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 2)
    #expect(measurement.notes.count == 1)
  }

  @Test(arguments: ["sha1", "sha256"])
  func beforeTheFirstCommitAndWithADetachedHead(format: String) throws {
    let place = try MeasuredProject(["a": "1\n"], format: format, commits: false)
    var record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("1\n2\n", "a")
    #expect(try place.measure(record).short == ["~a"])
    try place.commit()
    let context = place.context
    _ = try Release(place.project(), context).run("ND-001", number: nil, reason: nil, blocks: false)
    try place.git("checkout", "--quiet", "--detach")
    record = try place.claim()
    try place.write("1\n2\n3\n", "a")
    #expect(try place.measure(record).lineCount == 1)
  }

  @Test func theProjectMayLieBelowTheTop() throws {
    let place = try MeasuredProject(["outside": "1\n", "project/a": "1\n"], root: "work/project")
    let record = try place.claim()
    #expect(try place.measure(record).short == [])
    try place.write("2\n", "outside")
    try place.write("2\n", "project/a")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~../outside", "~a"])
    #expect(measurement.notes.map(\.code) == ["outside-root"])
  }

  @Test func aLinkedWorktree() throws {
    let place = try MeasuredProject(["a": "1\n"])
    try place.git("worktree", "add", "--quiet", place.folder.place("linked"), "-b", "other")
    var context = place.context
    context.machine.workingDirectory = Path(place.folder.place("linked"))
    let project = try Project.find(nil, in: context)
    let answer = try NextItem(project, context, NextRequest()).run()
    let claim = try #require(answer.claim)
    let record = try ClaimRecord("ND-001", claim, project, context)
    try place.folder.write("2\n", "linked/a")
    try place.write("3\n3\n3\n", "a")
    let measurement = try Measurement(
      record, project, context, RuleShelf(project, context), approvals: [])
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 2)
    #expect(measurement.protected.map(\.path) == [])
  }

  @Test(arguments: ["HEAD:a", "HEAD:.gitignore", "HEAD^{tree}", "HEAD"])
  func forgedObjectsAreNoticed(name: String) throws {
    let place = try MeasuredProject(["a": "1\n", ".gitignore": "*.o\n"])
    let record = try place.claim()
    let id = try place.git("rev-parse", name).dropLast()
    try place.write("2\n", "a")
    let object = { (id: Substring) in ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))" }
    let other: Substring
    switch name {
    case "HEAD^{tree}":
      try place.git("add", "a")
      other = try place.git("write-tree").dropLast()
    case "HEAD":
      try place.git("commit", "--quiet", "--all", "--message", "y")
      other = try place.git("rev-parse", "HEAD").dropLast()
      try place.git("reset", "--quiet", "--soft", "HEAD~1")
    default: other = try place.git("hash-object", "-w", "a").dropLast()
    }
    place.remove(object(id))
    try place.folder.write(place.folder.bytes("work/" + object(other)), "work/" + object(id))
    let refused = outcome { _ = try place.measure(record) }
    #expect(refused?.reasons.map(\.code) == ["git-absent"])
  }

  @Test func whatTurnsIntoAnotherKindOfThingIsGoneAndNewAndNeverMoved() throws {
    let text = (1...50).map { "line \($0)\n" }.joined()
    let place = try MeasuredProject(["f": text, "g": "1\n"])
    _ = try place.shell("ln -s g link")
    try place.commit()
    let record = try place.claim()
    _ = try place.shell("mv f moved; ln -s moved f; rm link; printf '%s' '\(text)' > link")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["+f", "+link", "+moved", "-f", "-link"])
    #expect(measurement.lineCount == 50 + 1 + 50 + 1 + 50)
  }

  @Test func linksAreComparedByTheirLines() throws {
    let place = try MeasuredProject(["f": "1\n"])
    _ = try place.shell("ln -s \"$(printf 'a\\nb\\nc')\" link")
    try place.commit()
    let record = try place.claim()
    _ = try place.shell("ln -sfn \"$(printf 'a\\nc')\" link")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~link"])
    #expect(measurement.changes.first?.removed == ["b"])
    #expect(measurement.lineCount == 1)
  }

  @Test func aSubmoduleThatBecomesALinkIsBoth() throws {
    let place = try MeasuredProject(["f": "1\n"])
    _ = try place.shell(
      """
      git init --quiet ../inner
      git -C ../inner -c user.name=a -c user.email=a commit --quiet --allow-empty -m inner
      git -c protocol.file.allow=always submodule --quiet add "$PWD/../inner" sub
      """)
    try place.commit()
    let record = try place.claim()
    _ = try place.shell("rm -rf sub; ln -s f sub")
    #expect(try place.measure(record).short == ["+sub", "ssub"])
  }

  @Test func filesWithTheSameContentCanSlipByTogether() throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n", "c": ""])
    let record = try place.claim()
    try place.git("rm", "--quiet", "--cached", "a", "b", "c")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["-a", "-b", "-c"])
    #expect(measurement.lineCount == 2)
  }

  @Test func whatIsOnlyMeantToBeAddedIsNotStagedAndCountsAsThereBefore() throws {
    let place = try MeasuredProject(["a": "1\n"])
    try place.write((1...300).map { "\($0)\n" }.joined(), "mine")
    try place.git("add", "--intent-to-add", "mine")
    let record = try place.claim()
    try place.write("2\n", "a")
    let measurement = try place.measure(record)
    #expect(measurement.short == ["~a"])
    #expect(measurement.lineCount == 2)
  }

  @Test func whatIsPlantedInTheStoreHidesNoChange() throws {
    let place = try MeasuredProject(["a": "1\n", "b": "1\n"])
    let record = try place.claim()
    try place.write("2\n", "a")
    // The tree that measuring is about to keep, with the content of the one from before, and the same for the file.
    try place.git("add", "a")
    let tree = try place.git("write-tree").dropLast()
    let file = try place.git("rev-parse", ":a").dropLast()
    try place.git("reset", "--quiet")
    for (id, name) in [(tree, "HEAD^{tree}"), (file, "HEAD:a")] {
      let other = try place.git("rev-parse", name).dropLast()
      let object = { (id: Substring) in "\(id.prefix(2))/\(id.dropFirst(2))" }
      let store = MeasuredProject.recordsPath + "/.state/measuring/sha1/"
      place.remove(store + object(id))
      try place.folder.write(
        place.folder.bytes("work/.git/objects/" + object(other)), "work/" + store + object(id))
      if name == "HEAD^{tree}" {
        #expect(try place.measure(record).short == ["~a"])
      } else {
        let refused = outcome { _ = try place.measure(record) }
        #expect(refused?.reasons.map(\.code) == ["git-absent"])
      }
    }
  }

  @Test func theUsersRepositoryIsNeverTouched() throws {
    let place = try MeasuredProject(["a": "1\n", "dir/b": "1\n"])
    try place.write("dirty\n", "a")
    try place.write("new\n", "new")
    let before = try place.repositoryState()
    let record = try place.claim()
    try place.write("1\n", "a")
    try place.write("other\n", "dir/b")
    _ = try place.measure(record)
    #expect(try place.repositoryState() == before)
  }

  @Test func randomEditsAreCountedAsANaiveModelDoes() throws {
    var random = SeededRandom(72)
    var model: [String: [String]] = [:]
    for number in 0..<12 { model["d\(number % 3)/f\(number)"] = (0..<8).map { "\(number) \($0)" } }
    func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
    let place = try MeasuredProject(model.mapValues(text))
    let record = try place.claim()
    let base = model
    var committed = model
    var trees: [Text: [String: [String]]] = [:]
    for round in 0..<12 {
      let name = "d\(random.below(3))/f\(random.below(16))"
      if random.oneIn(4) {
        model[name] = nil
      } else {
        var lines = model[name] ?? []
        // Lines that stand nowhere else are counted alike by every way of comparing.
        if !lines.isEmpty, random.oneIn(2) { lines.remove(at: random.below(lines.count)) }
        lines.insert("line \(round) \(random.next())", at: random.below(lines.count + 1))
        model[name] = lines
      }
      for (name, _) in base where model[name] == nil { place.remove(name) }
      for directory in 0..<3 {
        for number in 0..<16 where model["d\(directory)/f\(number)"] == nil {
          place.remove("d\(directory)/f\(number)")
        }
      }
      for (name, lines) in model { try place.write(text(lines), name) }
      if random.oneIn(3) {
        try place.commit()
        committed = model
      }
      let measurement = try place.measure(record)
      var expected = 0
      for name in Set(base.keys).union(model.keys).union(committed.keys) {
        let old = Set(base[name] ?? [])
        // What stands as it stood counts by what was committed of it meanwhile.
        let new = Set((model[name] == base[name] ? committed : model)[name] ?? [])
        expected += old.symmetricDifference(new).count
      }
      let note: Comment = "round \(round), CONDUCTOR_TEST_SEED=\(SeededRandom.seed)"
      if !measurement.changes.contains(where: { $0.kind == .rename }) {
        #expect(measurement.lineCount == expected, note)
      }
      if let known = trees[measurement.tree] { #expect(known == model, note) }
      #expect(!trees.contains { $0.value == model && $0.key != measurement.tree }, note)
      trees[measurement.tree] = model
    }
  }
}
