import Backlog
import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// What is understood of a journal that was read before, against reading all of it anew.
struct JournalMemoryTests {
  /// A line that opens, or closes, the claim with a number.
  private static func lines(_ number: Int, opens: Bool) -> [UInt8] {
    let id = Text("step-\(number)-\(opens)")
    let at = Timestamp(nanoseconds: 1_795_000_000_000_000_000)
    let claim = OpenClaim(
      item: Text("ND-\(number)"),
      claim: Claim(by: "tester", at: at, until: at.adding(seconds: 60), number: number),
      spelling: nil, supervisor: nil)
    let change: JSON.Member =
      opens
      ? .init(key: "opens", value: claim.json)
      : .init(key: "closes", value: .array([.string(claim.item)]))
    return Journal.line(.object([.init(key: "step", value: .string(id)), change]))
      + Journal.line(["done": .string(id)])
  }

  private static func facts(_ journal: Journal) -> [String] {
    [
      "\(journal.open.keys.sorted())", "\(journal.highest)", "\(journal.size)",
      "\(journal.isTorn)", "\(journal.beginning)",
    ]
  }

  @Test func itIsAsIfAllWereReadAnew() throws {
    var random = SeededRandom(54)
    let memory = JournalMemory()
    var bytes: [UInt8] = []
    for round in 1..<200 {
      switch random.below(8) {
      case 0: bytes.removeLast(min(bytes.count, random.below(300)))
      case 1: bytes = Self.lines(round, opens: true)
      default:
        // Only a whole line can be followed by another one.
        if bytes.last != 0x0A { bytes = [] }
        bytes += Self.lines(random.below(round), opens: random.oneIn(2))
      }
      let path: Path = random.oneIn(9) ? "other" : "journal"
      let fresh = Result { () throws(Journal.Damage) in try Journal(Bytes(bytes)) }
      let known = Result { () throws(Journal.Damage) in
        try memory.journal(at: path, Bytes(bytes))
      }
      let note: Comment = "round \(round), CONDUCTOR_TEST_SEED=\(SeededRandom.seed)"
      switch (fresh, known) {
      case (.success(let fresh), .success(let known)):
        #expect(Self.facts(fresh) == Self.facts(known), note)
      case (.failure(let fresh), .failure(let known)): #expect(fresh.line == known.line, note)
      default: Issue.record(note)
      }
    }
  }

  @Test func aLineThatIsAlteredAfterItWasReadIsDamage() throws {
    let memory = JournalMemory()
    var bytes = Self.lines(1, opens: true) + Self.lines(2, opens: true)
    #expect(try memory.journal(at: "journal", Bytes(bytes)).open.count == 2)
    bytes[20] ^= 1
    let altered = bytes + Self.lines(3, opens: true)
    #expect(throws: Journal.Damage.self) { try memory.journal(at: "journal", Bytes(altered)) }
    bytes[20] ^= 1
    #expect(try memory.journal(at: "journal", Bytes(bytes)).open.count == 2)
  }
}
