import ShellText

/// A small judge with one rule: `alembic upgrade`, `downgrade` and `stamp` are stopped.
enum GuardedProgram {
  enum Verdict: String { case allow, ask, stop }

  static func verdict(_ line: String) -> Verdict {
    let reading = ShellLine.reading(line)
    var asks = !reading.isUnderstood
    if reading.mentions("alembic") { return .stop }
    for vector in reading.vectors where vector.name == "alembic" {
      switch vector.subcommand(valued: ["-c", "--config", "-n", "--name", "-x"]) {
      case .known(let verb):
        if ["upgrade", "downgrade", "stamp"].contains(verb) { return .stop }
      case .unknown: asks = true
      case .none: break
      }
    }
    for code in reading.inlineCode {
      if code.mentions("alembic") { return .stop }
      if !code.isKnown { asks = true }
    }
    for script in reading.scripts {
      switch script.kind {
      case .shell: asks = true
      case .program: if script.path.lastComponent != "alembic" { asks = true }
      case .interpreter: break
      }
    }
    return asks ? .ask : .allow
  }
}
