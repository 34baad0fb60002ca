import Backlog
package import Evidence
package import JSONText
package import Machine

/// A step that is ready to be committed.
package struct Step {
  /// The record of it.
  package var receipt: Receipt
  /// The name of the record, where it had to be known before.
  package var name: ReceiptName?
  /// The file that it changes, already written beside the old one, where it changes any.
  package var staged: StagedChange?
  /// The claim that it opens.
  package var opens: OpenClaim?
  /// The items whose open claims it closes.
  package var closes: [Text] = []
  /// The item that it stops.
  package var stops: StoppedItem?
  /// The file that it lays beside the record.
  package var adds: Addendum?
  /// The items that it releases from their stops.
  package var frees: [Text] = []

  /// Prepares a step that changes nothing but the records.
  package init(_ receipt: Receipt) { self.receipt = receipt }
}

/// A change whose new file is written and synced, and only has to take the old one's place.
package struct StagedChange {
  /// What changes, as the intent records it.
  package var change: FileChange
  /// The bytes that were edited, or nil where there was no file.
  package var edited: FileImage?
  /// The new file.
  package var file: StagedFile
}

/// What came of a commit.
package enum Committed: Sendable {
  /// The step is durable; the receipt lies at this path, relative to the project's root.
  case done(Path)
  /// Somebody else saved the file in between; nothing was done, and the step must be decided anew.
  case changed
}

extension StateFolder {
  /// Makes a step durable: intent, receipt, ledger line, the change, and the intent's end.
  ///
  /// After any failure the files are as they were before. Where even undoing fails the intent stays, the next command
  /// that takes the lock settles the step, and the refusal says so.
  package func commit(_ step: Step) throws(Refusal) -> Committed {
    if let staged = step.staged, try !isUnchanged(staged) {
      try? staged.file.discard()
      return .changed
    }
    let intent: Intent
    do throws(SystemError) {
      try compactIfLong()
      intent = try plan(step)
    } catch {
      try? step.staged?.file.discard()
      throw Refusal(error, relativeTo: project.root)
    }
    do throws(SystemError) {
      try begin(intent)
    } catch {
      try? step.staged?.file.discard()
      let size = journal.size
      throw refusal(
        error, settling: Result { () throws(SystemError) in try cutJournal(to: size) })
    }
    do throws(SystemError) {
      try record(intent)
      if let staged = step.staged, try staged.file.commit(expecting: staged.edited) != .done {
        _ = try undo(intent)
        return .changed
      }
      finish(intent)
      return .done(project.configuration.receipts / intent.receiptPath)
    } catch {
      // The failing call may have come after the change itself: what counts is what lies there now.
      let settled = Result { () throws(SystemError) in try settle(intent, preferring: .undo) }
      if case .success(.finished) = settled {
        return .done(project.configuration.receipts / intent.receiptPath)
      }
      throw refusal(error, settling: settled)
    }
  }

  /// States a failure, and whether it is certain that nothing was done.
  private func refusal<Value>(
    _ error: SystemError, settling settled: Result<Value, SystemError>
  ) -> Refusal {
    var refusal = Refusal(error, relativeTo: project.root)
    if case .failure(let second) = settled {
      refusal.reasons += Refusal(second, relativeTo: project.root).reasons
      refusal.reasons.append(
        ReasonCode.inputOutput.reason(
          "the step could not be taken back either, so the next command completes or undoes it"))
      refusal.hint = "\"conductor doctor\" says whether a step is open."
    }
    return refusal
  }

  /// Cuts off what was appended to the journal in vain; unlike a mark, that needs no room on the disk.
  private func cutJournal(to size: Int) throws(SystemError) {
    do {
      try files.truncate(journalPath, to: size)
    } catch {
      if !error.isMissing { throw error }
    }
  }

