import Testing

@testable import Machine

/// Whether the folder of a measuring is used again, or was touched by somebody.
@Suite struct MeasuringFolderTests {
  private let scratch: Scratch
  private let folder = MeasuringFolder()
  private var files: Files { scratch.files }
  private var store: Path { scratch / "store" }

  init() throws {
    scratch = try Scratch()
    try scratch.files.makeDirectory(scratch / "store")
  }

  /// A folder as measuring makes and leaves it.
  private func left(_ name: Path = "1-0") throws -> Path {
    let place = store / name
    try files.makePrivateDirectory(place)
    for part in ["refs", "a", "b"] as [Path] { try files.makePrivateDirectory(place / part) }
    for part in ["HEAD", "config", "index", "a/1"] as [Path] {
      try files.create([65], at: place / part)
    }
    folder.leave(place, idSize: 20, files)
    return place
  }

  private func take(idSize: Int = 20) -> Path? { folder.take(below: store, idSize: idSize, files) }

  private func exists(_ path: Path) throws -> Bool { try files.identity(path) != nil }

  @Test func nothingIsKeptUnlessThatWasAsked() throws {
    let place = try left()
    #expect(try !exists(place))
    #expect(take() == nil)
  }

  @Test func whatNobodyTouchedIsUsedAgain() throws {
    folder.keep()
    let place = try left()
    #expect(take() == place)
    // Taken is taken; and of two that are left only one is kept.
    #expect(take() == nil)
    folder.leave(place, idSize: 20, files)
    let second = try left("1-1")
    #expect(try exists(place) && !exists(second))
    folder.remove(files)
    #expect(try !exists(place))
    #expect(take() == nil)
  }

  @Test func anotherFormatOrStoreGetsItsOwn() throws {
    folder.keep()
    let place = try left()
    #expect(take(idSize: 32) == nil)
    #expect(try !exists(place))
    _ = try left()
    #expect(folder.take(below: scratch / "other", idSize: 20, files) == nil)
  }

  @Test(arguments: [
    "new", "in a side", "of a side", "in refs", "changed", "replaced", "gone", "all gone",
  ])
  func whatSomebodyTouchedIsRemoved(how: String) throws {
    folder.keep()
    let place = try left()
    scratch.files.calls.sleep(nanoseconds: 20_000_000)
    switch how {
    case "new": try files.create([], at: place / "commondir")
    case "in a side": try files.create([], at: place / "a/x")
    case "of a side": try files.rewrite([66], at: place / "a/1", mode: 0o600)
    case "in refs": try files.create([], at: place / "refs/x")
    case "changed": try files.store([66], at: place / "config")
    case "replaced":
      try files.remove(place / "HEAD")
      try files.create([65], at: place / "HEAD")
    case "gone": try files.remove(place / "HEAD")
    default: try files.removeTree(place)
    }
    #expect(take() == nil)
    #expect(try !exists(place))
  }

  @Test func aLinkInItsPlaceIsRemovedAndNotFollowed() throws {
    folder.keep()
    let place = try left()
    let other = scratch / "other"
    try files.makeDirectory(other)
    try files.create([65], at: other / "theirs")
    try files.removeTree(place)
    scratch.link("store/1-0", to: "../other")
    folder.remove(files)
    #expect(try files.identity(place, followLinks: false) == nil)
    #expect(try exists(other / "theirs"))
    scratch.link("store/1-0", to: "../other")
    try files.removeTree(place)
    #expect(try exists(other / "theirs"))
  }

  @Test func onlyWhatIsOldIsAbandoned() throws {
    folder.keep()
    let place = try left()
    try files.makeDirectory(store / "sha1")
    let changed = try #require(try files.identity(place)).changed
    let day: Int64 = 86_400_000_000_000
    MeasuringFolder.removeAbandoned(below: store, now: changed + day, files)
    #expect(try exists(place))
    MeasuringFolder.removeAbandoned(below: store, now: changed + day + 1, files)
    #expect(try !exists(place) && exists(store / "sha1"))
  }
}
