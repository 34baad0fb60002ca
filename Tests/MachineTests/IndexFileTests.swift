import Testing

@testable import Machine

extension Children {
  @Suite(.enabled(if: program("git") != nil, "there is no git program"))
  struct IndexFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["sha1", "sha256"])
    func gitReadsTheEntriesThatWereWritten(format: String) throws {
      let repository = try Repository(in: scratch)
      let place = scratch / "other"
      try repository.run("init", "-q", "--object-format=\(format)", place.string)
      try scratch.files.makeDirectory(scratch / "store")
      let measuring = try MeasuringRepository(
        Repository.git, at: place, store: scratch / "store")
      defer { measuring.close() }
      let id = try measuring.keep(Array("x".utf8))
      var entries: TreeEntries = [:]
      // Every length of a name up to the next multiple of the padding, and one that the length's field cannot hold.
      for length in 1...20 {
        entries[Path(String(repeating: "n", count: length))] = TreeEntry(.file, id)
      }
      let deep = Array(repeating: String(repeating: "d", count: 90), count: 50)
      entries[Path(deep.joined(separator: "/"))] = TreeEntry(.executable, id)
      // What git sorts by bytes, and directories by a slash that it adds.
      for name in ["a.b", "a/b", "a-b", "ü", "new\nline", "\"", "Z"] {
        entries[Path(name)] = TreeEntry(.link, id)
      }
      entries[Path(bytes: [0xFF])] = TreeEntry(.checkout, id)
      #expect(try measuring.entries(ofTree: measuring.keep(entries)) == entries)
      #expect(try measuring.entries(ofTree: measuring.keep([:])) == [:])
    }

    @Test(arguments: ["", "abc", "x", String(repeating: "g", count: 40)])
    func whatIsNoIDIsRefused(id: String) {
      #expect(throws: GitAbsence.self) {
        try IndexFile.bytes(["a": TreeEntry(.file, id)], idSize: 20)
      }
    }
  }
}
