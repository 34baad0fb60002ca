package import JSONText
import Rules

extension RuleShelf {
  /// Refuses a level that no set knows, since it would be no limit at all. Where no set has levels, any will do.
  package func check(level: Text?) throws(Refusal) {
    guard let level else { return }
    try Self.check(level, "level", "levels", among: book.levelNames)
  }

  /// Refuses an environment that no set knows. Where no set has environments, any will do.
  package func check(environment: Text?) throws(Refusal) {
    guard let environment else { return }
    var known: [Text] = []
    for name in book.sets.flatMap({ $0.environments.map(\.name) }) where !known.contains(name) {
      known.append(name)
    }
    try Self.check(environment, "environment", "environments", among: known)
  }

  private static func check(
    _ name: Text, _ noun: Text, _ plural: Text, among known: [Text]
  ) throws(Refusal) {
    guard let first = known.first, !known.contains(name) else { return }
    let nearest = NearestWord.find(name.string, among: known.map(\.string)).first
    throw Refusal(
      .usage,
      "no loaded rule set has the " + noun + " " + Text(bytes: quoted(name))
        + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""),
      hint: "The " + plural + " are " + known.dropFirst().reduce(first) { $0 + ", " + $1 } + ".")
  }
}
