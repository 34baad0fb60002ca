import JSONText
import Rules
import TestSupport
import Testing

/// Random deliverables and rules for a close, against a second judge and against themselves in another order.
@Suite struct ClosePropertyTests {
  /// A condition with what it comes to, as the test itself reckons.
  private struct Asked {
    var text: String
    /// False, unknown, true.
    var truth: Int
  }

  private struct World {
    var isClean: Bool?
    var testsRun: Int?
    var changed: Set<String>?
    var files: Set<String>
  }

  private static let names = ["a", "b", "c"]

  private static func world(_ random: inout SeededRandom) -> World {
    func some(_ random: inout SeededRandom) -> Set<String> {
      Set(names.filter { _ in random.oneIn(2) })
    }
    return World(
      isClean: random.oneIn(3) ? nil : random.oneIn(2),
      testsRun: random.oneIn(3) ? nil : random.below(2),
      changed: random.oneIn(3) ? nil : some(&random), files: some(&random))
  }

  private static func truth(_ known: Bool?) -> Int { known.map { $0 ? 2 : 0 } ?? 1 }

  private static func asked(_ world: World, _ random: inout SeededRandom, _ depth: Int = 0) -> Asked
  {
    if depth < 3, random.oneIn(2) {
      let parts = (0...random.below(2)).map { _ in asked(world, &random, depth + 1) }
      let list = "[" + parts.map(\.text).joined(separator: ", ") + "]"
      switch random.below(3) {
      case 0: return Asked(text: #"{"all": \#(list)}"#, truth: parts.map(\.truth).min() ?? 2)
      case 1: return Asked(text: #"{"any": \#(list)}"#, truth: parts.map(\.truth).max() ?? 0)
      default: return Asked(text: #"{"not": \#(parts[0].text)}"#, truth: 2 - parts[0].truth)
      }
    }
    let name = random.pick(names)
    let flag = random.oneIn(2)
    switch random.below(6) {
    case 0:
      return Asked(text: #"{"clean": \#(flag)}"#, truth: truth(world.isClean.map { $0 == flag }))
    case 1:
      return Asked(
        text: #"{"tested": \#(flag)}"#, truth: truth(world.testsRun.map { ($0 > 0) == flag }))
    case 2:
      return Asked(text: #"{"changed": "\#(name)"}"#, truth: truth(world.changed?.contains(name)))
    case 3:
      return Asked(
        text: #"{"outside": "\#(name)"}"#,
        truth: truth(world.changed.map { !$0.isSubset(of: [name]) }))
    case 4:
      return Asked(
        text: #"{"file": {"path": "\#(name)", "exists": \#(flag)}}"#,
        truth: truth(world.files.contains(name) == flag))
    default:
      return Asked(
        text: #"{"file": {"path": "\#(name)", "names": "x"}}"#,
        truth: world.files.contains(name) ? 2 : 1)
    }
  }

  @Test func aCloseIsJudgedAsASecondJudgeDoes() throws {
    var random = SeededRandom(72)
    for _ in 0..<400 {
      let world = Self.world(&random)
      let verdicts = ["ask", "deny", "stop"]
      var expected: Set<String> = []
      var deliverables: [String] = []
      var rules: [String] = []
      for index in 0..<(1 + random.below(5)) {
        let verdict = random.pick(verdicts)
        let needs = Self.asked(world, &random)
        let isRule = random.oneIn(3)
        let when = isRule || random.oneIn(2) ? nil : Self.asked(world, &random)
        let onUnknown = random.oneIn(3) ? random.pick(verdicts) : nil
        let truth = isRule ? needs.truth : min(2 - needs.truth, when?.truth ?? 2)
        let more = onUnknown.map { #", "on_unknown": "\#($0)""# } ?? ""
        if truth > 0 {
          expected.insert("\(truth == 1 ? onUnknown ?? verdict : verdict) house/d\(index)")
        }
        if isRule {
          rules.append(
            #"{"id": "d\#(index)", "phase": "close", "when": \#(needs.text), "verdict": "\#(verdict)", "because": "b"\#(more)}"#
          )
        } else {
          deliverables.append(
            #"{"id": "d\#(index)", "needs": \#(needs.text)\#(when.map { #", "when": \#($0.text)"# } ?? ""), "verdict": "\#(verdict)", "because": "b"\#(more)}"#
          )
        }
      }
      let text = { (deliverables: [String], rules: [String]) in
        #""deliverables": [\#(deliverables.joined(separator: ", "))], "rules": [\#(rules.joined(separator: ", "))]"#
      }
      let circumstances = Judging.circumstances { circumstances in
        var checkout = CheckoutFacts()
        checkout.isClean = world.isClean
        checkout.testsRun = world.testsRun
        checkout.changes = world.changed.map { $0.sorted().map { Change(.modify, Text($0)) } }
        circumstances.checkout = checkout
        var files = StatedFiles()
        for name in world.files { files.contents[Text(name)] = "x" }
        circumstances.files = files
      }
      let set = try Judging.set(text(deliverables, rules))
      let judgement = RuleBook([set]).judgement(ofClose: circumstances)
      #expect(Set(judgement.said) == expected, "\(deliverables) \(rules)")
      #expect(judgement.judged == deliverables.count + rules.count)
      let other = try Judging.set(text(deliverables.shuffled(using: &random), rules.reversed()))
      let again = RuleBook([other, set]).judgement(ofClose: circumstances)
      #expect(Set(again.said) == expected)
      #expect(again.verdict == judgement.verdict)
    }
  }
}
