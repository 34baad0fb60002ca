import Conducting
import JSONText
import Machine
import Rules

/// `conductor exec`: runs a program so that what it starts is judged first.
struct ExecCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let run = try GuardedRun(
      try session.project(), session.context, item: FlagKey.item.text(in: request),
      level: FlagKey.level.text(in: request), environment: FlagKey.environment.text(in: request))
    switch try run.run(request.arguments.map { Text($0) }) {
    case .ended(let status): terminate(as: status)
    case .refused(let deed):
      if session.isJSON { try session.print(document(deed)) }
      RefusalWords(session).tell(deed, "was not started")
      return .startRefused
    }
  }

  private func document(_ deed: RefusedDeed) -> JSON {
    [
      "format": "conductor/exec/1", "outcome": "refused",
      "exit": .integer(Int(ExitCode.startRefused.rawValue)), "judgement": deed.judgement.json,
      "receipt": deed.receipt.map { .string($0.text) } ?? .null,
    ]
  }
}

/// How people, and agents that read their programs' errors, are told of what does not happen.
struct RefusalWords {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Says on standard error what was refused, by which rules, and where the record lies.
  func tell(_ deed: RefusedDeed, _ outcome: String) {
    let text = JudgementText(style: .plain, width: nil)
    var lines = ["conductor: \(session.shown(deed.subject)) \(outcome)"]
    for finding in deed.judgement.findings where finding.verdict > .allow {
      lines += text.lines(finding)
    }
    if let receipt = deed.receipt { lines.append("receipt \(session.shown(receipt))") }
    if let fault = deed.recordFault {
      lines.append("no receipt was written: " + session.shown(fault))
    }
    session.warn(lines.joined(separator: "\n"))
  }
}

/// A program of a guarded run's folder: this program under the name of another, which it starts or refuses.
struct ShimStart {
  private let folder: RunFolder
  private let name: Path

  /// What this process was started as; nil for conductor itself.
  init?() {
    guard let program = Self.program, let folder = RunFolder(of: program) else { return nil }
    self.folder = folder
    name = program.name
  }

  /// The file that this process runs, also when its name has been removed since.
  private static var program: Path? {
    guard let own = Machine.ownProgram else { return nil }
    let mark = Array(" (deleted)".utf8)
    let isRemoved = own.bytes.count > mark.count && Array(own.bytes.suffix(mark.count)) == mark
    return isRemoved ? Path(bytes: Array(own.bytes.dropLast(mark.count))) : own
  }

  /// Puts the real program in the place of this one; returns only when it does not start.
  func run() -> ExitCode {
    do {
      let session = Session(try Machine.real(), Request.guardedStart)
      return try start(session)
    } catch let refusal as Refusal {
      return told(Failure(refusal), refusal.exit == .noSuchProgram ? .noSuchProgram : .startRefused)
    } catch let error as Machine.StartError {
      return told(Failure(startError: error), .startRefused)
    } catch let error as SystemError {
      return told(Failure(Refusal(error)), .startRefused)
    } catch {
      let refusal = Refusal(.internalFault, "an error of an unknown kind: " + Text("\(error)"))
      return told(Failure(refusal), .startRefused)
    }
  }

  private func start(_ session: Session) throws -> ExitCode {
    let start = GuardedStart(folder, session.context)
    switch try start.decide(name, Machine.ownArguments) {
    case .refused(let deed):
      RefusalWords(session).tell(deed, "was not started")
      return .startRefused
    case .start(let program, let arguments):
      do {
        try session.machine.processes.become(program, arguments)
      } catch {
        throw Refusal(.programUnusable, program.text + " cannot be run: " + Text(error.text))
      }
      return .startRefused
    }
  }

  private func told(_ failure: Failure, _ code: ExitCode) -> ExitCode {
    _ = failure.tell(asJSON: false, output: nil)
    let name = Printable.line(self.name.string)
    let words = "conductor: \(name) was not started, since it is guarded here\n"
    if code == .startRefused {
      _ = try? Output(calls: SystemCalls()).write(Array(words.utf8), to: .standardError)
    }
    return code
  }
}
