import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// Reason codes are a promise to scripts: each is documented with the exit code that it leads to.
@Suite struct ReasonCodeTests {
  private static let page = Path(#filePath).parent.parent.parent.normalized / "docs/reason-codes.md"

  private static let isWritten =
    (try? Files(calls: SystemCalls()).identity(page))?.kind == .file

  @Test(.enabled(if: isWritten, "docs/reason-codes.md is not written"))
  func noCodeIsDocumentedThatDoesNotExist() throws {
    let text = try Folder().text(Self.page.string)
    let known = Set(ReasonCode.allCases.map(\.rawValue))
    for match in text.matches(of: #/\n\| `([a-z-]+)` \| \d+ \|/#) {
      let code = String(match.1)
      #expect(known.contains(code) || code == "released", "\(code)")
    }
  }

  @Test func codesAreDistinctAndExplained() {
    #expect(Set(ReasonCode.allCases.map(\.rawValue)).count == ReasonCode.allCases.count)
    for code in ReasonCode.allCases {
      #expect(code.meaning.hasSuffix(".") && code.meaning.count > 10, "\(code)")
      #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "-" }, "\(code)")
    }
  }

  /// Of several reasons the first of 64, 78, 65, 66, 4, 5, 2, 6, 3 decides, whatever their order.
  @Test func precedenceDecidesAmongSeveral() {
    let ranked: [ReasonCode] = [
      .usage, .configurationInvalid, .backlogInvalid, .backlogMissing, .paused, .ciMissing,
      .staleClaim, .nothingPending,
    ]
    var random = SeededRandom(3)
    for first in ranked.indices {
      for second in ranked.indices.dropFirst(first) {
        let both = [(ranked[first], Text("a")), (ranked[second], Text("b"))]
        let refusal = Refusal(random.oneIn(2) ? both : both.reversed())
        #expect(refusal.exit == ranked[first].exit)
        #expect(refusal.reasons.first?.code == Text(ranked[first].rawValue))
      }
    }
  }
}
