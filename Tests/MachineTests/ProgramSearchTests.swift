import Testing

@testable import Machine

@Suite struct ProgramSearchTests {
  private let scratch: Scratch
  private let calls = SystemCalls()

  init() throws {
    scratch = try Scratch()
    for name in ["a", "b", "c"] {
      try scratch.files.makeDirectory(scratch / Path(name))
      try scratch.save("#!/bin/sh\n", at: Path("\(name)/tool"))
      scratch.mode(Path("\(name)/tool"), 0o755)
    }
  }

  private func search(_ names: String...) -> ProgramSearch {
    let list = names.map { $0.hasPrefix("/") || $0.isEmpty ? $0 : (scratch / Path($0)).string }
    return ProgramSearch(list: Array(list.joined(separator: ":").utf8), calls: calls)
  }

  private func skipping(_ name: Path, _ search: ProgramSearch) throws -> ProgramSearch {
    var search = search
    try search.skip(through: try #require(try scratch.files.identity(scratch / name)))
    return search
  }

  @Test func theFirstThatMayRunIsFound() throws {
    var all = search("/nowhere", "a", "b")
    #expect(try all.find("tool") == scratch / "a/tool")
    scratch.mode("a/tool", 0o644)
    #expect(try all.find("tool") == scratch / "b/tool")
    scratch.mode("b/tool", 0o644)
    #expect(try all.find("tool") == nil)
    #expect(all.wasDenied)
    #expect(try all.find("other") == nil)
    #expect(!all.wasDenied)
    #expect(try all.find("") == nil)
  }

  @Test func aNameWithASlashStandsForItself() throws {
    var all = search("a")
    #expect(try all.find("./nothing/there") == "./nothing/there")
  }

  @Test func aDirectoryIsNoProgram() throws {
    try scratch.files.makeDirectory(scratch / "d/tool")
    var all = search("d", "b")
    #expect(try all.find("tool") == scratch / "b/tool")
  }

  @Test func anEmptyEntryIsThePresentDirectory() {
    #expect(search("", "/x", "").directories == [".", "/x", "."])
    #expect(ProgramSearch(list: nil, calls: calls).directories.contains("/usr/bin"))
  }

  @Test func whatStandsBehindADirectoryIsFound() throws {
    var behind = try skipping("b", search("a", "b", "c"))
    #expect(try behind.find("tool") == scratch / "c/tool")
    var none = try skipping("b", search("a", "b"))
    #expect(try none.find("tool") == nil)
    var elsewhere = try skipping("b", search("a", "c"))
    #expect(try elsewhere.find("tool") == scratch / "a/tool")
  }

  @Test("A directory is known by what it is, not by how it is spelled, and its last mention counts")
  func spellings() throws {
    scratch.link("alias", to: "b")
    var aliased = try skipping("b", search("b", "a", "alias", "c"))
    #expect(try aliased.find("tool") == scratch / "c/tool")
    var dotted = try skipping("b", search("a", "a/../b", "c"))
    #expect(try dotted.find("tool") == scratch / "c/tool")
  }

  @Test("Two programs that skip themselves never find each other for ever", arguments: 0..<64)
  func noCircle(number: Int) throws {
    // Every PATH of three entries out of a, b and c, both programs going on from where they stand.
    let names = [number & 3, number >> 2 & 3, number >> 4 & 3].map { ["a", "b", "c", "a"][$0] }
    var current: Path = "a"
    for step in 0...4 {
      var next = try skipping(
        current,
        ProgramSearch(
          list: Array(
            names.map { (scratch / Path($0)).string }
              .joined(separator: ":").utf8), calls: calls))
      guard let found = try next.find("tool") else { return }
      current = found.parent.name
      if current == "c" { return }
      #expect(step < 4, "\(names)")
    }
  }
}

@Suite struct PassingFilesTests {
  private let scratch: Scratch
  private var files: Files { scratch.files }

  init() throws { scratch = try Scratch() }

  @Test func nobodyElseLooksIn() throws {
    try files.makePrivateDirectory(scratch / "own")
    #expect(try files.identity(scratch / "own")?.mode == 0o700)
    #expect(throws: SystemError.self) { try files.makePrivateDirectory(scratch / "own") }
    try files.create([1, 2], at: scratch / "own/file")
    #expect(try files.identity(scratch / "own/file")?.mode == 0o600)
    #expect(throws: SystemError.self) { try files.create([], at: scratch / "own/file") }
    #expect(try files.read(scratch / "own/file", limit: 10) == [1, 2])
  }

  @Test func aSecondNameIsTheSameFile() throws {
    try files.create([7], at: scratch / "one", mode: 0o700)
    try files.link(scratch / "one", to: scratch / "two")
    let one = try #require(try files.identity(scratch / "one"))
    let two = try #require(try files.identity(scratch / "two"))
    #expect(one.isSameFile(as: two))
    #expect(try files.mayRun(scratch / "two"))
    scratch.mode("two", 0o600)
    #expect(try !files.mayRun(scratch / "one"))
  }

  @Test func aTreeGoesAndWhatItsLinksLeadToStays() throws {
    try files.makeDirectory(scratch / "tree/below/deep")
    try files.makeDirectory(scratch / "kept")
    try scratch.save("x", at: "kept/file")
    try scratch.save("x", at: "tree/below/file")
    scratch.link("tree/link", to: "../kept")
    scratch.link("tree/below/dangling", to: "nowhere")
    try files.removeTree(scratch / "tree")
    #expect(try scratch.names() == ["kept"])
    #expect(try scratch.text("kept/file") == "x")
  }
}

@Suite struct OwnFactsTests {
  @Test func theProgramAndItsArgumentsAreKnown() throws {
    let program = try #require(Machine.ownProgram)
    #expect(try Files(calls: SystemCalls()).identity(program)?.kind == .file)
    #expect(Machine.ownArguments.count == Int(CommandLine.argc))
    #expect(
      Machine.ownArguments.first.map { String(decoding: $0, as: UTF8.self) }
        == CommandLine.arguments.first)
  }

  @Test func variablesAreSetAndTakenAway() {
    let environment = Environment([("A", "1"), ("B", "2"), ("A", "3")])
    let changed = environment.changing(
      [("A", "x=y"), ("B", nil), ("C", "")] as [(String, String?)])
    #expect(changed.lines == ["A=x=y", "C="].map { Array($0.utf8) })
    #expect(changed["B"] == nil)
  }

  @Test func theClockFollowsTheVariables() throws {
    let machine = Machine.trapping
    let changed = try machine.changing([("CONDUCTOR_NOW", "2026-11-21T08:30:00Z")])
    #expect(changed.clock.now == 1_795_249_800_000_000_000)
    #expect(throws: Machine.StartError.self) { _ = try machine.changing([("CONDUCTOR_NOW", "x")]) }
    #expect(try !changed.changing([("CONDUCTOR_NOW", nil)]).clock.fixed)
  }
}
