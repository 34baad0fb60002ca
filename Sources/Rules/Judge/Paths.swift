import JSONText
import ShellText

/// Paths as globs of rules see them: relative to the root, without `.` and `..`.
enum Paths {
  private static let slash = UInt8(ascii: "/")

  /// A path with empty components, `.` and `..` taken out, as far as the text alone tells.
  static func normal(_ path: [UInt8]) -> [UInt8] { PathText.tidied(path, goingUp: true) }

  /// A normal absolute path relative to a root that it lies in (empty: the root itself), else as it is.
  static func relative(_ path: [UInt8], to root: [UInt8]) -> [UInt8] {
    let root = normal(root)
    if root == [slash] { return Array(path.drop { $0 == slash }) }
    guard path.starts(with: root) else { return path }
    if path.count == root.count { return [] }
    return path[root.count] == slash ? Array(path[(root.count + 1)...]) : path
  }

  /// Whether a normal path is a folder above another, or the same.
  static func holds(_ folder: [UInt8], _ path: [UInt8]) -> Bool {
    if folder.isEmpty { return path.first != slash }
    guard path.starts(with: folder) else { return false }
    return path.count == folder.count || folder.last == slash || path[folder.count] == slash
  }
}

/// A path that a command names, as far as it is known.
struct NamedPath {
  /// What it may stand for, relative to the root where it lies below that.
  var candidates: [[UInt8]]
  /// Whether it stands for one of the candidates and nothing else.
  var isCertain: Bool
  var written: Text

  /// Whether a glob matches; doubtful where more than the candidates is possible.
  func matches(_ globs: [PathPattern]) throws(JudgingFault) -> Degree {
    for glob in globs {
      let compiled = try glob.ready()
      for candidate in candidates where compiled.matches(candidate) { return .yes }
    }
    return isCertain ? .no : .doubtful
  }
}

/// Finds what the arguments of commands stand for as paths.
struct PathFinder {
  private static let nameLimit = 5_000
  /// Folders that hold what no rule is about, and much of it.
  private static let skipped: Set<Text> = [".git", "node_modules", ".venv"]

  let circumstances: Circumstances

  /// The paths that an argument may name, seen from a directory.
  func path(_ argument: Argument, in directory: Directory) -> NamedPath {
    let written = Text(argument.written)
    var known: [UInt8] = []
    var isPattern = false
    for (index, part) in argument.parts.enumerated() {
      switch part {
      case .text(let text): known += text.bytes
      case .pattern(let text):
        isPattern = true
        known += text.bytes
      case .place(let place):
        guard index == 0, let folder = folder(place, directory) else {
          return NamedPath(candidates: [], isCertain: false, written: written)
        }
        known += folder
      case .unknown: return NamedPath(candidates: [], isCertain: false, written: written)
      }
    }
    guard let absolute = absolute(known, in: directory) else {
      // Where the directory is not known it may well be the root.
      return NamedPath(candidates: [Paths.normal(known)], isCertain: false, written: written)
    }
    if isPattern { return expanded(absolute, written) }
    return NamedPath(
      candidates: candidates(absolute), isCertain: !argument.isSeveral, written: written)
  }

  /// A known path relative to the root, where it lies below that, with its links resolved besides.
  func candidates(_ absolute: [UInt8]) -> [[UInt8]] {
    let root = circumstances.root.bytes
    let lexical = Paths.relative(Paths.normal(absolute), to: root)
    // Links must be followed before `..` is taken out.
    let asked = Text(bytes: Paths.relative(PathText.tidied(absolute, goingUp: false), to: root))
    guard let resolved = circumstances.files.resolved(asked) else { return [lexical] }
    var real = Paths.normal(resolved.bytes)
    if real.first == UInt8(ascii: "/") { real = Paths.relative(real, to: root) }
    return real == lexical ? [lexical] : [lexical, real]
  }

  /// The absolute path that a text names; nil where the directory is not known.
  func absolute(_ path: [UInt8], in directory: Directory) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    if path.first == slash { return path }
    guard let inner = directory.path?.bytes else { return nil }
    let start =
      inner.first == slash ? inner : circumstances.directory.bytes + [slash] + inner
    return start + [slash] + path
  }

  /// Whether something inside a folder matches, by what the globs say of the folder and by what lies in it.
  func inside(_ folder: [UInt8], _ globs: [PathPattern]) throws(JudgingFault) -> Degree {
    if globs.contains(where: { GlobReach.mayHold(folder, $0.source) }) { return .yes }
    var open = [folder]
    var left = Self.nameLimit
    while let folder = open.popLast() {
      guard let names = circumstances.files.names(in: Text(bytes: folder)) else { continue }
      left -= names.count
      if left < 0 { return .doubtful }
      for name in names where !Self.skipped.contains(name) {
        let path = folder.isEmpty ? name.bytes : folder + [UInt8(ascii: "/")] + name.bytes
        for glob in globs where try glob.ready().matches(path) { return .yes }
        open.append(path)
      }
    }
    return .no
  }

  private func folder(_ place: Spelling, _ directory: Directory) -> [UInt8]? {
    switch place.string {
    case "~", "$HOME", "${HOME}": circumstances.home?.bytes
    case "$PWD", "${PWD}", "~+": absolute([], in: directory)
    default: nil
    }
  }

  /// What a shell would make of a pattern in the last component; elsewhere it is not followed.
  private func expanded(_ absolute: [UInt8], _ written: Text) -> NamedPath {
    let slash = UInt8(ascii: "/")
    let literal = Paths.relative(Paths.normal(absolute), to: circumstances.root.bytes)
    var result = NamedPath(candidates: [literal], isCertain: false, written: written)
    let cut = literal.lastIndex(of: slash)
    let folder = cut.map { Array(literal[..<$0]) } ?? []
    let last = cut.map { Array(literal[($0 + 1)...]) } ?? literal
    guard !folder.contains(where: { "*?[".utf8.contains($0) }),
      let names = circumstances.files.names(in: Text(bytes: folder)),
      names.count <= Self.nameLimit, let glob = try? Glob([slash] + last)
    else { return result }
    for name in names where glob.matches(name.bytes) {
      result.candidates.append(folder.isEmpty ? name.bytes : folder + [slash] + name.bytes)
    }
    result.isCertain = true
    return result
  }
}
