import JSONText
import Rules
import ShellText

/// The judge with one rule: `alembic upgrade`, `downgrade` and `stamp` are stopped.
enum GuardedProgram {
  private static let set = """
    {"ruleset": "guard", "version": "1", "language": 1,
     "programs": {"alembic": {"valued": ["-c", "--config", "-n", "--name", "-x"]}},
     "targets": {"make": {"test": {}, "default": {}, "alembic": {}, "upgrade": {}, "head": {}}},
     "rules": [{"id": "alembic", "phase": "command", "verdict": "stop", "because": "it migrates",
                "when": {"program": "alembic", "subcommand": ["upgrade", "downgrade", "stamp"]}}]}
    """

  private static let book: Result<RuleBook, RuleFault> = Result { () throws(RuleFault) in
    let source = RuleSource(name: "guard.json", bytes: Bytes(Array(set.utf8)))
    return RuleBook([try RuleSet.load(source) { (_, _) throws(RuleFault) in nil }])
  }

  /// What the judge says of a line where no file can be read.
  static func verdict(_ line: String) throws(RuleFault) -> Verdict {
    try book.get().judgement(
      ofCommand: Array(line.utf8), Circumstances(now: Timestamp(nanoseconds: 0))
    ).verdict
  }
}
