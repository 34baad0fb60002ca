import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting
@testable import Rules

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
