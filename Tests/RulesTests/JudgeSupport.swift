import JSONText
import Rules
import Synchronization

/// Sets, circumstances and judgements as the tests of judging state them.
enum Judging {
  /// A set of the given name from members of its object; rules may leave out what the test does not need.
  static func set(_ members: String, name: String = "house") throws -> RuleSet {
    try RuleSet.load(
      RuleSource(
        name: "set.json",
        bytes: Bytes(
          Array(#"{"ruleset": "\#(name)", "version": "1", "language": 1, \#(members)}"#.utf8)))
    ) { (name, _) throws(RuleFault) in nil }
  }

  /// A rule as JSON.
  static func rule(
    _ when: String, id: String = "r", phase: String = "command", verdict: String = "stop",
    more: String = ""
  ) -> String {
    """
    {"id": "\(id)", "phase": "\(phase)", "when": \(when), "verdict": "\(verdict)", "because": "b"\
    \(more.isEmpty ? "" : ", " + more)}
    """
  }

  /// A set with one rule on commands.
  static func one(_ when: String, set members: String = "", more: String = "") throws -> RuleSet {
    try set(
      (members.isEmpty ? "" : members + ", ") + #""rules": [\#(rule(when, more: more))]"#)
  }

  static func now() -> Timestamp { Timestamp(nanoseconds: 1_800_000_000_000_000_000) }

  /// Circumstances in which a project lies at `/work/project`.
  static func circumstances(_ change: (inout Circumstances) -> Void = { _ in }) -> Circumstances {
    var circumstances = Circumstances(now: now())
    circumstances.root = "/work/project"
    circumstances.directory = "/work/project"
    circumstances.home = "/home/ada"
    change(&circumstances)
    return circumstances
  }

  static func judge(
    _ line: String, _ sets: RuleSet..., change: (inout Circumstances) -> Void = { _ in }
  ) -> Judgement {
    RuleBook(sets).judgement(ofCommand: Array(line.utf8), circumstances(change))
  }

  static func item(_ json: String) throws -> Node {
    try Document(Bytes(Array(json.utf8))).root
  }
}

/// Files that a test states.
struct StatedFiles: FileFacts {
  var contents: [Text: String] = [:]
  var links: [Text: Text] = [:]
  var times: [Text: Timestamp] = [:]
  var unreadable: Set<Text> = []

  func fact(_ path: Text) -> FileFact {
    if unreadable.contains(path) { return .unreadable("no permission") }
    if let content = contents[path] { return .content(Bytes(Array(content.utf8))) }
    return contents.keys.contains { $0.hasPrefix(path + "/") } ? .directory : .absent
  }

  func modified(_ path: Text) -> Timestamp? { times[path] }

  func resolved(_ path: Text) -> Text? {
    for (link, target) in links {
      if path == link { return target }
      if path.hasPrefix(link + "/") {
        return target + Text(bytes: Array(path.bytes.dropFirst(link.bytes.count)))
      }
    }
    return path
  }

  func names(in folder: Text) -> [Text]? {
    let prefix = folder.isEmpty ? "" : folder + "/"
    let inside = contents.keys.filter { $0.hasPrefix(prefix) }
    guard folder.isEmpty || !inside.isEmpty else { return nil }
    return Set(
      inside.map { path in
        Text(bytes: Array(path.bytes.dropFirst(prefix.bytes.count).prefix { $0 != 47 }))
      }
    ).sorted()
  }
}

extension Judgement {
  /// The findings as `verdict set/rule`.
  var said: [String] { findings.map { "\($0.verdict.word) \($0.name)" } }
}
