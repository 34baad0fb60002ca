import JSONText
import Synchronization

/// What a built-in set says, each part read when it is first asked for: the tests have proved all of it when the program
/// was built.
final class ProvedContents: SetContents {
  private struct State {
    var contents = ReadContents()
    /// One bit for each key that was read.
    var known: UInt32 = 0
    /// The detectors that were asked for one by one.
    var detectors: [Detector] = []
  }

  private let source: RuleSource
  private let names: Names
  private let places: RuleTable
  private let state = Mutex(State())

  init(_ source: RuleSource, _ names: Names, _ places: RuleTable) {
    self.source = source
    self.names = names
    self.places = places
  }

  var table: RuleTable? { places }
  var hasLevels: Bool { places.section(.levels) != nil }
  var hasEnvironments: Bool { places.section(.environments) != nil }
  /// A test sees to it that everything is used.
  var unused: [(place: RulePlace, text: Text)] { [] }

  var title: Text? {
    part(.title, { $0.title }) { (set) throws(RuleFault) in try set.readTitle() }
  }
  var review: Review? {
    part(.reviewedAgainst, { $0.review }) { (set) throws(RuleFault) in try set.readReview() }
  }
  var authority: Authority {
    part(.authority, { $0.authority }) { (set) throws(RuleFault) in try set.readAuthority() }
  }
  var environments: [TargetEnvironment] {
    part(.environments, { $0.environments }) { (set) throws(RuleFault) in try set.readEnvironments()
    }
  }
  var hints: EnvironmentHints {
    part(.hints, { $0.hints }) { (set) throws(RuleFault) in try set.readHints() }
  }
  var levels: Levels? {
    part(.levels, { $0.levels }) { (set) throws(RuleFault) in try set.readLevels() }
  }
  var valued: [Text: [Text]] {
    part(.programs, { $0.valued }) { (set) throws(RuleFault) in try set.readPrograms() }
  }
  var targets: [Text: [Text: BuildTarget]] {
    part(.targets, { $0.targets }) { (set) throws(RuleFault) in try set.readTargets() }
  }
  var detectors: [Text: Detector] {
    part(.detectors, { $0.detectors }) { (set) throws(RuleFault) in try set.readDetectors() }
  }
  func detector(_ name: Text) -> Detector? {
    guard let entry = places.detector(name) else { return nil }
    return state.withLock { state in
      if let known = state.detectors.first(where: { $0.name == name }) { return known }
      let (names, source) = (names, source)
      let body = Deferred { () -> Detector.Body in
        let reader = SetReader(source, Vocabulary(names), isEager: false)
        guard let document = try? Document(part: entry.range, of: source.bytes),
          let body = try? Detector.Body(document.root, reader)
        else { return .unreadable }
        return body
      }
      let place = RulePlace(file: source.name, line: entry.line)
      let detector = Detector(name: name, place: place, deferred: body)
      state.detectors.append(detector)
      return detector
    }
  }
  var deliverables: [Rule] {
    part(.deliverables, { $0.deliverables }) { (set) throws(RuleFault) in try set.readDeliverables()
    }
  }
  var waivers: [Waiver] {
    part(.waivers, { $0.waivers }) { (set) throws(RuleFault) in try set.readWaivers() }
  }
  var prompt: [Text] {
    part(.prompt, { $0.prompt }) { (set) throws(RuleFault) in try set.readPrompt() }
  }
  var redact: [Text] {
    part(.redact, { $0.redact }) { (set) throws(RuleFault) in try set.readRedact() }
  }
  var response: [ResponseSchema] {
    part(.response, { $0.response }) { (set) throws(RuleFault) in try set.readResponse() }
  }

  var rules: [Rule] {
    part(.rules, { $0.rules }) { (set) throws(RuleFault) in
      set.contents.rules = unreadRules
    }
  }

  private var unreadRules: [Rule] {
    let (names, source) = (names, source)
    return (0..<places.ruleCount).map { place in
      let entry = places.entry(place)
      let body = Deferred { () -> Rule.Body in
        let reader = SetReader(source, Vocabulary(names), isEager: false)
        guard let document = try? Document(part: entry.range, of: source.bytes),
          let fields = try? Fields(document.root, reader, RuleKey.self),
          let body = try? Rule.Body(fields, entry.phases, reader)
        else { return .unreadable }
        return body
      }
      return Rule(
        id: entry.id, phases: entry.phases,
        place: RulePlace(file: source.name, line: entry.line), deferred: body)
    }
  }

  /// What a part of the set comes to; nothing is read where the set does not have it.
  private func part<Value>(
    _ key: SetKey, _ value: (ReadContents) -> Value,
    _ read: (inout SetBuilder) throws(RuleFault) -> Void
  ) -> Value {
    state.withLock { state in
      let bit: UInt32 = 1 << UInt32(key.rawValue)
      if state.known & bit == 0, places.section(key) != nil {
        let vocabulary = Vocabulary(names)
        var builder = SetBuilder(
          Parts(unread: source, places, vocabulary), vocabulary, state.contents)
        SetReader.proved { () throws(RuleFault) in try read(&builder) }
        state.contents = builder.contents
      }
      state.known |= bit
      return value(state.contents)
    }
  }
}
