import Machine

/// What is ignored in a checkout, by the rules that held at one moment.
struct IgnoreRules: Sendable {
  /// The lines of each `.gitignore` by the directory that it lies in.
  private var local: [Path: [IgnorePattern]] = [:]
  /// What holds for the whole checkout, the strongest first.
  private var general: [[IgnorePattern]] = []

  /// Takes in the `.gitignore` of a directory below the top.
  mutating func add(_ bytes: [UInt8], in directory: Path) {
    local[directory.normalized, default: []] += Self.patterns(bytes)
  }

  /// Takes in rules for the whole checkout that all earlier ones outrank.
  mutating func add(general bytes: [UInt8]) { general.append(Self.patterns(bytes)) }

  private static func patterns(_ bytes: [UInt8]) -> [IgnorePattern] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
    return text.split(separator: 10).compactMap { IgnorePattern($0) }
  }

  /// Whether rules bytes say anything at all.
  static func isIdle(_ bytes: [UInt8]) -> Bool { patterns(bytes).isEmpty }

  /// Whether a path below the top is ignored by itself; the directories above it are asked for on their own.
  func ignores(_ path: Path, isDirectory: Bool) -> Bool {
    var cut = path.bytes.count
    while true {
      let slash = path.bytes[..<cut].lastIndex(of: UInt8(ascii: "/"))
      let directory = slash.map { Path(bytes: Array(path.bytes[..<$0])) } ?? "."
      if let patterns = local[directory],
        let verdict = Self.verdict(
          patterns, path.bytes[(slash.map { $0 + 1 } ?? 0)...], isDirectory)
      {
        return verdict
      }
      guard let slash else { break }
      cut = slash
    }
    for patterns in general {
      if let verdict = Self.verdict(patterns, path.bytes[...], isDirectory) { return verdict }
    }
    return false
  }

  /// What the last line that matches says; nil where none does.
  private static func verdict(
    _ patterns: [IgnorePattern], _ path: ArraySlice<UInt8>, _ isDirectory: Bool
  ) -> Bool? {
    for pattern in patterns.reversed() where isDirectory || !pattern.onlyDirectories {
      if pattern.matches(path) { return !pattern.isNegated }
    }
    return nil
  }
}
