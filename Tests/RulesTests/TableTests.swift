import JSONText
import TestSupport
import Testing

@testable import Rules

/// Tables as RFC 4180 writes them, and as people do.
@Suite struct TableTests {
  private static func table(_ text: String) -> Table? { Table(Array(text.utf8)) }

  @Test func quotesLineEndsAndTheMarkAreRead() throws {
    let table = try #require(
      Self.table("\u{FEFF}\"ID\",\"Notes\"\r\n\"A\",\"one, \"\"two\"\"\r\nthree\"\r\n\r\nB,\r\n"))
    #expect(table.header == ["ID", "Notes"])
    #expect(table.rows == [["A", "one, \"two\"\r\nthree"], ["B", ""]])
    #expect(table.malformed == [])
    #expect(table.cells(of: "ID") == ["A", "B"])
    #expect(table.column("id") == nil)
  }

  @Test func rowsOfAnotherLengthAndStrayQuotesAreNamedByTheirLines() throws {
    let table = try #require(Self.table("a,b\n1\n1,2\n\"x\"y\",2\n1,2,3\n"))
    #expect(table.malformed == [2, 4, 5])
    #expect(table.rows.count == 4)
    #expect(table.cells(of: "b") == ["", "2", "2", "2"])
  }

  @Test(arguments: ["", "\n\n", "a,\"b", "a,b\n1,\"2"])
  func whatHasNoHeaderOrAnOpenQuoteIsNoTable(_ text: String) {
    #expect(Self.table(text) == nil)
  }

  @Test func aColumnThatIsNamedTwiceIsNone() throws {
    #expect(try #require(Self.table("a,a\n1,2\n")).cells(of: "a") == nil)
  }

  @Test func deletedRowsAreThoseWhoseFirstCellsAreGone() {
    let change = Change(
      .modify, "a.csv", added: ["\"A\",\"new\""], removed: ["\"A\",\"old\"", "\"B\",x", "C,y"])
    #expect(Table.deleted(change) == 2)
  }

  /// What is written as a table is read as it was; whatever else there is ends in a table or in none.
  @Test func anyTextIsReadAndWhatWasWrittenComesBack() throws {
    var random = SeededRandom(71)
    let letters = Array("ab,\"\r\n ;é\u{FEFF}".utf8)
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...30, using: &random)
      _ = Table((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
    }
    for _ in 0..<300 {
      let width = Int.random(in: 1...4, using: &random)
      let rows = (0...Int.random(in: 0...5, using: &random)).map { _ in
        (0..<width).map { _ in
          String(
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
              "ab,\"\n é".randomElement(using: &random) ?? "a"
            })
        }
      }
      let text = rows.map { row in
        row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
      }.joined(separator: Bool.random(using: &random) ? "\r\n" : "\n")
      let table = try #require(Self.table(text))
      #expect(table.header.map(\.string) == rows[0])
      #expect(table.rows.map { $0.map(\.string) } == Array(rows.dropFirst()))
      #expect(table.malformed == [])
    }
  }
}
