package import Backlog
package import Evidence
package import JSONText
package import Machine

/// A condition outside the items that must hold before any is handed out.
package protocol Prerequisite: Sendable {
  /// The key under which receipts record it.
  var name: Text { get }
  /// Judges the condition; everything that goes wrong on the way is a verdict that it does not hold.
  func judge(_ readings: Readings, _ wanted: Prerequisites, now: Timestamp) -> PrerequisiteVerdict
}

/// What was found of a prerequisite.
package struct PrerequisiteVerdict: Sendable {
  /// The prerequisite's name.
  package var name: Text
  /// Whether the backlog asks for it at all.
  package var isRequired: Bool
  /// Everything that keeps it from holding.
  package var reasons: [(code: ReasonCode, text: Text)] = []
  /// What the file said, as far as it was judged.
  package var snapshot: JSON = .null
  /// The digest of the file that was judged.
  package var digest: Digest?

  /// Whether it stands in nobody's way.
  package var holds: Bool { !isRequired || reasons.isEmpty }

  /// The form that receipts hold.
  package var json: JSON {
    [
      "verdict": isRequired ? (reasons.isEmpty ? "met" : "not met") : "not required",
      "reasons": .array(reasons.map { $0.code.reason($0.text).json }),
      "sha256": digest.map { .string($0.hex) } ?? .null,
      "snapshot": snapshot,
    ]
  }

  mutating func fail(_ code: ReasonCode, _ text: Text) { reasons.append((code, text)) }

  /// Reads and parses the summary that a verdict is about; nil, with the reason noted, where that is impossible.
  mutating func summary(
    _ path: Path, _ readings: Readings, missing: ReasonCode, unreadable: ReasonCode,
    invalid: ReasonCode
  ) -> Node? {
    let bytes: [UInt8]?
    do {
      bytes = try readings.small(path)
    } catch {
      fail(unreadable, path.text + " cannot be read: " + Text(error.text))
      return nil
    }
    guard let bytes else {
      fail(missing, path.text + " does not exist")
      return nil
    }
    digest = SHA256.hash(bytes)
    do {
      let root = try Document(Bytes(bytes)).root
      if root.kind == .object { return root }
      fail(invalid, path.text + " must hold an object, not " + root.words)
    } catch {
      fail(
        unreadable,
        placePrefix(path, line: error.line, column: error.column) + Text(error.message))
    }
    return nil
  }
}

/// Whether the project's external sources are authentic enough for work to go on.
package struct Authenticity: Prerequisite {
  /// Where the summary lies.
  package let path: Path
  /// The key in receipts.
  package let name: Text = "authenticity"

  /// Judges the summary at a path.
  package init(path: Path) { self.path = path }

  /// Trust is a number from 0 to 1 and nothing else; feeds are an array and nothing else.
  package func judge(
    _ readings: Readings, _ wanted: Prerequisites, now: Timestamp
  ) -> PrerequisiteVerdict {
    var verdict = PrerequisiteVerdict(name: name, isRequired: wanted.requiresAuthenticity)
    guard
      let root = verdict.summary(
        path, readings, missing: .authenticityMissing, unreadable: .authenticityUnreadable,
        invalid: .authenticityInvalid)
    else { return verdict }
    verdict.snapshot = .object(
      ["generated_at", "overall_avg_trust", "attention_feeds"].compactMap { key in
        root[key].map { .init(key: key, value: $0.json) }
      })
    judgeTrust(root, wanted, &verdict)
    if wanted.requiresNoAttentionFeeds { judgeFeeds(root, &verdict) }
    if let age = wanted.maximumAge { judgeAge(root, age, now, &verdict) }
    return verdict
  }

  private func judgeTrust(
    _ root: Node, _ wanted: Prerequisites, _ verdict: inout PrerequisiteVerdict
  ) {
    guard let value = root["overall_avg_trust"] else {
      return verdict.fail(.authenticityInvalid, path.text + " has no overall_avg_trust")
    }
    guard let trust = value.double, trust >= 0, trust <= 1 else {
      return verdict.fail(
        .authenticityInvalid,
        "overall_avg_trust in " + path.text + " must be a number from 0 to 1, not " + value.words)
    }
    if trust < wanted.minimumTrust {
      verdict.fail(
        .trustBelowMinimum,
        "the overall trust is " + Text(bytes: value.raw.array)
          + ", and the backlog asks for at least "
          + Text("\(wanted.minimumTrust)"))
    }
  }

  private func judgeFeeds(_ root: Node, _ verdict: inout PrerequisiteVerdict) {
    guard let feeds = root["attention_feeds"] else {
      return verdict.fail(.authenticityInvalid, path.text + " has no attention_feeds")
    }
    guard feeds.kind == .array else {
      return verdict.fail(
        .authenticityInvalid,
        "attention_feeds in " + path.text + " must be an array, not " + feeds.words)
    }
    let count = feeds.elements.count
    if count > 0 {
      verdict.fail(
        .attentionFeeds,
        Text(count == 1 ? "1 feed needs" : "\(count) feeds need")
          + " attention, and the backlog requires none")
    }
  }

  private func judgeAge(
    _ root: Node, _ age: Int, _ now: Timestamp, _ verdict: inout PrerequisiteVerdict
  ) {
    guard let time = root["generated_at"]?.text.flatMap({ Timestamp($0) }) else {
      return verdict.fail(
        .authenticityInvalid,
        path.text + " has no generated_at that can be read, and the backlog names a max_age")
    }
    // A summary from the future says nothing about its age either.
    if time > now || time.adding(seconds: Int64(age)) < now {
      verdict.fail(
        .authenticityStale,
        path.text + " was generated at " + time.text + ", which is not within the backlog's max_age"
      )
    }
  }
}

/// Whether the last continuous integration run was healthy.
package struct ContinuousIntegration: Prerequisite {
  /// Where the summary lies.
  package let path: Path
  /// The key in receipts.
  package let name: Text = "ci"

  /// Judges the summary at a path.
  package init(path: Path) { self.path = path }

  private static let healthy: [Text] = ["ok", "pass", "passed", "success"]

  /// A status and an exit code that are both there must agree; neither there is not a pass.
  package func judge(
    _ readings: Readings, _ wanted: Prerequisites, now: Timestamp
  ) -> PrerequisiteVerdict {
    var verdict = PrerequisiteVerdict(name: name, isRequired: wanted.requiresCI)
    guard
      let root = verdict.summary(
        path, readings, missing: .ciMissing, unreadable: .ciUnreadable, invalid: .ciInvalid)
    else { return verdict }
    verdict.snapshot = .object(
      ["generated_at", "status", "exit_code"].compactMap { key in
        root[key].map { .init(key: key, value: $0.json) }
      })
    let status = root["status"]
    let code = root["exit_code"]
    if status == nil, code == nil {
      verdict.fail(.ciInvalid, path.text + " has neither status nor exit_code")
    }
    if let status {
      if let text = status.text {
        let folded = Text(bytes: text.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        if !Self.healthy.contains(folded) {
          verdict.fail(.ciFailing, "the CI summary's status is " + Text(bytes: quoted(text)))
        }
      } else {
        verdict.fail(
          .ciInvalid, "status in " + path.text + " must be a string, not " + status.words)
      }
    }
    if let code {
      if let number = code.integer {
        if number != 0 {
          verdict.fail(.ciFailing, "the CI summary's exit code is " + Text("\(number)"))
        }
      } else {
        verdict.fail(
          .ciInvalid, "exit_code in " + path.text + " must be a whole number, not " + code.words)
      }
    }
    return verdict
  }
}
