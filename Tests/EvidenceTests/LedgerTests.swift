import JSONText
import Testing

@testable import Evidence

@Suite struct LedgerTests {
  private let first = LedgerLine(digest: SHA256.hash("one"), path: "2026-11/conductor-a.json")
  private let second = LedgerLine(digest: SHA256.hash("two"), path: "2026-11/conductor-b.json")

  @Test func aLineHasTheFormOfSha256sum() {
    #expect(
      Text(bytes: first.bytes) == SHA256.hash("one").hex + "  2026-11/conductor-a.json\n")
  }

  @Test func readsWhatItWrote() {
    let ledger = Ledger(first.bytes + second.bytes)
    #expect(ledger.lines.map(\.line) == [first, second])
    #expect(ledger.malformed.isEmpty)
    #expect(!ledger.isTorn)
  }

  @Test func everyCutOfTheLastLineIsTornAndNeverMistakenForALine() {
    let bytes = first.bytes + second.bytes
    for length in (first.bytes.count + 1)..<bytes.count {
      let ledger = Ledger(Array(bytes.prefix(length)))
      #expect(ledger.lines.map(\.line) == [first])
      #expect(ledger.isTorn)
    }
  }

  @Test func namesMalformedLines() {
    let ledger = Ledger(first.bytes + Array("nonsense\n".utf8) + second.bytes)
    #expect(ledger.malformed == [2])
    #expect(ledger.lines.count == 2)
  }

  @Test func anAuditNamesEachKindOfDisagreement() {
    var audit = Audit()
    let outside = LedgerLine(digest: SHA256.hash("x"), path: "../elsewhere.json")
    let ledger = Ledger(first.bytes + second.bytes + first.bytes + outside.bytes)
    audit.check(ledger, name: "ledger/w.sha256") { path in
      path == first.path ? .digest(SHA256.hash("changed")) : .missing
    }
    audit.finish(present: [first.path, "2026-11/planted.json"])
    #expect(audit.findings.map(\.kind) == [.changed, .missing, .listedTwice, .outside, .unlisted])
    #expect(audit.findings.last?.path == "2026-11/planted.json")
    #expect(audit.checked == 4)
  }

  @Test func anAuditOfWhatAgreesFindsNothing() {
    var audit = Audit()
    audit.check(Ledger(first.bytes), name: "ledger/w.sha256") { _ in .digest(first.digest) }
    audit.finish(present: [first.path])
    #expect(audit.findings.isEmpty)
  }

  @Test func aNameTellsTimeAndSuffix() throws {
    let time = try #require(Timestamp("2026-11-21T08:30:00.123Z"))
    let name = ReceiptName(time: time, suffix: 0xAB)
    #expect(name.path == "2026-11/conductor-20261121T083000.123Z-000000ab.json")
    #expect(name.short == "000000ab")
  }
}
