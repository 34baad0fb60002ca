import Testing

@testable import conductor

@Suite struct LayoutTests {
  private let columns: [Layout.Column] = [
    .init("Id"), .init("Lines", isNumeric: true), .flexible("Title"), .init("Status"),
  ]
  private let rows: [[Layout.Cell]] = [
    ["ND-1", "7", "Consolidate the autonomy module", "pending"],
    ["ND-22", "1200", "漢字の題", "blocked"],
  ]

  @Test func alignsColumns() {
    #expect(
      Layout(columns, width: nil).lines(rows) == [
        "Id     Lines  Title                            Status",
        "ND-1       7  Consolidate the autonomy module  pending",
        "ND-22   1200  漢字の題                         blocked",
      ])
  }

  @Test func cutsTheFlexibleColumnFirst() {
    #expect(
      Layout(columns, width: 40).lines(rows) == [
        "Id     Lines  Title              Status",
        "ND-1       7  Consolidate the…   pending",
        "ND-22   1200  漢字の題           blocked",
      ])
  }

  @Test func cutsTheOthersWhereThatIsNotEnough() {
    for width in 0...60 {
      for line in Layout(columns, width: width).lines(rows) {
        #expect(DisplayWidth.of(line) <= width)
      }
    }
  }

  @Test func leavesOutHeadingsAndEmptyColumns() {
    let layout = Layout([.init(), .init(), .init()], width: nil, indent: 2)
    #expect(
      layout.lines([["a", "", "b"], ["cc"], ["d", "", "e", "beyond"]]) == [
        "  a   b", "  cc", "  d   e",
      ])
    #expect(layout.lines([]) == [])
  }

  @Test func nothingRawReachesTheScreen() {
    let lines = Layout([.init(), .flexible()], width: 80).lines([["ND\u{1b}[2J", "a\nb"]])
    #expect(lines == ["ND\\u001b[2J  a\\nb"])
  }

  @Test func paintsWithoutMovingAnything() {
    let painted: [[Layout.Cell]] = [[.init("ok", .green), .init("a long title here", .dim)]]
    let layout = Layout([.init(), .flexible(leastWidth: 4)], width: 12, style: .coloured)
    #expect(layout.lines(painted) == ["\u{1b}[32mok\u{1b}[0m  \u{1b}[2ma long…\u{1b}[0m"])
  }

  @Test func noLineIsWiderThanTheScreenWhateverItHolds() {
    var random = SeededRandom(for: "layout")
    for _ in 0..<500 {
      let count = Int.random(in: 1...6, using: &random)
      let columns = (0..<count).map { _ in
        Bool.random(using: &random)
          ? Layout.Column("Head", isNumeric: Bool.random(using: &random))
          : Layout.Column.flexible("題名", leastWidth: Int.random(in: 0...20, using: &random))
      }
      let rows = (0..<5).map { _ in
        (0..<count).map { _ in Layout.Cell(unrulyText(&random, upTo: 12)) }
      }
      let width = Int.random(in: 0...100, using: &random)
      for line in Layout(columns, width: width).lines(rows) {
        #expect(DisplayWidth.of(line) <= width)
        #expect(!line.unicodeScalars.contains(where: Printable.isHidden))
        #expect(line.last != " ")
      }
    }
  }

  @Test func aHugeCellCostsNoHugeNumberOfSteps() {
    let huge = String(repeating: "x", count: 1_000_000)
    let lines = Layout([.init(), .flexible()], width: 80).lines([["a", .init(huge)]])
    #expect(lines.map(DisplayWidth.of) == [80])
  }
}
