package import Evidence
package import JSONText
package import Machine

/// Everything that a step needs from outside, in one value.
package struct Context: Sendable {
  /// Every effect: files, clock, random, environment, processes.
  package var machine: Machine
  /// The version that receipts name.
  package var version: Text
  /// The random name of this run.
  package var run: Text
  /// What is replaced before anything is emitted or recorded.
  package var redaction = Redaction()
  /// What is known of git's objects by now, for every step that this context is handed to.
  let objects = ObjectMemory()
  /// Where git is started to measure.
  let measuring = MeasuringFolder()
  /// What is known of the backlog by now, and of the journal.
  let backlog = BacklogMemory()
  let journal = JournalMemory()
  /// What is known of the records by now.
  let records = RecordMemory()
  /// How long a step waits for the lock, in seconds.
  package var patience: Double = 10

  /// Joins the effects with the names that records bear.
  package init(machine: Machine, version: Text) {
    self.machine = machine
    self.version = version
    run = Text(machine.random.hex(16))
  }

  /// The present moment.
  package var now: Timestamp { Timestamp(nanoseconds: machine.clock.now) }

  /// The names of the variables that can fix clock and random.
  static let fixing = ["CONDUCTOR_NOW", "CONDUCTOR_SEED"]

  /// The variables that fix clock and random, which every record made under them names.
  package var fixed: [(name: Text, value: Text)] {
    Self.fixing.compactMap { name in
      machine.environment[name].map { (Text(name), Text($0)) }
    }
  }

  /// Whether the clock stands still, so that what is recorded counts for nothing on the real one.
  package var isRehearsing: Bool { machine.environment["CONDUCTOR_NOW"] != nil }

  /// The stops that count for the clock that is in force.
  func counting(_ stopped: [Text: StoppedItem]) -> [Text: StoppedItem] {
    isRehearsing ? stopped : stopped.filter { !$0.value.isRehearsed }
  }

  /// Begins a receipt of this run.
  package func receipt(kind: Text, agent: Text, outcome: Text) -> Receipt {
    var receipt = Receipt(
      kind: kind, time: now, tool: version, run: run, agent: agent, host: Text(machine.host),
      outcome: outcome)
    receipt.fixed = fixed
    return receipt
  }
}

extension Path {
  /// The path's bytes as text, for records and messages.
  package var text: Text { Text(bytes: bytes) }

  /// The path that a text names.
  package init(_ text: Text) { self.init(bytes: text.bytes) }
}

extension Bytes {
  /// The bytes of a file as it was read, kept alive by the file's image.
  package init(_ image: FileImage) {
    unsafe self.init(keeping: image, image.buffer)
  }
}
