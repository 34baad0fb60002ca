import JSONText
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
}
