import Evidence
package import JSONText
package import Machine
package import Rules

/// Something that was about to happen and does not, because a rule speaks against it.
package struct RefusedDeed: Sendable {
  /// What was about to happen, as one line.
  package var subject: Text
  package var judgement: Judgement
  /// The receipt of the stop; nil where the verdict is no stop, or the record could not be written.
  package var receipt: Path?
  /// Why the stop is not on record.
  package var recordFault: Text?

  /// Records a refusal, where it is a stop; that the record fails changes nothing about the refusal.
  init(
    _ judgement: Judgement, kind: Text, subject: Text, item: Text?, _ project: Project,
    _ context: Context, _ shelf: RuleShelf
  ) {
    self.subject = subject
    self.judgement = judgement
    guard judgement.verdict == .stop else { return }
    do {
      receipt = try StopRecord(kind: kind, subject: subject, item: item, judgement)
        .write(project, context, shelf)
    } catch {
      recordFault = error.reasons.first?.text ?? "the record could not be written"
    }
  }

  /// An argument vector on one line, for people and records: words that a shell would take apart are quoted.
  static func line(_ vector: [Text]) -> Text {
    var bytes: [UInt8] = []
    for word in vector {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      bytes += quotedForShell(word.bytes)
    }
    return Text(bytes: bytes)
  }

  private static func quotedForShell(_ word: [UInt8]) -> [UInt8] {
    let plain = Set("%+,-./:=@_".utf8)
    let isPlain = word.allSatisfy { byte in
      plain.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
    if isPlain, !word.isEmpty { return word }
    let quote = UInt8(ascii: "'")
    return [quote] + word.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
  }
}

extension Judgement {
  /// Both judgements of the same thing: whatever either found holds.
  func joined(with other: Judgement) -> Judgement {
    var joined = self
    joined.findings += other.findings.filter { !findings.contains($0) }
    joined.findings.sort { ($1.verdict, $0.name) < ($0.verdict, $1.name) }
    joined.judged = max(judged, other.judged)
    joined.isUnderstood = isUnderstood && other.isUnderstood
    return joined
  }
}
