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
        .write(project, context.redacting(by: shelf), shelf)
    } catch {
      recordFault = error.reasons.first?.text ?? "the record could not be written"
    }
  }
}

extension Judgement {
  /// Both judgements of the same thing: whatever either found holds.
  func joined(with other: Judgement) -> Judgement {
    var joined = self
    joined.findings = Finding.ordered(findings + other.findings)
    joined.judged = max(judged, other.judged)
    joined.isUnderstood = isUnderstood && other.isUnderstood
    return joined
  }

  /// What counts of it: where no set is loaded, nothing but that the operator's own paths and verbs are protected, and
  /// what plugins say, since nobody has asked for anything else.
  func counting(for book: RuleBook) -> Judgement {
    guard book.sets.isEmpty else { return self }
    var judgement = self
    let kept = [OwnRule.protectedPath, .operatorsVerb].map(\.name)
    judgement.findings.removeAll { !kept.contains($0.name) && !$0.isFromPlugin }
    return judgement
  }
}
