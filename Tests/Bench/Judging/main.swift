import JSONText
import Rules

/// Prints how long the judge takes for one command line under a thousand rules, in microseconds: the median of many.
func measure() throws {
  var rules: [JSON] = []
  for number in 0..<1000 {
    let when: JSON =
      switch number % 5 {
      case 0: ["argument": .string("secret\(number)[a-f0-9]+")]
      case 1: ["program": "git", "subcommand": .string("verb\(number)"), "argument": "^main$"]
      case 2: ["writes": .string("generated/part\(number)/**")]
      default: ["program": .string("tool\(number)"), "option": ["--force", "-f"]]
      }
    rules.append([
      "id": .string("rule-\(number)"), "phase": "command", "when": when, "verdict": "deny",
      "because": "it is measured",
    ])
  }
  let text: JSON = [
    "ruleset": "bench", "version": "1", "language": 1, "rules": .array(rules),
  ]
  let source = RuleSource(name: "bench.json", bytes: Bytes(text.written(indent: 2)))
  let book = RuleBook([try RuleSet.load(source) { (_, _) in nil }])
  let line: Text =
    "cd src && git -C ../other log --oneline --since=yesterday -- README.md | grep -n 'fix:' > out.txt; for f in a b c; do wc -l \"$f\"; done && env LANG=C sort -u out.txt | head -n 20 && tar czf logs.tgz logs tmp"
  let circumstances = Circumstances(now: Timestamp(nanoseconds: 0))
  var times: [Double] = []
  var asked = 0
  for _ in 0..<200 {
    let start = ContinuousClock.now
    asked = book.judgement(ofCommand: line.bytes, circumstances).judged
    let seconds = start.duration(to: .now).components
    times.append(Double(seconds.seconds) * 1e6 + Double(seconds.attoseconds) / 1e12)
  }
  guard asked == 1000 else { throw Unasked(rules: asked) }
  print(times.sorted()[times.count / 2])
}

/// Not every rule was asked, so that the time would say nothing.
struct Unasked: Error {
  var rules: Int
}

try measure()