  private func isUnchanged(_ staged: StagedChange) throws(Refusal) -> Bool {
    do {
      return try files.identity(staged.file.target, followLinks: false) == staged.edited?.identity
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// Names the receipt and says what will be done.
  private func plan(_ step: Step) throws(SystemError) -> Intent {
    let name: ReceiptName
    if let chosen = step.name {
      name = chosen
    } else {
      name = try freeName(at: step.receipt.time)
    }
    return Intent(
      id: name.id, receiptPath: Path(name.path),
      receipt: step.receipt.bytes(cleanedBy: context.redaction), ledgerPath: ledgerPath,
      ledgerSize: try ledgerSize(), of: step)
  }

  /// A name that no receipt has; it stays free as long as the lock is held.
  func freeName(at time: Timestamp) throws(SystemError) -> ReceiptName {
    while true {
      let name = ReceiptName(
        time: time, suffix: UInt32(truncatingIfNeeded: context.machine.random.uint64()))
      if try files.identity(project.receipts / Path(name.path), followLinks: false) == nil {
        return name
      }
    }
  }

  /// Where the next line of this checkout's ledger begins.
  func ledgerSize() throws(SystemError) -> Int {
    try files.identity(project.receipts / ledgerPath)?.size ?? 0
  }

  private func begin(_ intent: Intent) throws(SystemError) {
    let line = journal.line(beginning: intent)
    try files.append(line, to: journalPath, at: journal.size)
    journal.begin(intent, written: line.count)
  }

  /// Publishes the receipt and lists it.
  private func record(_ intent: Intent) throws(SystemError) {
    let receipt = project.receipts / intent.receiptPath
    try files.makeDirectory(receipt.parent)
    try files.makeDirectory((project.receipts / intent.ledgerPath).parent)
    if let added = intent.adds {
      try files.makeDirectory((project.receipts / added.path).parent)
      try lay(added.bytes, at: project.receipts / added.path)
    }
    try lay(intent.receipt, at: receipt)
    try list(intent)
  }

  private func lay(_ bytes: [UInt8], at path: Path) throws(SystemError) {
    guard try files.identity(path, followLinks: false) == nil else { return }
    try files.publish(bytes, at: path, temporaryIn: project.state)
  }

  /// Takes a file away again that holds what the step laid there, and nothing else.
  private func takeBack(_ bytes: [UInt8], at path: Path) throws(SystemError) {
    guard try files.readIfPresent(path, limit: Project.smallSizeLimit) == bytes else { return }
    try files.remove(path)
    try files.syncDirectory(path.parent)
  }

  /// Appends the intent's ledger line where it is not there yet, cutting only what the intent itself left half written.
  private func list(_ intent: Intent) throws(SystemError) {
    let path = project.receipts / intent.ledgerPath
    let line = intent.ledgerLine
    let (before, tail) = try ledgerTail(intent)
    if tail.starts(with: line) { return }
    var last = tail.last ?? before
    var size = intent.ledgerSize + tail.count
    if !tail.isEmpty, line.starts(with: tail) {
      try files.truncate(path, to: intent.ledgerSize)
      size = intent.ledgerSize
      last = before
    }
    // Whatever else stands there is not ours to cut; a line of its own keeps ours readable.
    let isLineOpen = last.map { $0 != 0x0A } ?? false
    try files.append((isLineOpen ? [0x0A] : []) + line, to: path, at: size)
  }

  /// What stands in the ledger from the intent's line on, and the byte before it. The rest is never read: a claim
  /// must not cost more for the receipts that are there already.
  private func ledgerTail(
    _ intent: Intent
  ) throws(SystemError) -> (before: UInt8?, tail: [UInt8]) {
    let path = project.receipts / intent.ledgerPath
    guard let size = try files.identity(path)?.size, size > 0 else { return (nil, []) }
    let from = max(0, intent.ledgerSize - 1)
    let bytes = try files.read(path, from: from, limit: Project.smallSizeLimit)
    return intent.ledgerSize == 0 ? (nil, bytes) : (bytes.first, Array(bytes.dropFirst()))
  }

  /// Marks the step as done. It is not synced: losing the mark only means that the next one finds the step done.
  private func finish(_ intent: Intent) {
    let line = Journal.line(["done": .string(intent.id)])
    let isWritten =
      (try? files.append(line, to: journalPath, at: journal.size, syncs: false)) != nil
    journal.finish(intent, line: line, isWritten: isWritten)
  }

  /// Marks the step as undone, for good: without the mark the next command would do what somebody was told had
  /// failed. Where the mark finds no room, the intent itself is cut off.
  private func void(_ intent: Intent) throws(SystemError) {
    let line = Journal.line(["void": .string(intent.id)])
    do {
      try files.append(line, to: journalPath, at: journal.size)
      journal.void(written: line.count)
    } catch {
      try cutJournal(to: journal.beginning)
      journal.forget()
    }
  }

  // MARK: After a crash or a failure

  enum Preference { case finish, undo }
  enum Settled { case finished, undone }

  /// Finishes or undoes what a crashed process began.
  func recover() throws(Refusal) {
    guard let intent = journal.pending else { return }
    do {
      let settled = try settle(intent, preferring: .finish)
      if settled == .finished, let open = intent.opens {
        recovered = ReasonCode.interrupted.reason(
          "a step was interrupted and is completed now: " + open.item + " is held by "
            + open.claim.by + " as claim " + Text("\(open.claim.number)") + " until "
            + open.claim.until.text)
      }
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// Brings what an intent names to one of its two whole states, judged by what really lies there.
  func settle(_ intent: Intent, preferring preference: Preference) throws(SystemError) -> Settled {
    guard let change = intent.change else {
      // Nothing but records: they are finished after a crash, and undone where writing them failed.
      if preference == .finish {
        try record(intent)
        finish(intent)
        return .finished
      }
      return try undo(intent)
    }
    let path = project.place(change.path)
    let present = try files.readIfPresent(path, limit: Project.sizeLimit)
    let digest = present.map { SHA256.hash($0) }
    if digest == change.after {
      if try restoreDisplaced(path, change) { return try undo(intent) }
      try files.syncDirectory(files.resolve(path).parent)
      try record(intent)
      finish(intent)
      return .finished
    }
    if preference == .finish, digest == change.before {
      let source = Bytes(present ?? [])
      let pieces = Edit.pieces(change.splices, of: source)
      if SHA256.hash(pieces) == change.after {
        try record(intent)
        let image = present == nil ? nil : try files.image(path, limit: Project.sizeLimit)
        let staged = try files.stage(pieces, for: path)
        if try staged.commit(expecting: image) == .done {
          finish(intent)
          return .finished
        }
      }
    }
    if let present, shows(intent, Bytes(present)) {
      // Somebody saved after the step, with the step in what they saved.
      try clear(change)
      try record(intent)
      finish(intent)
      return .finished
    }
    return try undo(intent)
  }

  /// Whether a backlog that is neither side of a change says that the step was done.
  private func shows(_ intent: Intent, _ bytes: Bytes) -> Bool {
    guard intent.change?.path == project.configuration.backlog,
      let backlog = try? Backlog(bytes)
    else { return false }
    func claim(on id: Text) -> Claim? {
      let item = backlog.row(of: id).flatMap { backlog.item(at: $0) }
      return item?.status == .inProgress ? item?.claim : nil
    }
    if let open = intent.opens { return claim(on: open.item) == open.claim }
    return intent.closes.allSatisfy { id in
      guard let closed = journal.open[id] else { return false }
      return backlog.row(of: id) != nil && claim(on: id)?.number != closed.claim.number
    } && !intent.closes.isEmpty
  }

  /// Whether a person's save was displaced by a change that then crashed; it is put back, since it came later than
  /// what the change was made from.
  private func restoreDisplaced(_ path: Path, _ change: FileChange) throws(SystemError) -> Bool {
    guard let leftover = try files.leftover(for: path) else { return false }
    let digest = try SHA256.hash(files.read(leftover, limit: Project.sizeLimit))
    // A new file takes its place by a second name, so that the first may be left; it displaced nothing.
    if digest == change.before || digest == change.after {
      try files.remove(leftover)
      return false
    }
    try files.restore(leftover, over: path)
    return true
  }

  /// Takes back a step of which nobody was told: its ledger line, where it is still the last, and its receipt.
  private func undo(_ intent: Intent) throws(SystemError) -> Settled {
    let ledger = project.receipts / intent.ledgerPath
    let receipt = project.receipts / intent.receiptPath
    let line = intent.ledgerLine
    if let change = intent.change { try clear(change) }
    let tail = try ledgerTail(intent).tail
    guard tail.isEmpty || line.starts(with: tail) else {
      // Somebody appended behind the line. The record stays, and says by the journal that its step was undone.
      try void(intent)
      return .undone
    }
    if !tail.isEmpty { try files.truncate(ledger, to: intent.ledgerSize) }
    try takeBack(intent.receipt, at: receipt)
    if let added = intent.adds { try takeBack(added.bytes, at: project.receipts / added.path) }
    try void(intent)
    return .undone
  }

  /// Removes the new file that was not used. Content that is neither side of the change is somebody's save, and is
  /// kept under a name that people see.
  private func clear(_ change: FileChange) throws(SystemError) {
    let path = project.place(change.path)
    guard let leftover = try files.leftover(for: path) else { return }
    let digest = try SHA256.hash(files.read(leftover, limit: Project.sizeLimit))
    if digest == change.after || digest == change.before {
      try files.remove(leftover)
    } else {
      _ = try files.setAside(leftover, of: path)
    }
  }

  /// Rewrites the journal once it is long, so that reading it never grows with the past.
  private func compactIfLong() throws(SystemError) {
    guard journal.isLong else { return }
    let snapshot = journal.snapshot(at: context.now)
    guard let compacted = try? Journal(Bytes(snapshot)) else { return }
    try files.store(snapshot, at: journalPath)
    journal = compacted
  }
}

extension Files {
  /// Writes the new content of a file beside it, and does some work while the disk is busy with it.
  func stage(
    _ pieces: [Bytes], for target: Path, meanwhile work: (() -> Void)? = nil
  ) throws(SystemError) -> StagedFile {
    var buffers: [UnsafeRawBufferPointer] = unsafe []
    for piece in pieces {
      unsafe piece.withUnsafeBytes { unsafe buffers.append($0) }
    }
    // The pieces outlive the call, and their bytes do not move.
    return try withExtendedLifetime(pieces) { () throws(SystemError) in
      try unsafe stage(buffers, for: target, meanwhile: work)
    }
  }
}
