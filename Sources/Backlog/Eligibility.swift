package import JSONText

/// A rule's stop of an item, which only a person ends.
package struct Stop: Equatable, Sendable {
  /// The set and the rule's id.
  package var rule: Text
  /// The person to whom it goes, where one is named.
  package var person: Text?

  /// States a stop.
  package init(rule: Text, person: Text?) {
    self.rule = rule
    self.person = person
  }
}

/// What is known outside the backlog when items are judged.
package struct Surroundings: Sendable {
  /// The moment at which leases and dates are judged.
  package var now: Timestamp
  /// Claims that are open outside git's reach, by item; an item held here is held whatever the backlog says.
  package var open: [Text: Claim]
  /// The ids that were archived as done.
  package var archivedDone: Set<Text>
  /// Items that a rule has stopped and nobody has released, with the first stop of each.
  package var stopped: [Text: Stop]
  /// Whether the supervisor of a claim lives, by the claim's number, as far as this machine can tell.
  package var supervisorLives: [Int: Bool]

  /// States what is known.
  package init(
    now: Timestamp, open: [Text: Claim] = [:], archivedDone: Set<Text> = [],
    stopped: [Text: Stop] = [:], supervisorLives: [Int: Bool] = [:]
  ) {
    self.now = now
    self.open = open
    self.archivedDone = archivedDone
    self.stopped = stopped
    self.supervisorLives = supervisorLives
  }

  /// Whether a claim holds: as long as its supervisor lives, where that is known, else for its lease.
  package func holds(_ claim: Claim) -> Bool {
    supervisorLives[claim.number] ?? (claim.until > now)
  }

  /// The claim that holds an item now, by the backlog or by the state folder.
  package func holder(of item: Item) -> Claim? {
    let claims = [item.status == .inProgress ? item.claim : nil, open[item.id]]
    return claims.compactMap { $0 }.filter { holds($0) }.max { $0.number < $1.number }
  }
}

/// Why an item cannot be handed out now.
package enum Obstacle: Equatable, Sendable {
  case status(Status)
  case claimUnreadable
  case held(Claim)
  case dependency(Text, Status)
  case dependencyMissing(Text)
  case cycle([Text])
  case notBefore(Timestamp)
  case field(FieldFault)
  case stopped(Stop)

  /// The code that receipts and `--json` carry.
  package var code: Text {
    switch self {
    case .status(.unknown): "status-unknown"
    case .status: "status-not-pending"
    case .claimUnreadable: "claim-unreadable"
    case .held: "held"
    case .dependency: "dependency-open"
    case .dependencyMissing: "dependency-missing"
    case .cycle: "dependency-cycle"
    case .notBefore: "not-before"
    case .field: "field-type"
    case .stopped: "stopped"
    }
  }

  /// The obstacle in a phrase that follows "because" or stands alone in a table.
  package var text: Text {
    switch self {
    case .status(.unknown("")): return "it has no status"
    case .status(.unknown(let word)):
      return "its status " + Text(bytes: quoted(word)) + " is none that conductor knows"
    case .status(let status): return "its status is " + status.word
    case .claimUnreadable: return "it is in progress, and its claim cannot be read"
    case .held(let claim):
      return "it is held by " + claim.by + " until " + claim.until.text + " (claim "
        + Text("\(claim.number)") + ")"
    case .dependency(let id, let status): return "it waits for " + id + ", which is " + status.word
    case .dependencyMissing(let id): return "it waits for " + id + ", which is not in the backlog"
    case .cycle(let ids):
      return "it waits for itself: " + ids.dropFirst().reduce(ids[0]) { $0 + " → " + $1 }
    case .notBefore(let time): return "it must not begin before " + time.text
    case .field(let fault): return "its field " + fault.text
    case .stopped(let stop):
      return "it is stopped by " + stop.rule + ": waits for "
        + (stop.person ?? "a person who may release it")
    }
  }
}

extension Backlog {
  /// Whether the item at a row could be next as far as its status alone says: pending, or claimed by somebody.
  package func isCandidate(at row: Int) -> Bool {
    isCandidate(at: row, Status.pending.word, Status.inProgress.word)
  }

  /// The rows of the items that could be next as far as their status alone says.
  package var candidates: [Int] {
    // Asked of every row, so the two words are made once and compared in place.
    let pending = Status.pending.word
    let inProgress = Status.inProgress.word
    return (0..<count).filter { isCandidate(at: $0, pending, inProgress) }
  }

  private func isCandidate(at row: Int, _ pending: Text, _ inProgress: Text) -> Bool {
    guard let range = items.value(row, Column.status.rawValue) else { return false }
    // No spelling of a word is shorter than the word and its quotes.
    guard range.count >= pending.bytes.count + 2 else { return false }
    return stringEquals(survey.bytes, range, pending)
      || stringEquals(survey.bytes, range, inProgress)
  }

  /// Everything that keeps an item from being handed out; empty for an eligible one.
  ///
  /// An item in progress whose lease has run out is judged as if it were pending: whoever is next takes it over.
  package func obstacles(of item: Item, in surroundings: Surroundings) -> [Obstacle] {
    var obstacles: [Obstacle] = []
    switch item.status {
    case .pending: break
    case .inProgress where item.claim != nil: break
    case .inProgress: obstacles.append(.claimUnreadable)
    default: return [.status(item.status)]
    }
    if let holder = surroundings.holder(of: item) { obstacles.append(.held(holder)) }
    for id in item.dependsOn {
      if let row = row(of: id) {
        let status = status(at: row)
        if status != .done { obstacles.append(.dependency(id, status)) }
      } else if !surroundings.archivedDone.contains(id) {
        obstacles.append(.dependencyMissing(id))
      }
    }
    if let time = item.notBefore, time > surroundings.now {
      obstacles.append(.notBefore(time))
    }
    obstacles += item.faults.map { .field($0) }
    if let stop = surroundings.stopped[item.id] { obstacles.append(.stopped(stop)) }
    return obstacles
  }

  /// The obstacles with a cycle named in place of the dependencies that are part of it.
  package func obstacles(
    of item: Item, in surroundings: Surroundings, cycles: DependencyCycles
  ) -> [Obstacle] {
    let obstacles = obstacles(of: item, in: surroundings)
    guard let way = cycles.way(through: item.row) else { return obstacles }
    let others = obstacles.filter {
      guard case .dependency(let id, _) = $0, let row = row(of: id) else { return true }
      return !cycles.share(item.row, row)
    }
    return [.cycle(way.map { id(at: $0) })] + others
  }
}
